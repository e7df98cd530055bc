#include "engine/base/params.h"

#include <gtest/gtest.h>

#include <array>

namespace trainwreck {
namespace {

class ParamsTest : public ::testing::Test {
 protected:
  Params parse(std::string_view text) { return Params::parse(text, complaints_); }

  // All complaints so far, one per line, and forgets them.
  std::string complaints() {
    std::string all;
    for (const Diagnostic& one : complaints_) {
      all += one.pointer + ":" + std::to_string(one.line) + " " + one.message + "\n";
    }
    complaints_.clear();
    return all;
  }

  Diagnostics complaints_;
};

TEST_F(ParamsTest, TellsAbsentFlagsAndChoicesFromGivenOnes) {
  constexpr std::array<std::string_view, 2> kWays{"up", "down"};
  Params params = parse(R"({"f": false, "w": "down", "n": null, "x": 1, "y": "dwn"})");
  EXPECT_EQ(params.maybe_flag("f"), false);
  EXPECT_EQ(params.maybe_flag("g"), std::nullopt);
  EXPECT_EQ(params.maybe_flag("n"), std::nullopt);
  EXPECT_EQ(params.maybe_choice("w", kWays), 1U);
  EXPECT_EQ(params.maybe_choice("v", kWays), std::nullopt);
  EXPECT_EQ(params.asked().back().fallback, "null");
  EXPECT_EQ(complaints(), "");
  EXPECT_EQ(params.maybe_flag("x"), std::nullopt);
  EXPECT_EQ(params.maybe_choice("y", kWays), std::nullopt);
  EXPECT_EQ(complaints(),
            "/x:1 must be true or false, got 1\n"
            "/y:1 \"dwn\" is unknown; did you mean \"down\"?\n");
}

TEST_F(ParamsTest, ReadsWhatIsThereAndFallsBackWhereNothingIs) {
  Params params =
      parse(R"({"i": -3, "n": 2, "f": true, "t": "x", "l": [1, 2.5], "k": [3], "w": ["a", "b"]})");
  EXPECT_EQ(params.integer("i", 1), -3);
  EXPECT_EQ(params.integer("j", 1), 1);
  EXPECT_EQ(params.number("n", 1.5), 2.0);
  EXPECT_EQ(params.number("m", 1.5), 1.5);
  EXPECT_TRUE(params.flag("f", false));
  EXPECT_TRUE(params.flag("g", true));
  EXPECT_EQ(params.text("t", "y"), "x");
  EXPECT_EQ(params.text("u", "y"), "y");
  EXPECT_EQ(params.numbers("l"), (std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(params.integers("k"), std::vector<std::int64_t>{3});
  EXPECT_EQ(params.texts("w"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(params.texts("v").empty());
  params.reject_unknown_keys();
  EXPECT_EQ(complaints(), "");
}

TEST_F(ParamsTest, NeverCoerces) {
  Params params = parse(
      "{\"a\": 3.7, \"b\": 1e99, \"c\": true, \"d\": \"3\", \"e\": 1, \"f\": 3.0,\n"
      "\"g\": 18446744073709551615, \"h\": null, \"i\": [1], \"j\": 7}");
  EXPECT_EQ(params.integer("a", 9), 9);
  EXPECT_EQ(params.integer("b", 9), 9);
  EXPECT_EQ(params.number("c", 9.0), 9.0);
  EXPECT_EQ(params.number("d", 9.0), 9.0);
  EXPECT_TRUE(params.flag("e", true));
  EXPECT_EQ(params.integer("f", 9), 9);
  EXPECT_EQ(params.integer("g", 9), 9);
  EXPECT_EQ(params.integer("h", 9), 9);
  EXPECT_EQ(params.text("i", "x"), "x");
  EXPECT_TRUE(params.integers("j").empty());
  EXPECT_EQ(complaints(),
            "/a:1 must be an integer, got 3.7\n"
            "/b:1 must be an integer, got 1e99\n"
            "/c:1 must be a number, got true\n"
            "/d:1 must be a number, got \"3\"\n"
            "/e:1 must be true or false, got 1\n"
            "/f:1 must be an integer, got 3.0\n"
            "/g:2 must fit in 64 bits with a sign, got 18446744073709551615\n"
            "/h:2 must be an integer, got null\n"
            "/i:2 must be text, got [1]\n"
            "/j:2 must be a list, got 7\n");
}

TEST_F(ParamsTest, KeepsNumbersInTheirRange) {
  Params params = parse(R"({"a": 0, "b": 11, "c": -0.5, "d": 10, "e": 1})");
  EXPECT_EQ(params.integer("a", 5, "", {1, 10}), 5);
  EXPECT_EQ(params.integer("b", 5, "", {.high = 10}), 5);
  EXPECT_EQ(params.number("c", 0.5, "", {.low = 0.0}), 0.5);
  EXPECT_EQ(params.integer("d", 5, "", {1, 10}), 10);
  EXPECT_EQ(params.number("e", 0.5, "", {0.0, 1.0}), 1.0);
  EXPECT_EQ(complaints(),
            "/a:1 must be in [1, 10], got 0\n"
            "/b:1 must be at most 10, got 11\n"
            "/c:1 must be at least 0, got -0.5\n");
}

TEST_F(ParamsTest, TheRequiredMustBeThere) {
  Params params = parse("{\n\"n\": \"x\"}");
  EXPECT_EQ(params.need_integer("i", "", {3, 9}), 3);
  EXPECT_EQ(params.need_number("n", "", {.high = -1.0}), -1.0);
  EXPECT_EQ(params.need_text("t"), "");
  EXPECT_EQ(complaints(), "/i:1 is missing\n/n:2 must be a number, got \"x\"\n/t:1 is missing\n");
}

TEST_F(ParamsTest, TheOptionalMayBeAbsentOrNull) {
  Params params = parse(R"({"i": null, "n": 1, "t": 5, "c": null})");
  EXPECT_EQ(params.maybe_integer("i"), std::nullopt);
  EXPECT_EQ(params.maybe_number("n"), 1.0);
  EXPECT_EQ(params.maybe_text("u"), std::nullopt);
  EXPECT_EQ(params.maybe_text("t"), std::nullopt);
  EXPECT_FALSE(params.maybe_child("c").has_value());
  EXPECT_EQ(complaints(), "/t:1 must be text, got 5\n");
}

TEST_F(ParamsTest, AChoiceIsOneOfTheWords) {
  constexpr std::array<std::string_view, 3> kModes = {"min", "max", "auto"};
  Params params = parse(R"({"a": "max", "b": "mix", "c": "sideways", "d": 1})");
  EXPECT_EQ(params.choice("a", kModes, 2), 1U);
  EXPECT_EQ(params.choice("b", kModes, 2), 2U);
  EXPECT_EQ(params.choice("c", kModes, 2), 2U);
  EXPECT_EQ(params.choice("d", kModes, 2), 2U);
  EXPECT_EQ(params.choice("e", kModes, 0), 0U);
  EXPECT_EQ(complaints(),
            "/b:1 \"mix\" is unknown; did you mean \"min\"?\n"
            "/c:1 \"sideways\" is unknown; can be min, max and auto\n"
            "/d:1 must be text, got 1\n");
}

TEST_F(ParamsTest, ChildrenKnowTheirPlace) {
  Params params = parse("{\"fit\": {\"a\": \"x\"},\n\"list\": [{\"b\": 0},\n{\"b\": \"y\"}]}");
  Params fit = params.child("fit");
  EXPECT_EQ(fit.pointer(), "/fit");
  fit.integer("a", 1);
  for (Params& item : params.children("list")) item.integer("b", 1);
  Params absent = params.child("none");
  EXPECT_TRUE(absent.is_object());
  absent.need_text("c");
  EXPECT_EQ(complaints(),
            "/fit/a:1 must be an integer, got \"x\"\n"
            "/list/1/b:3 must be an integer, got \"y\"\n"
            "/none/c:1 is missing\n");
}

TEST_F(ParamsTest, AChildOutlivesItsParent) {
  Params child = parse(R"({"a": {"b": {"c": 3}}})").child("a").child("b");
  EXPECT_EQ(child.integer("c", 1), 3);
  EXPECT_EQ(child.dump(), "{\"c\":3}");
}

TEST_F(ParamsTest, OneThingCountsAsAListOfOne) {
  Params params = parse(R"({"a": {"x": 1}, "b": "adam", "c": 3, "d": []})");
  ASSERT_EQ(params.children("a").size(), 1U);
  EXPECT_EQ(params.children("a")[0].pointer(), "/a");
  EXPECT_EQ(params.children("b")[0].own_text(), "adam");
  EXPECT_TRUE(params.children("c").empty());
  EXPECT_TRUE(params.children("d").empty());
  EXPECT_TRUE(params.children("e").empty());
  EXPECT_EQ(complaints(), "/c:1 must be a list, got 3\n");
}

TEST_F(ParamsTest, SomethingElseThanAnObjectIsOneComplaint) {
  Params params = parse(R"({"fit": 3, "data": "x", "opt": "adam"})");
  Params fit = params.child("fit");
  EXPECT_EQ(fit.integer("epochs", 4), 4);
  EXPECT_EQ(fit.need_text("name"), "");
  fit.reject_unknown_keys();
  params.child("data").flag("a", true);
  Params optimizer = params.child("opt");
  EXPECT_EQ(optimizer.own_text(), "adam");
  EXPECT_EQ(optimizer.number("learning_rate", 0.1), 0.1);
  optimizer.reject_unknown_keys();
  EXPECT_EQ(complaints(),
            "/fit:1 must be an object, got 3\n/data:1 must be an object, got \"x\"\n");
}

TEST_F(ParamsTest, WhatNobodyAskedForIsRejected) {
  Params params = parse("{\"epochs\": 1,\n\"epoch\": 2,\n\"colour\": 3, \"a~/b\": 4}");
  params.integer("epochs", 1);
  params.has("colour");
  params.reject_unknown_keys();
  EXPECT_EQ(complaints(),
            "/epoch:2 is not a known key; did you mean \"epochs\"?\n"
            "/colour:3 is not a known key\n"
            "/a~0~1b:3 is not a known key\n");
}

TEST_F(ParamsTest, KeysComeInTheDocumentsOrder) {
  Params params = parse(R"({"b": 1, "a": 2, "c": 3})");
  EXPECT_EQ(params.keys(), (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_TRUE(params.has("a"));
  EXPECT_FALSE(params.has("d"));
}

TEST_F(ParamsTest, ASyntaxErrorIsOneComplaintAndAnEmptyObject) {
  Params params = parse("{\"a\": 1,\n\"b\" 2}");
  EXPECT_TRUE(params.is_object());
  EXPECT_TRUE(params.keys().empty());
  EXPECT_EQ(complaints(),
            ":2 is not JSON: syntax error while parsing object separator - unexpected number "
            "literal; expected ':'\n");
}

TEST_F(ParamsTest, CommentsAreFineAndRepeatedKeysAreNot) {
  Params params = parse("{ // a comment\n\"a\": 1,\n\"a\": 2}");
  EXPECT_EQ(params.integer("a", 0), 1);
  EXPECT_EQ(complaints(), "/a:3 is given twice\n");
}

TEST_F(ParamsTest, OwnComplaintsCarryThePlace) {
  Params params = parse("{\"a\":\n{\"b\":\n1}}");
  Params child = params.child("a");
  child.complain("b", "is odd");
  child.complain("c", "would be needed");
  child.complain("is strange");
  EXPECT_EQ(complaints(), "/a/b:3 is odd\n/a/c:2 would be needed\n/a:2 is strange\n");
}

TEST_F(ParamsTest, ALongValueIsShownInPartAndNeverHalfACharacter) {
  std::string text = "{\"a\": \"" + std::string(58, 'x') + "\xC3\xA4\xC3\xA4\"}";
  parse(text).integer("a", 1);
  EXPECT_EQ(complaints(), "/a:1 must be an integer, got \"" + std::string(58, 'x') + "...\n");
}

TEST_F(ParamsTest, TellsWhatWasAsked) {
  constexpr std::array<std::string_view, 2> kModes = {"min", "max"};
  Params params = Params::defaults(complaints_);
  params.integer("patience", 3, "epochs to wait", {.low = 0});
  params.integer("patience", 3);
  params.number("rate", 0.1, "", {0.0, 1.0});
  params.need_text("path");
  params.choice("mode", kModes, 1);
  params.maybe_number("limit");
  params.flag("verbose", true);
  params.text("name", "a\"b");
  params.children("list");
  std::string all;
  for (const ParamDoc& doc : params.asked())
    all += doc.key + " " + doc.type + " " + doc.fallback + "\n";
  EXPECT_EQ(all,
            "patience integer 3\nrate number 0.1\npath text \nmode choice \"max\"\n"
            "limit number null\nverbose flag true\nname text \"a\\\"b\"\nlist list []\n");
  EXPECT_EQ(params.asked()[0].help, "epochs to wait");
  EXPECT_EQ(params.asked()[0].low, 0.0);
  EXPECT_EQ(params.asked()[0].high, std::nullopt);
  EXPECT_EQ(params.asked()[3].choices, (std::vector<std::string>{"min", "max"}));
  EXPECT_EQ(complaints(), "/path:0 is missing\n");
}

}  // namespace
}  // namespace trainwreck
