#include "engine/base/json_node.h"

#include <gtest/gtest.h>

namespace trainwreck {
namespace {

std::string complaints_about(std::string_view text, const JsonLimits& limits = {}) {
  Diagnostics found;
  parse_json(text, limits, found);
  std::string all;
  for (const Diagnostic& one : found) {
    all += one.pointer + ":" + std::to_string(one.line) + ": " + one.message + "\n";
  }
  return all;
}

JsonNode parsed(std::string_view text) {
  Diagnostics complaints;
  JsonNode node = parse_json(text, {}, complaints);
  EXPECT_TRUE(complaints.empty()) << text;
  return node;
}

TEST(JsonNode, KeepsOrderSpellingAndKind) {
  const std::string text =
      R"({"z":[1,-2,3.0,1e99,true,null],"a":{"text":"\u00e4\n\"","":{}},"b":18446744073709551615})";
  const JsonNode node = parsed(text);
  EXPECT_EQ(node.keys, (std::vector<std::string>{"z", "a", "b"}));
  EXPECT_EQ(json_text(node),
            "{\"z\":[1,-2,3.0,1e99,true,null],\"a\":{\"text\":\"\xC3\xA4\\n\\\"\",\"\":{}},"
            "\"b\":18446744073709551615}");
  const JsonNode& list = *node.find("z");
  EXPECT_TRUE(list.items[1].is(JsonNode::Kind::integer));
  EXPECT_EQ(list.items[1].integer, -2);
  EXPECT_EQ(list.items[1].number, -2.0);
  EXPECT_TRUE(list.items[2].is(JsonNode::Kind::number));
  EXPECT_EQ(list.items[3].number, 1e99);
  EXPECT_TRUE(node.find("b")->is(JsonNode::Kind::number));
  EXPECT_EQ(node.find("y"), nullptr);
  EXPECT_EQ(list.find("z"), nullptr);
}

TEST(JsonNode, EveryValueKnowsItsLine) {
  const JsonNode node = parsed("{\n\"a\":\n7\n,\"b\":[\n\"x\",8\n],\r\n\"c\":{}}");
  EXPECT_EQ(node.line, 1);
  EXPECT_EQ(node.find("a")->line, 3);
  EXPECT_EQ(node.find("b")->line, 4);
  EXPECT_EQ(node.find("b")->items[0].line, 5);
  EXPECT_EQ(node.find("b")->items[1].line, 5);
  EXPECT_EQ(node.find("c")->line, 7);
}

TEST(JsonNode, ARepeatedKeyIsOneComplaintAndTheFirstValueHolds) {
  const std::string text = "{\"a\":[{\"b/c\":1,\n\"b/c\":2,\"d\":3,\n\"b/c\":4}]}";
  EXPECT_EQ(complaints_about(text), "/a/0/b~1c:2: is given twice\n/a/0/b~1c:3: is given twice\n");
  Diagnostics ignored;
  EXPECT_EQ(json_text(parse_json(text, {}, ignored)), "{\"a\":[{\"b/c\":1,\"d\":3}]}");
}

TEST(JsonNode, SaysWhereTheTextBreaks) {
  EXPECT_EQ(complaints_about("{\"a\": 1,}"),
            ":1: is not JSON: syntax error while parsing object key - unexpected '}'; expected "
            "string literal\n");
  EXPECT_EQ(complaints_about("[1,\n2\n,]").substr(0, 16), ":3: is not JSON:");
  EXPECT_EQ(complaints_about("[1e999]"), ":1: is not JSON: number overflow parsing '1e999'\n");
  EXPECT_EQ(complaints_about("\"\xFF\""),
            ":1: is not JSON: syntax error while parsing value - invalid string: ill-formed UTF-8 "
            "byte; last read: '\"?'\n");
  EXPECT_NE(complaints_about(""), "");
  EXPECT_NE(complaints_about("{} {}"), "");
  EXPECT_NE(complaints_about("{'a': 1}"), "");
  EXPECT_NE(complaints_about("[NaN]"), "");
}

TEST(JsonNode, ALongComplaintIsCut) {
  EXPECT_LT(complaints_about("\"" + std::string(10000, 'x')).size(), 200U);
}

TEST(JsonNode, CommentsOnlyWhereTheyAreAllowed) {
  JsonLimits relaxed;
  relaxed.comments = true;
  EXPECT_EQ(complaints_about("// one\n[1 /* two */, 2]", relaxed), "");
  EXPECT_NE(complaints_about("// one\n[1]"), "");
}

TEST(JsonNode, HostileTextMeetsALimit) {
  JsonLimits limits;
  EXPECT_EQ(complaints_about(std::string(1000000, '[')), ":1: is nested deeper than 200 levels\n");
  std::string deepest = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(complaints_about(deepest), "");
  EXPECT_NE(complaints_about("[" + deepest + "]"), "");
  limits.nodes = 3;
  EXPECT_EQ(complaints_about("[1,2]", limits), "");
  EXPECT_EQ(complaints_about("[1,2,3]", limits), ":1: has more than 3 values\n");
}

TEST(JsonNode, AfterASyntaxErrorThereIsAnEmptyObject) {
  Diagnostics complaints;
  const JsonNode node = parse_json("[1,2", {}, complaints);
  EXPECT_EQ(json_text(node), "{}");
}

TEST(JsonText, EscapesWhatMustBe) {
  EXPECT_EQ(json_text(std::string_view("a\"b\\\x01\n\x7F")), "\"a\\\"b\\\\\\u0001\\n\x7F\"");
  EXPECT_EQ(json_text(std::string_view("\xFF")), "\"\xEF\xBF\xBD\"");
}

TEST(PointerTo, EscapesTheTwoSpecialCharacters) {
  EXPECT_EQ(pointer_to("", "a"), "/a");
  EXPECT_EQ(pointer_to("/a", "b/~c"), "/a/b~1~0c");
}

}  // namespace
}  // namespace trainwreck
