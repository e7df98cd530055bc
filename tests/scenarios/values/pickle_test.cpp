#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/values/golden.h"

namespace trainwreck::values {
namespace {

using ::testing::HasSubstr;

std::string spelled_pickle(std::string_view bytes) {
  const ReadResult result = read_values("x.pkl", bytes);
  return result.is_readable() ? spelled(result) : "not readable: " + result.reason;
}

std::string at(const ReadResult& result, std::string_view key) {
  NodeId id = 0;
  if (result.tree.find(result.tree.root(), key, &id) == nullptr) return "missing";
  return spelled(result.tree, id);
}

TEST(ValuesPickle, ReadsEveryKindOfValue) {
  const ReadResult values = read_golden("values.4.pkl");
  ASSERT_EQ(values.reason, "");
  EXPECT_EQ(values.format, "pickle");
  EXPECT_EQ(at(values, "small"), "1");
  EXPECT_EQ(at(values, "negative"), "-5");
  EXPECT_EQ(at(values, "big"), "1180591620717411303424");
  EXPECT_EQ(at(values, "big_negative"), "-1180591620717411303424");
  EXPECT_EQ(at(values, "of_41_bits"), "1099511627776");
  EXPECT_EQ(at(values, "real"), "0.12");
  EXPECT_EQ(at(values, "nan"), "nan");
  EXPECT_EQ(at(values, "inf"), "-inf");
  EXPECT_EQ(at(values, "yes"), "true");
  EXPECT_EQ(at(values, "none"), "null");
  EXPECT_EQ(at(values, "text"), "\"h\xC3\xA4\xC3\x9F\xE2\x82\xAC\xF0\x9F\x98\x80\\nu\\\\\"");
  EXPECT_EQ(at(values, "bytes"), "3 bytes 0x00ff80");
  EXPECT_EQ(at(values, "set"), R"(["x", "y", "z"])");
  EXPECT_EQ(at(values, "list"), "[1, [2, [3]]]");
  EXPECT_EQ(at(values, "ordered"), "{k: 1, j: 2}");
  EXPECT_EQ(at(values, "default"), "{q: [1]}");
  EXPECT_EQ(at(values, "namespace"),
            R"(argparse.Namespace{{lr: 0.1, name: "run", betas: [0.9, 0.999]}})");
  EXPECT_THAT(spelled(values), HasSubstr(R"(5: "int", ("p", 1): "tuple")"));
}

// What the same program wrote with another protocol are the same values: the protocol decides how
// strings, bytes and classes are spelled, and which of them are remembered.
TEST(ValuesPickle, AllProtocolsSayTheSame) {
  for (const char* protocol : {"0", "1", "2", "3", "5"}) {
    EXPECT_EQ(compared(std::string("values.") + protocol + ".pkl", "values.4.pkl"), "same");
    EXPECT_EQ(compared(std::string("arrays.") + protocol + ".pkl", "arrays.4.pkl"), "same");
  }
  EXPECT_EQ(compared("objects.2.pkl", "objects.4.pkl"), "same");
}

TEST(ValuesPickle, ReadsNumpysArrays) {
  const ReadResult arrays = read_golden("arrays.5.pkl");
  EXPECT_EQ(at(arrays, "rows"), "float32 [2, 3] 0 1 2 3 4 5");
  EXPECT_EQ(at(arrays, "columns"), "float32 [2, 3] 0 1 2 3 4 5");
  EXPECT_EQ(at(arrays, "big_end"), "int32 [3] 0 1 2");
  EXPECT_EQ(at(arrays, "scalar"), "float64 [] 0.5");
  EXPECT_EQ(at(arrays, "texts"), R"(U2 [2] "ab" "c")");
  EXPECT_EQ(at(arrays, "objects"), R"(numpy.ndarray{(shape): [3], [1, "x", null]})");
}

TEST(ValuesPickle, UnknownClassesAreTheirNamesAndStates) {
  const ReadResult objects = read_golden("objects.4.pkl");
  EXPECT_EQ(at(objects, "slots"), R"(__main__.Slots{[null, {a: 1, b: "two"}]})");
  EXPECT_EQ(at(objects, "list"), "__main__.MyList{[1, 2]}");
  EXPECT_EQ(at(objects, "dict"), "__main__.MyDict{k: 1, {extra: 2}}");
  EXPECT_EQ(at(objects, "when"), "datetime.date{with [4 bytes 0x07e40102]}");
}

TEST(ValuesPickle, CallsNothing) {
  EXPECT_EQ(spelled(read_golden("danger.pkl")),
            R"({x: posix.system{with ["touch /tmp/executed"]}, y: 1})");
  EXPECT_EQ(spelled_pickle("cos\nsystem\n(S'echo hi'\ntR."), R"(os.system{with ["echo hi"]})");
  EXPECT_EQ(spelled_pickle("(S'echo hi'\nios\nsystem\n."), R"(os.system{with ["echo hi"]})");
  EXPECT_EQ(spelled_pickle("(cos\nsystem\nS'echo hi'\no."), R"(os.system{with ["echo hi"]})");
  EXPECT_EQ(spelled_pickle("cbuiltins\neval\n(S'1'\nt\x81."), R"(builtins.eval{with ["1"]})");
}

// Whether a string was interned decides how a pickle remembers it: this alone made a correct
// script look as if it had lost its values.
TEST(ValuesPickle, InternedStringsMakeNoDifference) {
  EXPECT_NE(golden("interned.pkl"), golden("copied.pkl"));
  EXPECT_EQ(compared("interned.pkl", "copied.pkl"), "same");
}

TEST(ValuesPickle, NumbersOfTheMemoMakeNoDifference) {
  EXPECT_EQ(spelled_pickle("(lp7\n0(g7\ng7\nt."), "[[], []]");
  EXPECT_EQ(spelled_pickle("(lp0\n0(g0\ng0\nt."), "[[], []]");
  EXPECT_EQ(spelled_pickle("(]]t."), "[[], []]");
}

TEST(ValuesPickle, CyclesAreComparedToTheirEnd) {
  EXPECT_EQ(compared("cycle.pkl", "cycle.pkl"), "same");
  const ReadResult one = read_golden("cycle.pkl");
  const ReadResult other = read_values("x.pkl", "(lp0\nI2\nag0\na.");
  EXPECT_EQ(compared(one, other), "[0]: 1 against 2");
}

TEST(ValuesPickle, SeveralInOneFileAreAList) {
  EXPECT_EQ(spelled(read_golden("several.pkl")), "[1, [2]]");
}

TEST(ValuesPickle, ReadsThePicklesOfPython2) {
  EXPECT_EQ(spelled_pickle("(dS'a\\x41\\n\\'b'\nL7L\ns."), "{aA\n'b: 7}");
  EXPECT_EQ(spelled_pickle("(U\x02"
                           "abI01\nI00\nF1.5\nt."),
            R"(["ab", true, false, 1.5])");
  EXPECT_EQ(spelled_pickle("V\\u00e4\n."), "\"\xC3\xA4\"");
  EXPECT_EQ(spelled_pickle("L99999999999999999999L\n."), "99999999999999999999");
}

TEST(ValuesPickle, KnowsTheRarerInstructions) {
  // A mark popped, a value doubled, an extension, a persistent id, a frozen set, a buffer.
  EXPECT_EQ(spelled_pickle("(K\x01"
                           "0"
                           "0K\x02"
                           "2\x86."),
            "[2, 2]");
  EXPECT_EQ(spelled_pickle("\x80\x02\x82\x07)R."), "extension.7{}");
  EXPECT_EQ(spelled_pickle("\x80\x02K\x05Q."), "persistent id{5}");
  EXPECT_EQ(spelled_pickle("Pkey\n."), "persistent id{\"key\"}");
  EXPECT_EQ(spelled_pickle("\x80\x04(K\x02K\x01\x91."), "[1, 2]");
  EXPECT_EQ(spelled_pickle(std::string("\x80\x05\x96\x01\0\0\0\0\0\0\0a\x98.", 14)),
            "1 bytes 0x61");
  EXPECT_EQ(spelled_pickle("\x80\x02"
                           "cbuiltins\nobject\n)}U\x01kK\x01s\x92."),
            "builtins.object{(named arguments): {k: 1}}");
}

TEST(ValuesPickle, SaysWhereItBreaks) {
  EXPECT_THAT(spelled_pickle("\x80\x09."), HasSubstr("protocol"));
  EXPECT_THAT(spelled_pickle("K\x01"
                             "K"),
              HasSubstr("ends too early"));
  EXPECT_THAT(spelled_pickle("t."), HasSubstr("mark"));
  EXPECT_THAT(spelled_pickle("h\x05."), HasSubstr("never kept"));
  EXPECT_THAT(spelled_pickle("\xFF."), HasSubstr("unknown instruction 255"));
  EXPECT_THAT(spelled_pickle("."), HasSubstr("not there"));
  EXPECT_THAT(spelled_pickle("K\x01K\x02"
                             "a."),
              HasSubstr("appends to what is no list"));
}

// Each line doubles what the one before it holds; unfolded it would have a million million items.
TEST(ValuesPickle, SharedValuesAreNotUnfolded) {
  std::string bytes = "]";
  for (int i = 0; i < 40; ++i) bytes += "2\x86";
  bytes += '.';
  const ReadResult one = read_values("x.pkl", bytes, small_limits());
  const ReadResult other = read_values("x.pkl", bytes, small_limits());
  EXPECT_EQ(compared(one, other), "same");
  std::string wrong = bytes;
  wrong[0] = '}';
  const ReadResult last = read_values("x.pkl", wrong, small_limits());
  EXPECT_THAT(compared(one, last), HasSubstr("a list of 0 against a map of 0"));
}

TEST(ValuesPickle, NestingIsNoRecursion) {
  const std::string deep = std::string(90'000, ']') + std::string(89'999, 'a') + ".";
  const ReadResult one = read_values("x.pkl", deep, small_limits());
  ASSERT_EQ(one.reason, "");
  EXPECT_THAT(compared(one, read_values("x.pkl", deep, small_limits())),
              HasSubstr("too much to compare"));
}

TEST(ValuesPickle, TooManyValuesAreRefused) {
  const std::string many = std::string(200'000, ']') + ".";
  EXPECT_THAT(read_values("x.pkl", many, small_limits()).reason,
              HasSubstr("more than 100000 values"));
}

}  // namespace
}  // namespace trainwreck::values
