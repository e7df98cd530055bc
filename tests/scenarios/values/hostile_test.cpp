// Method: every golden file, cut after each byte and bent at each byte in several ways, and a few
// files made to exhaust. None may crash, throw or take long; what is cut is never taken for whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/readers/formats.h"
#include "tests/scenarios/values/golden.h"

namespace trainwreck::values {
namespace {

using ::testing::HasSubstr;

TEST(ValuesHostile, EveryTruncationIsToldOrADifference) {
  for (const std::string& name : golden_names()) {
    const std::string& whole = golden(name);
    const ReadResult reference = read_values(name, whole, small_limits());
    // The last byte of a zip's end, for one, decides about everything before.
    const std::size_t step = reference.format == "h5" ? 41 : 1;
    for (std::size_t size = 0; size < whole.size(); size += step) {
      const std::string cut = whole.substr(0, size);
      const ReadResult result = read_values(name, cut, small_limits());
      EXPECT_NE(compared(reference, result), "same") << name << " cut to " << size;
    }
  }
}

TEST(ValuesHostile, NoBentByteCrashes) {
  for (const std::string& name : golden_names()) {
    std::string bent = golden(name);
    const ReadResult reference = read_values(name, golden(name), small_limits());
    // The library for HDF5 is tried in a process of its own each time.
    const std::size_t step = reference.format == "h5" ? 41 : 1;
    for (std::size_t at = 0; at < bent.size(); at += step) {
      const char before = bent[at];
      for (const int flip : {0x01, 0x80, 0xFF}) {
        bent[at] = static_cast<char>(before ^ flip);
        const ReadResult result = read_values(name, bent, small_limits());
        compared(reference, result);
        parts_that_differ(reference.tree, result.tree);
      }
      bent[at] = before;
    }
  }
}

// A storage is checked by its archive, so a bent element never passes for a value.
TEST(ValuesHostile, ABentElementOfATorchFileIsNotReadable) {
  std::string bent = golden("small.pt");
  const std::size_t at = bent.find(std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8));
  ASSERT_NE(at, std::string::npos);
  bent[at + 2] = '\x81';
  EXPECT_THAT(read_values("x.pt", bent).reason, HasSubstr("wrong checksum"));
}

// With this bit set in the file's heap of texts, the library looks for a text without an end.
TEST(ValuesHostile, AnEndlessLibraryIsEnded) {
  if (!can_read_h5()) GTEST_SKIP() << "this build has no HDF5 library";
  std::string bent = golden("weights.2.0.h5");
  bent[1002] = static_cast<char>(bent[1002] ^ 0x80);
  const ReadResult result = read_values("x.h5", bent, small_limits());
  EXPECT_EQ(result.outcome, Outcome::not_readable);
  EXPECT_THAT(result.reason, HasSubstr("without an end"));
}

TEST(ValuesHostile, AnArrayOfAnAbsurdShapeIsRefused) {
  std::string bytes = golden("rows.npy");
  const std::size_t at = bytes.find("(2, 3)");
  bytes.replace(at, 26, "(99999999999, 99999999), }");
  EXPECT_THAT(read_values("x.npy", bytes).reason, HasSubstr("an array of more than"));
}

// Torch lets a tensor repeat one element as often as it likes.
TEST(ValuesHostile, AnExpandedTensorIsBounded) {
  const std::string head =
      "ctorch._utils\n_rebuild_tensor_v2\n(cnumpy.core.multiarray\nscalar\n"
      "(cnumpy\ndtype\n(S'f4'\nI0\nI1\ntRS'abcd'\ntR";
  const std::string bytes = head + "I0\n(I100000000\nI100000000\nt(I0\nI0\nttR.";
  EXPECT_THAT(read_values("x.pkl", bytes, small_limits()).reason, HasSubstr("an array of more"));
  const std::string outside = head + "I0\n(I2\nt(I1\nttR.";
  EXPECT_THAT(read_values("x.pkl", outside).reason, HasSubstr("reaches outside"));
  const std::string negative = head + "I-1\n(I1\nt(I1\nttR.";
  EXPECT_THAT(read_values("x.pkl", negative).reason, HasSubstr("reaches outside"));
  const std::string backwards = head + "I0\n(I2\nt(I-1\nttR.";
  EXPECT_THAT(read_values("x.pkl", backwards).reason, HasSubstr("reaches outside"));
  const std::string least = head + "I0\n(I2\nt(I-9223372036854775808\nttR.";
  EXPECT_THAT(read_values("x.pkl", least).reason, HasSubstr("reaches outside"));
}

TEST(ValuesHostile, FilesInFilesEnd) {
  std::string bytes = golden("plain.pkl");
  Limits limits;
  limits.archives = 0;
  EXPECT_THAT(read_values("x.pkl", bytes, limits).reason, HasSubstr("files in files"));
  EXPECT_THAT(read_values("x.zip", golden("zip64.zip"), limits).reason,
              HasSubstr("files in files"));
}

TEST(ValuesHostile, ANameWithAZeroCutsNoMessage) {
  std::string bytes = golden("bzip2.zip");
  for (std::size_t at = bytes.find("a.json"); at < bytes.size(); at = bytes.find("a.json", at)) {
    bytes[at] = '\0';
  }
  EXPECT_THAT(read_values("x.zip", bytes).reason, HasSubstr("?.json is packed"));
}

TEST(ValuesHostile, StepsAreBounded) {
  Limits limits;
  limits.steps = 10;
  EXPECT_THAT(read_values("x.pkl", golden("values.4.pkl"), limits).reason,
              HasSubstr("more than 10 steps"));
}

}  // namespace
}  // namespace trainwreck::values
