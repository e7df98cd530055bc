#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/contract/data_rules.h"

namespace trainwreck {
namespace {

TEST(GeneratorDocs, SayOfEveryRuleWhatTheCodeSays) {
  std::ostringstream out;
  out << std::ifstream(TRAINWRECK_SOURCE_DIR "/docs/data.md").rdbuf();
  const std::string text = out.str();
  for (const std::string_view name : rule_names()) {
    const std::string row =
        "| `" + std::string(name) + "` | " + std::string(info_of(*rule_called(name)).meaning);
    EXPECT_NE(text.find(row + " |\n"), std::string::npos) << row;
  }
  const std::string count = std::to_string(kRules) + " rules";
  EXPECT_NE(text.find(count), std::string::npos) << count;
}

}  // namespace
}  // namespace trainwreck
