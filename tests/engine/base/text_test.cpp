#include "engine/base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace trainwreck {
namespace {

using Words = std::vector<std::string_view>;

TEST(Closest, FindsWhatTheFingersMeant) {
  const Words words = {"epochs", "batch_size", "nth", "shuffle"};
  EXPECT_EQ(closest("epoch", words), "epochs");
  EXPECT_EQ(closest("epochss", words), "epochs");
  EXPECT_EQ(closest("nht", words), "nth");
  EXPECT_EQ(closest("batchsize", words), "batch_size");
  EXPECT_EQ(closest("shfulfe", words), "shuffle");
  EXPECT_EQ(closest("epochs", words), "epochs");
}

TEST(Closest, FindsNothingWhereNothingIsClose) {
  const Words words = {"epochs", "lr"};
  EXPECT_EQ(closest("batches", words), "");
  EXPECT_EQ(closest("mu", words), "");
  EXPECT_EQ(closest("", words), "");
  EXPECT_EQ(closest("epochs", {}), "");
  EXPECT_EQ(closest(std::string(100000, 'e'), words), "");
}

TEST(Closest, TakesTheNearestThenTheFirst) {
  EXPECT_EQ(closest("loss", Words{"lose_", "los", "lass"}), "los");
  EXPECT_EQ(closest("sgd", Words{"sgdw", "sgdm"}), "sgdw");
}

TEST(Joined, ReadsAsASentence) {
  EXPECT_EQ(joined(Words{}), "");
  EXPECT_EQ(joined(Words{"a"}), "a");
  EXPECT_EQ(joined(Words{"a", "b"}), "a and b");
  EXPECT_EQ(joined(Words{"a", "b", "c"}), "a, b and c");
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(0.1F), "0.1");
  EXPECT_EQ(number_text(static_cast<double>(0.1F)), "0.10000000149011612");
  EXPECT_EQ(number_text(3.0), "3");
  EXPECT_EQ(number_text(-0.0), "-0");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(NumberText, NamesWhatIsNoNumber) {
  EXPECT_EQ(number_text(std::numeric_limits<float>::quiet_NaN()), "nan");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(number_text(-std::numeric_limits<float>::infinity()), "-inf");
}

TEST(PythonNumber, PrintsAsPythonDoes) {
  EXPECT_EQ(python_number(1.0), "1.0");
  EXPECT_EQ(python_number(0.1), "0.1");
  EXPECT_EQ(python_number(-0.0), "-0.0");
  EXPECT_EQ(python_number(1e-4), "0.0001");
  EXPECT_EQ(python_number(1e-5), "1e-05");
  EXPECT_EQ(python_number(123456789.25), "123456789.25");
  EXPECT_EQ(python_number(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(python_number(1e16), "1e+16");
  EXPECT_EQ(python_number(-1.5e300), "-1.5e+300");
  EXPECT_EQ(python_number(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(python_number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(IsUtf8, AcceptsEveryLengthAtItsEdges) {
  for (const std::string_view text :
       {"", "ascii", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(IsUtf8, RefusesStrayOverlongSurrogateAndBeyond) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2z", "\xE0\x9F\xBF", "\xE1\x80",
        "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF1\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(BytesText, PicksTheUnit) {
  EXPECT_EQ(bytes_text(0), "0 bytes");
  EXPECT_EQ(bytes_text(1), "1 byte");
  EXPECT_EQ(bytes_text(812), "812 bytes");
  EXPECT_EQ(bytes_text(1024), "1 KiB");
  EXPECT_EQ(bytes_text(1536 * 1024), "1.5 MiB");
  EXPECT_EQ(bytes_text(1024 * 1024 - 1), "1 MiB");
  EXPECT_EQ(bytes_text(std::numeric_limits<std::int64_t>::max()), "8192 PiB");
}

}  // namespace
}  // namespace trainwreck
