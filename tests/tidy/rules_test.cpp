#include "tests/tidy/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Every rule is shown a tree that breaks it, and one that almost does.
namespace trainwreck::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(WrongIncludes, AreThoseOfAHigherFolder) {
  const Listing tree = {
      {"engine/base/check.h", "#include \"engine/model/model.h\"\n"},
      {"engine/base/text.h", ""},
      {"engine/layers/dense.cpp",
       "#include \"engine/model/model.h\"\n#include \"engine/losses/mse.h\"\n"},
      {"engine/losses/mse.h", ""},
      {"engine/model/model.h", "#include \"engine/base/text.h\"\n"},
      {"faults/inject/injector.h", "#include \"scenarios/flow/plan.h\"\n"},
      {"scenarios/flow/plan.h", "#include \"faults/inject/injector.h\"\n"},
      {"scenarios/judge/judge.h", "#include \"scenarios/flow/plan.h\"\n"},
      {"scenarios/runner/run.h", "#include \"scenarios/judge/judge.h\"\n"},
      {"tests/engine/model_test.cpp", "#include \"scenarios/flow/plan.h\"\n"},
  };
  EXPECT_THAT(wrong_includes(tree),
              ElementsAre("engine/base/check.h: may not include engine/model/model.h",
                          "engine/layers/dense.cpp: may not include engine/losses/mse.h",
                          "faults/inject/injector.h: may not include scenarios/flow/plan.h",
                          "scenarios/runner/run.h: may not include scenarios/judge/judge.h"));
}

TEST(WrongIncludes, NameTheWholePath) {
  const Listing tree = {{"engine/base/check.h", ""},
                        {"engine/base/text.h", "#include \"check.h\"\n"}};
  EXPECT_THAT(wrong_includes(tree),
              ElementsAre("engine/base/text.h: includes check.h, which is no path from the top"));
}

TEST(WrongIncludes, KnowEveryFolder) {
  EXPECT_THAT(wrong_includes({{"engine/misc/a.h", ""}, {"lib/b.cpp", ""}}),
              ElementsAre("engine/misc/a.h: its folder has no place in the include order",
                          "lib/b.cpp: its folder has no place in the include order"));
}

TEST(WrongIncludes, LetOnlySourcesUseTheTableOfCatalogs) {
  const std::string table = "#include \"engine/catalogs.h\"\n";
  const Listing tree = {
      {"engine/catalogs.h", ""}, {"engine/data/zip.cpp", table}, {"engine/data/zip.h", table}};
  EXPECT_THAT(wrong_includes(tree),
              ElementsAre("engine/data/zip.h: may not include engine/catalogs.h"));
}

TEST(DeadHeaders, AreIncludedByNobody) {
  const Listing tree = {{"engine/base/dead.h", ""},
                        {"engine/base/used.h", ""},
                        {"engine/base/used.cpp", "#include \"engine/base/used.h\"\n"}};
  EXPECT_THAT(dead_headers(tree), ElementsAre("engine/base/dead.h: nobody includes it"));
}

TEST(UnbuiltSources, AreInNoTarget) {
  const Listing tree = {{"engine/base/check.cpp", ""}, {"tests/lost/lost_test.cpp", ""}};
  EXPECT_THAT(unbuilt_sources(tree, R"([{"file": "/home/me/engine/base/check.cpp"}])"),
              ElementsAre("tests/lost/lost_test.cpp: no target builds it"));
}

TEST(OversizedFiles, HaveLimitsByKind) {
  const Listing tree = {
      {"a.h", repeated("\n", 201)},
      {"b.h", repeated("\n", 200)},
      {"c.cpp", repeated("\n", 401)},
      {"d.cpp", repeated("\n", 400)},
      {"c_test.cpp", repeated("\n", 601)},
      {"d_test.cpp", repeated("\n", 600)},
      {"e.md", repeated("\n", 500)},
      {"f.h", "// " + repeated("x", 98) + "\n"},
      {"g.h", "// " + repeated("\u00e9", 97) + "\n"},
  };
  EXPECT_THAT(oversized_files(tree),
              ElementsAre("a.h: 201 lines, at most 200", "c.cpp: 401 lines, at most 400",
                          "c_test.cpp: 601 lines, at most 600", "f.h:1: 101 columns, at most 100"));
}

TEST(OversizedFunctions, AreMeasuredFromBraceToBrace) {
  const std::string body = "namespace a {\n\nvoid long_one(int x) {\n" + repeated("  f();\n", 59) +
                           "}\n\nvoid fits() {\n" + repeated("  f();\n", 58) + "}\n}\n";
  EXPECT_THAT(oversized_functions({{"a.cpp", body}}),
              ElementsAre("a.cpp:3: a function of 61 lines, at most 60"));
}

TEST(OversizedFunctions, AreFoundInClassesAndWithInitialisers) {
  const std::string lines = repeated("  f();\n", 60);
  const std::string text = "class A final : public B {\n  A(int x) : x_(x), y_{x} {\n" + lines +
                           "  }\n  int get() const override {\n" + lines + "  }\n};\n";
  EXPECT_THAT(oversized_functions({{"a.h", text}}),
              ElementsAre("a.h:2: a function of 62 lines, at most 60",
                          "a.h:64: a function of 62 lines, at most 60"));
}

TEST(OversizedFunctions, AreNeitherClassesNorTablesNorText) {
  const std::string lines = repeated("  f,\n", 70);
  const Listing tree = {
      {"class.h", "class A {\n" + lines + "};\n"},
      {"table.cpp", "const int table[] = {\n" + lines + "};\n"},
      {"directive.cpp", "#if defined(A)\n#endif\nnamespace b {\n" + lines + "}\n"},
      {"text.cpp", "const char* text = R\"(void f() {\n" + lines + "})\";\n"},
      {"comment.cpp", "/* void f() {\n" + lines + "} */\n// '\nchar c = '{'; int n = 1'000;\n"},
  };
  EXPECT_THAT(oversized_functions(tree), IsEmpty());
}

TEST(DeepFolders, AreMoreThanTwo) {
  const Listing tree = {{"engine/base/check.h", ""},
                        {"engine/data/csv/row.h", ""},
                        {"scenarios/library/disk/full.json", ""},
                        {"tests/engine/data/csv_test.cpp", ""},
                        {"tests/engine/data/csv/row_test.cpp", ""},
                        {"tests/consumer/callbacks/mine.cpp", ""}};
  EXPECT_THAT(
      deep_folders(tree),
      ElementsAre("engine/data/csv/row.h: code stands at most two folders deep",
                  "tests/engine/data/csv/row_test.cpp: code stands at most two folders deep"));
}

TEST(CrowdedFolders, AreRoomsOfALayerThatAreNoCatalog) {
  Listing tree;
  for (const std::string folder : {"engine/base/", "engine/callbacks/", "tests/engine/base/"}) {
    for (int i = 0; i < 26; ++i) tree.push_back({folder + std::to_string(i) + ".cpp", ""});
  }
  tree.push_back({"engine/base/notes.md", ""});
  EXPECT_THAT(crowded_folders(tree, {"engine/callbacks"}),
              ElementsAre("engine/base: 26 files, at most 25"));
}

TEST(BannedWords, AreWholeWords) {
  const Listing tree = {{"a.cpp",
                         "// TO"
                         "DO: later\nstd::"
                         "endl\n"},
                        {"b.cpp",
                         "TO"
                         "DOS std::"
                         "endless\n"}};
  EXPECT_THAT(banned_words(tree), ElementsAre("a.cpp: TO"
                                              "DO: do it or leave it",
                                              "a.cpp: std::"
                                              "endl: write a newline"));
}

TEST(LeakedDependencies, AreEigenAndJsonInOtherHeaders) {
  const Listing tree = {
      {"engine/kernels/eigen_maps.h", "#include <Eigen/Core>\n"},
      {"engine/layers/dense.cpp",
       "#include \"engine/kernels/eigen_maps.h\"\n#include <Eigen/Core>\n"},
      {"engine/layers/dense.h", "#include \"engine/kernels/eigen_maps.h\"\n"},
      {"engine/base/params.h", "#include <nlohmann/json.hpp>\n"},
  };
  EXPECT_THAT(leaked_dependencies(tree, {"engine/kernels/eigen_maps.h"}),
              ElementsAre("engine/layers/dense.h: engine/kernels/eigen_maps.h is for sources",
                          "engine/base/params.h: <nlohmann/json.hpp> belongs into sources"));
}

TEST(SharedLocalNames, AreTypesConstantsAndFunctionsOfOneFolder) {
  const auto file = [](const std::string& local) {
    return "namespace trainwreck {\nnamespace {\n\n" + local + "\n}  // namespace\nint x = 1;\n}\n";
  };
  const std::string all =
      "constexpr int kEnd = 1;\nclass Reader final {\n  int kept() {\n};\n"
      "std::vector<int> make(int first, const std::string& last) { return {}; }\n";
  const Listing tree = {
      {"engine/a/one.cpp", file(all)},
      {"engine/a/three.cpp", file("constexpr double kEndOfAll = kEnd;\nint make(int first) {\n")},
      {"engine/a/two.cpp", file("struct Reader {\n")},
      {"engine/a/zoo.cpp", file("const int kEnd[] = {1};\n"
                                "int make(int other, const std::string& name) {\n")},
      {"engine/b/one.cpp", file(all)},
  };
  EXPECT_THAT(shared_local_names(tree),
              ElementsAre("engine/a/two.cpp: Reader is a name in engine/a/one.cpp too",
                          "engine/a/zoo.cpp: kEnd is a name in engine/a/one.cpp too",
                          "engine/a/zoo.cpp: make(int,const std::string&) is a name in "
                          "engine/a/one.cpp too"));
}

TEST(UnseamedEngine, IncludesOrCallsTheWorld) {
  const Listing tree = {
      {"engine/seams/clock.cpp", "#include <ctime>\nauto t = steady_clock::now();\n"},
      {"engine/base/logs.cpp", "#include <mutex>\n"},
      {"engine/trainer/fit.cpp", "#include <thread>\n// steady_clock\nauto t = getenv(\"A\");\n"},
      {"faults/sim/sim_clock.cpp", "#include <thread>\n"},
  };
  EXPECT_THAT(unseamed_engine(tree),
              ElementsAre("engine/trainer/fit.cpp: <thread> belongs behind a seam",
                          "engine/trainer/fit.cpp: getenv belongs behind a seam"));
}

TEST(UnshownChoices, LackARowOrATest) {
  const Listing tree = {
      {"docs/profiles.md",
       "| choice | decides | `keras` | `hardened` | shown by |\n"
       "| `a.shown` | what | `x` | `y` | `Suite.Shows`, `Suite.Lost` |\n"
       "| `a.stale` | what | `x` | `x` |  |\n"
       "| `a.gone` | what | `x` | `y` | `Suite.Shows` |\n"},
      {"tests/engine/a_test.cpp", "TEST(Suite, Shows) {}\n"},
  };
  EXPECT_THAT(
      unshown_choices(tree, {{"a.shown", "what", "x", "y"},
                             {"a.stale", "what", "x", "y"},
                             {"a.new", "what", "x", "y"}}),
      ElementsAre("a.shown: there is no test Suite.Lost",
                  "a.stale: docs/profiles.md should say | what | `x` | `y` |",
                  "a.stale: no test is said to show it",
                  "a.new: docs/profiles.md has no row for it", "`a.gone`: no choice of that name"));
}

TEST(NeglectedEntries, LackHelpDocumentationOrUse) {
  const Listing tree = {{"docs/catalog.md", "* `history`: what happened\n"},
                        {"engine/callbacks/helper.cpp", ""},
                        {"engine/callbacks/history.cpp", ""},
                        {"engine/callbacks/lost.cpp", ""},
                        {"tests/engine/history_test.cpp", "R\"({\"kind\": \"history\"})\"\n"}};
  EXPECT_THAT(neglected_entries(tree, {{"engine/callbacks", "history", "what happened"},
                                       {"engine/callbacks", "lost", ""},
                                       {"engine/callbacks", "renamed", "help"}}),
              ElementsAre("engine/callbacks/lost.cpp: the entry has no help",
                          "engine/callbacks/lost.cpp: docs/catalog.md does not mention it",
                          "engine/callbacks/lost.cpp: no test or scenario names it",
                          "engine/callbacks/renamed.cpp: no such file for its entry",
                          "engine/callbacks/renamed.cpp: docs/catalog.md does not mention it",
                          "engine/callbacks/renamed.cpp: no test or scenario names it",
                          "engine/callbacks/helper.cpp: no entry of that name"));
}

}  // namespace
}  // namespace trainwreck::tidy
