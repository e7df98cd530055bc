#include "scenarios/readers/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/formats/safetensors.h"
#include "tests/scenarios/values/golden.h"

namespace trainwreck::values {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string read_text(std::string_view name, std::string_view bytes) {
  const ReadResult result = read_values(name, bytes);
  if (!result.is_readable()) return "not readable: " + result.reason;
  return result.format + " " + spelled(result);
}

std::string read_file_of(const std::string& name) { return read_text(name, golden(name)); }

TEST(ValuesNpy, ReadsArrays) {
  EXPECT_EQ(read_file_of("rows.npy"), "npy float32 [2, 3] 0 1 2 3 4 5");
  EXPECT_EQ(read_file_of("columns.npy"), "npy float32 [2, 3] 0 1 2 3 4 5");
  EXPECT_EQ(read_file_of("big_end.npy"), "npy float32 [2, 3] 0 1 2 3 4 5");
  EXPECT_EQ(read_file_of("scalar.npy"), "npy float32 [] 3");
  EXPECT_EQ(read_file_of("empty.npy"), "npy float64 [0, 3]");
  EXPECT_EQ(read_file_of("objects.npy"), R"(npy numpy.ndarray{(shape): [2], [1, "x"]})");
  EXPECT_THAT(read_file_of("record.npy"), HasSubstr("('b', '<i8', (2,))] [2] 0x"));
  EXPECT_EQ(read_file_of("two.npy"), "npy [int64 [] 1, int64 [] 2]");
}

TEST(ValuesNpy, SaysWhatIsMissing) {
  const std::string& whole = golden("rows.npy");
  EXPECT_THAT(read_text("x.npy", whole.substr(0, whole.size() - 1)),
              HasSubstr("24 bytes should follow, 23 do"));
  EXPECT_THAT(read_text("x.npy", whole + "z"), HasSubstr("[float32 [2, 3] 0 1 2 3 4 5, 1 bytes"));
  EXPECT_THAT(read_text("x.npy", "hello"), StartsWith("not readable: "));
  EXPECT_THAT(read_text("x.npy", ""), HasSubstr("it is empty"));
}

TEST(ValuesNpy, ReadsArchivesOfArrays) {
  EXPECT_EQ(read_file_of("stored.npz"), "npz {w: float64 [3] 0 1 2, b: int32 [] 4}");
  EXPECT_EQ(compared("stored.npz", "deflated.npz"), "same");
}

TEST(ValuesTorch, ReadsWhatTorchSaved) {
  EXPECT_EQ(read_file_of("state.pt"),
            "torch {model: {0.weight: float32 [2, 2] 0 1 2 3, 0.bias: float32 [2] 0.12 0.13}, "
            "epoch: 3, name: \"run\", half: float16 [3] 0 1 2, brain: bfloat16 [3] 0 1 2, "
            "turned: float32 [3, 2] 0 3 1 4 2 5, sliced: int64 [3] 2 4 6, "
            "expanded: float32 [3] 1 1 1, flags: bool [2] true false, scalar: float32 [] 1.5}");
}

TEST(ValuesTorch, TheArchivesOwnNameIsNoValue) {
  EXPECT_NE(golden("state.pt"), golden("renamed.pt"));
  EXPECT_EQ(compared("state.pt", "renamed.pt"), "same");
}

TEST(ValuesTorch, TheOldFormatSaysTheSame) {
  EXPECT_EQ(read_golden("legacy.pt").format, "torch");
  EXPECT_EQ(compared("state.pt", "legacy.pt"), "same");
}

TEST(ValuesTorch, FindsTheElementThatChanged) {
  EXPECT_EQ(compared("state.pt", "changed.pt"), "model.0.weight[1, 0]: 2 against 2.5");
  EXPECT_EQ(parts_that_differ(read_golden("state.pt").tree, read_golden("changed.pt").tree),
            std::vector<std::string>{"model.0.weight"});
}

TEST(ValuesTorch, ReadsTensorsInPlainPickles) {
  EXPECT_EQ(read_file_of("plain.pkl"), "pickle {w: float32 [3] 0 1 2, e: 1}");
}

TEST(ValuesTorch, TurnsNumbersWithTheBigEndFirst) {
  EXPECT_EQ(read_file_of("big_end.pt"), "torch {w: float32 [2] 1 2}");
  EXPECT_EQ(compared("small.pt", "big_end.pt"), "same");
}

TEST(ValuesTorch, SaysWhenItWasCut) {
  const std::string& whole = golden("state.pt");
  EXPECT_THAT(read_text("x.pt", whole.substr(0, whole.size() / 2)),
              HasSubstr("it is cut or was never finished"));
  EXPECT_THAT(read_text("x.pt", ""), HasSubstr("it is empty"));
  EXPECT_THAT(read_text("x.pt", std::string(100, '\0')), HasSubstr("no file that torch wrote"));
}

TEST(ValuesZip, ReadsTheFilesInIt) {
  EXPECT_EQ(read_file_of("zip64.zip"), "zip {a.json: {x: [1, 2]}}");
  EXPECT_THAT(read_file_of("bzip2.zip"), HasSubstr("a.json is packed in the unknown way 12"));
}

TEST(ValuesZip, RefusesABomb) {
  Limits limits;
  limits.unpacked_bytes = 50'000;
  const ReadResult bomb = read_values("bomb.zip", golden("bomb.zip"), limits);
  EXPECT_EQ(bomb.outcome, Outcome::not_readable);
  EXPECT_THAT(bomb.reason, HasSubstr("unpacks to more than 50000 bytes"));
  EXPECT_EQ(read_golden("bomb.zip").outcome, Outcome::values);
}

TEST(ValuesZip, ChecksTheChecksum) {
  std::string bent = golden("zip64.zip");
  bent[bent.find("[1, 2]") + 1] = '7';
  EXPECT_THAT(read_text("a.zip", bent), HasSubstr("a.json has a wrong checksum"));
}

TEST(ValuesKeras, TheDateIsAPart) {
  const ReadResult monday = read_golden("monday.keras");
  const ReadResult tuesday = read_golden("tuesday.keras");
  EXPECT_EQ(monday.format, "keras");
  EXPECT_EQ(compared(monday, tuesday),
            "metadata.json#date_saved: \"2026-11-30@10:00:00\" against \"2026-12-01@11:11:11\"");
  const std::vector<std::string> parts = parts_that_differ(monday.tree, tuesday.tree);
  EXPECT_EQ(parts, std::vector<std::string>{"metadata.json#date_saved"});
  EXPECT_EQ(compared(monday, tuesday, {.ignore = parts}), "same");
  EXPECT_THAT(compared(monday, read_golden("other.keras"), {.ignore = parts}),
              StartsWith("model.weights.h5"));
}

TEST(ValuesH5, ReadsDatasetsWhereTheLibraryIsThere) {
  if (!can_read_h5()) {
    EXPECT_EQ(read_golden("weights.2.0.h5").outcome, Outcome::unknown);
    return;
  }
  EXPECT_THAT(read_file_of("weights.2.0.h5"),
              HasSubstr("{layers: {dense: {vars: {0: float32 [2] 1 2}}}"));
  EXPECT_EQ(compared("weights.2.0.h5", "weights.3.0.h5"), "layers.dense.vars.0[1]: 2 against 3");
  EXPECT_EQ(compared("monday.keras", "other.keras"),
            "model.weights.h5#layers.dense.vars.0[1]: 2 against 3");
}

TEST(ValuesJson, ReadsWhatPythonWrites) {
  EXPECT_EQ(read_text("a.json", R"({"a": [1, 2.5, null, true], "b": "NaN"})"),
            R"(json {a: [1, 2.5, null, true], b: "NaN"})");
  EXPECT_EQ(read_text("a.json", "[NaN, -Infinity, Infinity, -1]"), "json [nan, -inf, inf, -1]");
  EXPECT_EQ(read_text("a.json", R"(["a\"NaN", "-Infinity\\", NaN])"),
            R"(json ["a\"NaN", "-Infinity\\", nan])");
  EXPECT_EQ(read_text("a.json", R"({"a": 1, "a": 2})"), "json {a: 1}");
  EXPECT_EQ(read_text("a.jsonl", "{\"a\": 1}\n\n{\"a\": 2}\n"), "json lines [{a: 1}, {a: 2}]");
  EXPECT_EQ(read_text("checkpoint", R"( {"latest": 3})"), "json {latest: 3}");
}

TEST(ValuesJson, SaysWhereItBreaks) {
  EXPECT_THAT(read_text("a.json", "{\"a\": 1,\n \"b\""), HasSubstr("line 2 is not JSON"));
  EXPECT_THAT(read_text("a.jsonl", "{}\n{\"a\": "), HasSubstr("line 2 is no JSON"));
  EXPECT_THAT(read_text("a.json", ""), HasSubstr("empty"));
  EXPECT_THAT(read_text("a.json", std::string("[1]\0[2]", 7)), HasSubstr("zero byte"));
  EXPECT_THAT(read_text("a.json", std::string(100'000, '[')), HasSubstr("nested deeper"));
}

TEST(ValuesCsv, ReadsColumns) {
  EXPECT_EQ(read_text("log.csv", "epoch,loss,name\n0,0.5,a\n1,nan,\"b,c\"\n"),
            R"(csv {epoch: [0, 1], loss: [0.5, nan], name: ["a", "b,c"]})");
  EXPECT_EQ(read_text("log.csv", "1,2\n3,4\n"), "csv {0: [1, 3], 1: [2, 4]}");
  EXPECT_EQ(read_text("log.csv", "a,b\n1\n2,3,4\n"),
            "csv {a: [1, 2], b: [null, 3], (2): [null, 4]}");
  EXPECT_EQ(read_text("log.csv", "a,a,\n1,2,3\n"), "csv {a: [1], a(1): [2], (2): [3]}");
  EXPECT_EQ(read_text("log.tsv", "a\tb\n1\t2\n"), "tsv {a: [1], b: [2]}");
  EXPECT_EQ(read_text("log.csv", ""), "csv {}");
  EXPECT_THAT(read_text("log.csv", "a,b\"c\n"), StartsWith("bytes "));
}

TEST(ValuesSafetensors, ReadsTensorsAndMetadata) {
  const float numbers[] = {1.0F, -2.0F};
  const StoredTensor tensor{"w", StoredType::f32, {2}, bytes_of(numbers)};
  const std::string bytes = write_safetensors({&tensor, 1}, {{"format", "pt"}});
  EXPECT_EQ(read_text("model", bytes),
            R"(safetensors {w: float32 [2] 1 -2, __metadata__: {format: "pt"}})");
  EXPECT_THAT(read_text("model.safetensors", bytes.substr(0, bytes.size() - 1)),
              HasSubstr("MetadataIncompleteBuffer"));
}

TEST(ValuesFormats, OtherFilesAreTheirBytes) {
  EXPECT_EQ(read_text("notes.txt", "hello"), "bytes 5 bytes 0x68656c6c6f");
  EXPECT_EQ(read_text("notes.txt", ""), "bytes 0 bytes 0x");
  EXPECT_EQ(read_text("weights.bin", "{not json"), "bytes 9 bytes 0x7b6e6f74206a736f6e");
  EXPECT_EQ(read_values("notes.txt", "hello").outcome, Outcome::unknown);
}

TEST(ValuesFormats, TheContentCountsMoreThanTheName) {
  EXPECT_EQ(read_values("x.json", golden("rows.npy")).format, "npy");
  EXPECT_EQ(read_values("best", golden("state.pt")).format, "torch");
  EXPECT_EQ(read_values("best.ckpt", golden("legacy.pt")).format, "torch");
  EXPECT_EQ(read_values("state", golden("values.2.pkl")).format, "pickle");
}

}  // namespace
}  // namespace trainwreck::values
