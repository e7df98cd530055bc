// The bugs of tests/planted, held against the sources that they are planted in. Whether anything
// finds them is what `./trainwreck test --planted` says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/tidy/rules.h"

namespace trainwreck::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Json = nlohmann::json;

constexpr std::string_view kPlanted = "tests/planted/";

bool is_planted(const SourceFile& file) {
  return file.path.starts_with(kPlanted) && file.path.ends_with(".json");
}

// What is wrong with the keys of a bug that is called `name`; empty if nothing.
std::string wrong_keys(const std::string& name, const Json& bug) {
  if (!bug.is_object()) return "is no JSON object";
  for (const char* key : {"file", "find", "replace", "suffers", "area"}) {
    if (!bug.contains(key) || !bug[key].is_string()) return fmt::format("has no text \"{}\"", key);
    if (bug[key] == "" && key != std::string("replace")) return fmt::format("\"{}\" is empty", key);
  }
  for (const auto& [key, value] : bug.items()) {
    const bool known = key == "file" || key == "find" || key == "replace" || key == "suffers" ||
                       key == "area" || key == "form" || key == "equivalent";
    if (!known) return fmt::format("nobody reads \"{}\"", key);
  }
  if (const auto form = bug.value("form", "statements");
      form != "statements" && form != "expression") {
    return "\"form\" is statements or expression";
  }
  if (bug["find"] == bug["replace"]) return "replaces nothing";
  if (!name.starts_with(bug["area"].get<std::string>() + "_")) return "its name is <area>_<name>";
  return {};
}

struct Planted {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string bug;
};

// Where a bug is planted; complains where that is not one place.
void add_place(const Listing& tree, const std::string& bug, const Json& json,
               std::map<std::string, std::vector<Planted>>& places, Violations& wrong) {
  const std::string path = json["file"];
  const std::string find = json["find"];
  const auto file = std::find_if(tree.begin(), tree.end(),
                                 [&](const SourceFile& one) { return one.path == path; });
  if (file == tree.end()) {
    wrong.push_back(fmt::format("{}: there is no file {}", bug, path));
    return;
  }
  std::vector<std::size_t> found;
  for (std::size_t at = file->text.find(find); at != std::string::npos;
       at = file->text.find(find, at + find.size())) {
    found.push_back(at);
  }
  if (found.size() == 1) {
    places[path].push_back({found[0], found[0] + find.size(), bug});
  } else {
    wrong.push_back(fmt::format("{}: its text is {} times in {}", bug, found.size(), path));
  }
}

Violations wrong_bugs(const Listing& tree) {
  Violations wrong;
  std::map<std::string, std::vector<Planted>> places;
  for (const SourceFile& file : tree) {
    if (!is_planted(file)) continue;
    const std::string name =
        file.path.substr(kPlanted.size(), file.path.size() - kPlanted.size() - 5);
    const Json bug = Json::parse(file.text, nullptr, false);
    if (const std::string text = wrong_keys(name, bug); !text.empty()) {
      wrong.push_back(fmt::format("{}: {}", name, text));
    } else {
      add_place(tree, name, bug, places, wrong);
    }
  }
  for (auto& [path, planted] : places) {
    std::sort(planted.begin(), planted.end(),
              [](const Planted& a, const Planted& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < planted.size(); ++i) {
      if (planted[i].begin < planted[i - 1].end) {
        wrong.push_back(
            fmt::format("{}: {} and {} overlap", path, planted[i - 1].bug, planted[i].bug));
      }
    }
  }
  return wrong;
}

std::string bug_of(std::string_view find, std::string_view rest = "") {
  return fmt::format(R"({{"file": "engine/a.cpp", "area": "loop", "suffers": "x", "find": "{}",)"
                     R"( "replace": ""{}}})",
                     find, rest);
}

Violations wrong_with(const std::vector<std::string>& bugs) {
  Listing tree = {{"engine/a.cpp", "first(); second(); second(); third();"}};
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    tree.push_back({fmt::format("tests/planted/loop_{}.json", i), bugs[i]});
  }
  return wrong_bugs(tree);
}

TEST(PlantedBugs, EachStandsInOnePlaceOfTheSources) {
  const Listing tree = read_tree(TRAINWRECK_SOURCE_DIR);
  EXPECT_THAT(wrong_bugs(tree), IsEmpty());
  EXPECT_GT(std::count_if(tree.begin(), tree.end(), is_planted), 0);
}

TEST(PlantedBugs, AreRefusedWhereTheyStandNowhereOrTwice) {
  EXPECT_THAT(wrong_with({bug_of("first();"), bug_of("third();")}), IsEmpty());
  EXPECT_THAT(wrong_with({bug_of("fourth();")}),
              ElementsAre("loop_0: its text is 0 times in engine/a.cpp"));
  EXPECT_THAT(wrong_with({bug_of("second();")}),
              ElementsAre("loop_0: its text is 2 times in engine/a.cpp"));
  EXPECT_THAT(wrong_with({bug_of("first(); s"), bug_of("t(); second();")}),
              ElementsAre("engine/a.cpp: loop_0 and loop_1 overlap"));
}

TEST(PlantedBugs, AreRefusedWithKeysThatNobodyReads) {
  EXPECT_THAT(wrong_with({"{"}), ElementsAre("loop_0: is no JSON object"));
  EXPECT_THAT(wrong_with({"{}"}), ElementsAre("loop_0: has no text \"file\""));
  EXPECT_THAT(wrong_with({bug_of("")}), ElementsAre("loop_0: \"find\" is empty"));
  EXPECT_THAT(wrong_with({bug_of("first();", R"(, "fom": "expression")")}),
              ElementsAre("loop_0: nobody reads \"fom\""));
  EXPECT_THAT(wrong_with({bug_of("first();", R"(, "form": "macro")")}),
              ElementsAre("loop_0: \"form\" is statements or expression"));
}

}  // namespace
}  // namespace trainwreck::tidy
