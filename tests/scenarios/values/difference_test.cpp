#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/scenarios/values/golden.h"

namespace trainwreck::values {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The files' texts live as long as their trees.
struct TwoFiles {
  TwoFiles(std::string_view name, std::string_view a, std::string_view b)
      : left(read_values(name, a)), right(read_values(name, b)) {}
  std::string first(const CompareOptions& options = {}) const {
    return compared(left, right, options);
  }
  std::vector<std::string> parts(const CompareOptions& options = {}) const {
    return parts_that_differ(left.tree, right.tree, options);
  }
  ReadResult left;
  ReadResult right;
};

TwoFiles json(std::string_view a, std::string_view b) { return {"x.json", a, b}; }

TEST(ValuesDifference, NamesThePathAndBothValues) {
  EXPECT_EQ(json(R"({"a": {"b": [1, 0.12]}})", R"({"a": {"b": [1, 0.13]}})").first(),
            "a.b[1]: 0.12 against 0.13");
  EXPECT_EQ(json("[1, 2]", "[1, 2, 3]").first(), "a list of 2 against a list of 3");
  EXPECT_EQ(json(R"({"a": 1, "b": 2})", R"({"a": 1})").first(), "b: 2 against nothing");
  EXPECT_EQ(json(R"({"a": 1})", R"({"a": 1, "b": []})").first(), "b: nothing against a list of 0");
  EXPECT_EQ(json(R"({"a": "adam"})", R"({"a": null})").first(), "a: \"adam\" against null");
  EXPECT_EQ(json("true", "1").first(), "true against 1");
  EXPECT_EQ(json("[{}]", "[[]]").first(), "[0]: a map of 0 against a list of 0");
}

TEST(ValuesDifference, LongTextsAreShownWhereTheyDiffer) {
  const std::string start(500, 'x');
  const std::string text =
      TwoFiles("x.json", "\"" + start + "a" + start + "\"", "\"" + start + "b" + start + "\"")
          .first();
  EXPECT_THAT(text, HasSubstr("xxxaxxx"));
  EXPECT_THAT(text, HasSubstr("xxxbxxx"));
  EXPECT_LT(text.size(), 200U);
}

TEST(ValuesDifference, BytesAreShownWhereTheyDiffer) {
  EXPECT_EQ(TwoFiles("x.bin", "abc", "abd").first(),
            "3 bytes, byte 2 is 0x63 against 3 bytes, byte 2 is 0x64");
  EXPECT_EQ(TwoFiles("x.bin", "abc", "ab").first(), "3 bytes, byte 2 is 0x63 against 2 bytes");
}

TEST(ValuesDifference, TheOrderOfKeysIsNoValue) {
  EXPECT_EQ(
      json(R"({"a": 1, "b": {"c": 2, "d": 3}})", R"({"b": {"d": 3, "c": 2}, "a": 1})").first(),
      "same");
  EXPECT_EQ(json(R"({"a": 1, "b": 2})", R"({"b": 1, "a": 2})").first(), "a: 1 against 2");
}

TEST(ValuesDifference, AnIntegerEqualsTheSameReal) {
  EXPECT_EQ(json("[1, 2]", "[1.0, 2]").first(), "same");
  EXPECT_EQ(json("[1]", "[1.5]").first(), "[0]: 1 against 1.5");
  // 2^53 + 1 is no double; it must not be taken for its neighbour.
  EXPECT_EQ(json("9007199254740993", "9007199254740992.0").first(),
            "9007199254740993 against 9007199254740992.0");
  EXPECT_EQ(json("18446744073709551615", "18446744073709551614").first(),
            "18446744073709551615 against 18446744073709551614");
}

TEST(ValuesDifference, ExactMeansTheSameBits) {
  EXPECT_EQ(json("[NaN, Infinity, -Infinity]", "[NaN, Infinity, -Infinity]").first(), "same");
  EXPECT_EQ(json("NaN", "0.5").first(), "nan against 0.5");
  EXPECT_EQ(json("Infinity", "-Infinity").first(), "inf against -inf");
  EXPECT_EQ(json("0.0", "-0.0").first(), "0.0 against -0.0");
  EXPECT_EQ(json("0.30000000000000004", "0.3").first(), "0.30000000000000004 against 0.3");
}

TEST(ValuesDifference, AToleranceIsAShareOfTheBiggerOne) {
  const CompareOptions options{.rtol = 0.01};
  EXPECT_EQ(json("100.0", "100.9").first(options), "same");
  EXPECT_EQ(json("100.0", "101.5").first(options), "100.0 against 101.5");
  EXPECT_EQ(json("-100.0", "100.0").first(options), "-100.0 against 100.0");
  EXPECT_EQ(json("Infinity", "1e308").first(options), "inf against 1e+308");
  EXPECT_EQ(json("NaN", "1.0").first(options), "nan against 1.0");
  EXPECT_EQ(json("100", "100.5").first(options), "same");
  EXPECT_EQ(json("100", "101").first(options), "100 against 101") << "counts are exact";
}

// Arrays of every type of real, held element by element against a neighbour that is 0.1 % away.
TEST(ValuesDifference, AToleranceHoldsForArraysToo) {
  Tree a;
  Tree b;
  const float left[] = {1.0F, -2.0F, std::numeric_limits<float>::infinity()};
  const float right[] = {1.001F, -2.002F, std::numeric_limits<float>::infinity()};
  const auto bytes = [](const auto& values) {
    return std::string_view(reinterpret_cast<const char*>(values), sizeof values);
  };
  a.set_root(a.add_array(*dtype_named("float32"), {3}, bytes(left)));
  b.set_root(b.add_array(*dtype_named("float32"), {3}, bytes(right)));
  EXPECT_EQ(first_difference(a, b)->text(), "[0]: 1 against 1.001");
  EXPECT_FALSE(first_difference(a, b, {.rtol = 0.01}));
  EXPECT_EQ(first_difference(a, b, {.rtol = 0.0001})->text(), "[0]: 1 against 1.001");

  const std::uint16_t brain_left[] = {0x3F80, 0x4000};   // 1, 2
  const std::uint16_t brain_right[] = {0x3F80, 0x4001};  // 1, 2.016
  Tree c;
  Tree d;
  c.set_root(c.add_array(*dtype_named("bfloat16"), {2}, bytes(brain_left)));
  d.set_root(d.add_array(*dtype_named("bfloat16"), {2}, bytes(brain_right)));
  EXPECT_EQ(first_difference(c, d)->text(), "[1]: 2 against 2.015625");
  EXPECT_FALSE(first_difference(c, d, {.rtol = 0.01}));

  const double two[] = {1.0, 2.0};
  const double other[] = {1.0, 2.002};
  Tree e;
  Tree f;
  e.set_root(e.add_array(*dtype_named("complex128"), {1}, bytes(two)));
  f.set_root(f.add_array(*dtype_named("complex128"), {1}, bytes(other)));
  EXPECT_EQ(first_difference(e, f)->text(), "[0]: (1, 2) against (1, 2.002)");
  EXPECT_FALSE(first_difference(e, f, {.rtol = 0.01}));
}

TEST(ValuesDifference, IgnoresPartsAndWhatLiesBelow) {
  const TwoFiles files =
      json(R"({"a": {"x": 1, "y": 2}, "b": [1, 5]})", R"({"a": {"x": 3, "y": 4}, "b": [1, 6]})");
  EXPECT_EQ(files.first(), "a.x: 1 against 3");
  EXPECT_EQ(files.first({.ignore = {"a.x"}}), "a.y: 2 against 4");
  EXPECT_EQ(files.first({.ignore = {"a"}}), "b[1]: 5 against 6");
  EXPECT_EQ(files.first({.ignore = {"a.?", "b[*]"}}), "same");
  EXPECT_EQ(files.first({.ignore = {"*"}}), "same");
  EXPECT_EQ(files.first({.ignore = {"a.x.z", "b[0]", "c"}}), "a.x: 1 against 3");
}

TEST(ValuesDifference, IgnoresAKeyThatIsMissing) {
  const TwoFiles files = json(R"({"a": 1, "time": 2})", R"({"a": 1})");
  EXPECT_EQ(files.first({.ignore = {"time"}}), "same");
}

TEST(ValuesDifference, WhatIsIgnoredInOnePlaceCountsInAnother) {
  // One shared list that is reached by two paths.
  const std::string one = "(S'a'\n(I1\nlp0\nS'b'\ng0\nd.";
  const std::string other = "(S'a'\n(I2\nlp0\nS'b'\ng0\nd.";
  const TwoFiles files("x.pkl", one, other);
  EXPECT_EQ(files.first({.ignore = {"a"}}), "b[0]: 1 against 2");
  EXPECT_EQ(files.first({.ignore = {"a", "b"}}), "same");
}

TEST(ValuesDifference, PartsAreWhatDiffers) {
  EXPECT_THAT(json(R"({"loss": 0.5, "time": 1, "n": {"host": "a"}})",
                   R"({"loss": 0.5, "time": 2, "n": {"host": "b"}})")
                  .parts(),
              ElementsAre("n.host", "time"));
  EXPECT_THAT(json("{}", "{}").parts(), IsEmpty());
  EXPECT_THAT(json("1", "2").parts(), ElementsAre("*"));
}

// A time that happened to be the same in two rows of two runs will not be so in a third one.
TEST(ValuesDifference, PartsOfAListCountForAllOfIt) {
  EXPECT_THAT(
      json(R"([{"t": 0, "x": 1}, {"t": 1, "x": 1}])", R"([{"t": 0, "x": 1}, {"t": 2, "x": 1}])")
          .parts(),
      ElementsAre("[*].t"));
  EXPECT_THAT(json("[1.5, 2.5]", "[1.5, 3.5]").parts(), ElementsAre("[*]"));
  EXPECT_THAT(json(R"([1.5, "a"])", R"([2.5, "a"])").parts(), ElementsAre("[0]"));
  EXPECT_THAT(json(R"({"a": [1, 2], "b": 1})", R"({"a": [1, 2, 3], "b": 1})").parts(),
              ElementsAre("a"));
}

TEST(ValuesDifference, PartsOfATupleCountForThemselves) {
  const TwoFiles files("x.pkl", "(I1\nF0.5\nF7.5\nt.", "(I1\nF0.5\nF8.5\nt.");
  EXPECT_THAT(files.parts(), ElementsAre("[2]"));
}

TEST(ValuesDifference, KeysThatAreNeverTheSameMakeTheWholeMapAPart) {
  EXPECT_THAT(
      json(R"({"runs": {"run-17": 1}, "x": 1})", R"({"runs": {"run-18": 1}, "x": 1})").parts(),
      ElementsAre("runs"));
  EXPECT_THAT(json(R"({"runs": {"a": 1}})", R"({"runs": {"a": 1, "b": 2}})").parts(),
              ElementsAre("runs.b"));
}

TEST(ValuesDifference, WhatDiffersInTwoRunsIsLeftOutInAThird) {
  const TwoFiles two = json(R"({"rows": [{"t": 1, "x": 1}], "id": "a"})",
                            R"({"rows": [{"t": 2, "x": 1}], "id": "b"})");
  const CompareOptions options{.ignore = two.parts()};
  EXPECT_EQ(json(R"({"rows": [{"t": 1, "x": 1}], "id": "a"})",
                 R"({"rows": [{"t": 9, "x": 1}], "id": "c"})")
                .first(options),
            "same");
  EXPECT_EQ(json(R"({"rows": [{"t": 1, "x": 1}], "id": "a"})",
                 R"({"rows": [{"t": 9, "x": 2}], "id": "c"})")
                .first(options),
            "rows[0].x: 1 against 2");
}

TEST(ValuesDifference, ColumnsAreParts) {
  const TwoFiles files("log.csv", "epoch,loss,time\n0,0.5,1.25\n1,0.25,2.5\n",
                       "epoch,loss,time\n0,0.5,1.5\n1,0.25,2.5\n");
  EXPECT_EQ(files.first(), "time[0]: 1.25 against 1.5");
  EXPECT_THAT(files.parts(), ElementsAre("time"));
  EXPECT_EQ(files.first({.ignore = {"time"}}), "same");
}

TEST(ValuesDifference, TooManyPartsAreEverything) {
  std::string a = "[";
  std::string b = "[";
  for (int i = 0; i < 50; ++i) {
    a += "1, \"a\", ";
    b += "2, \"b\", ";
  }
  const TwoFiles files = json(a + "0]", b + "0]");
  EXPECT_EQ(files.parts().size(), 100U);
  EXPECT_THAT(files.parts({.most_parts = 20}), ElementsAre("*"));
}

TEST(ValuesDifference, GivesUpWhereTwoTreesHaveTooManyPairs) {
  EXPECT_THAT(json("[1, 2, 3, 4]", "[1, 2, 3, 4]").first({.steps = 3}),
              HasSubstr("too much to compare"));
  EXPECT_THAT(json("[[[[1]]]]", "[[[[1]]]]").first({.depth = 3}), HasSubstr("too much to compare"));
}

TEST(ValuesDifference, AFileThatCannotBeReadIsNoOtherOnesEqual) {
  EXPECT_THAT(json("[1", "[1]").first(), HasSubstr("not readable: "));
  EXPECT_THAT(json("[1", "[1]").first(), HasSubstr(" against values of json"));
  EXPECT_EQ(json("[1", "[1").first(), "same");
  EXPECT_THAT(json("[1", "[2").first(), HasSubstr("byte 1"));
}

TEST(ValuesDifference, DetachedTreesAreStillCompared) {
  std::string a = golden("state.pt");
  std::string b = golden("changed.pt");
  ReadResult left = read_values("a.pt", a);
  ReadResult right = read_values("b.pt", b);
  left.tree.detach(4);
  a.assign(a.size(), '?');
  EXPECT_EQ(compared(left, read_golden("state.pt")), "same");
  EXPECT_EQ(compared(left, right), "model.0.weight: float32 [2, 2] against other elements");
  right.tree.detach(4);
  EXPECT_EQ(compared(left, right), "model.0.weight: float32 [2, 2] against other elements");
}

TEST(ValuesDifference, DetachedTreesAreStillTheSame) {
  for (const std::string& name : golden_names()) {
    ReadResult detached = read_golden(name);
    detached.tree.detach(0);
    EXPECT_EQ(compared(detached, read_golden(name)), "same") << name;
    EXPECT_EQ(compared(detached, detached), "same") << name;
  }
}

TEST(ValuesDifference, PatternsMatch) {
  EXPECT_TRUE(matches("a*c", "abbbc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("metadata.json#date*", "metadata.json#date_saved"));
  EXPECT_TRUE(matches("*[*].t", "rows[12].t"));
  EXPECT_TRUE(matches("*a*b", "xxaxbxab"));
  EXPECT_FALSE(matches("a?c", "ac"));
  EXPECT_FALSE(matches("a", "ab"));
  EXPECT_FALSE(matches("", "a"));
}

}  // namespace
}  // namespace trainwreck::values
