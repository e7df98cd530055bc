// Method: an independent validator reads the schema that editors get.
#include "scenarios/books/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "engine/seams/seams.h"
#include "scenarios/cli/commands.h"
#include "scenarios/suite/find_scenarios.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

using Json = nlohmann::json;

class SchemaTest : public ::testing::Test {
 protected:
  SchemaTest() {
    RealWorld world;
    const Json text = Json::parse(scenario_schema(builtin_vocabulary(), world.seams()));
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
  }

  // "" for a sound scenario, else what the validator says of it.
  std::string complaints_about(const Json& scenario) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter target(scenario);
    if (validator.validate(schema_, target, &results)) return "";
    std::string all = "refused";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      all += '\n';
      for (const std::string& step : error.context) all += step;
      all += " " + error.description;
    }
    return all;
  }

  static Json small_scenario() {
    return Json::parse(R"({
      "name": "a story",
      "given": {"data": {"kind": "arrays"}, "model": [{"kind": "dense", "units": 1}]},
      "when": [{"kind": "nan_loss", "at": {"epoch": 0}}],
      "then": [{"kind": "status", "is": "completed"}]
    })");
  }

 private:
  valijson::Schema schema_;
};

TEST_F(SchemaTest, TakesEveryScenarioOfTheLibrary) {
  std::vector<std::string> files;
  ASSERT_TRUE(find_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library"}, files));
  EXPECT_GT(files.size(), 300U);
  for (const std::string& file : files) {
    std::ifstream in(file);
    EXPECT_EQ(complaints_about(Json::parse(in, nullptr, true, true)), "") << file;
  }
}

TEST_F(SchemaTest, TakesAScenarioThatLeavesDataModelAndCompileToTheDefaults) {
  Json scenario = small_scenario();
  scenario.erase("given");
  EXPECT_EQ(complaints_about(scenario), "");
}

TEST_F(SchemaTest, RefusesAKeyThatNobodyReads) {
  Json scenario = small_scenario();
  EXPECT_EQ(complaints_about(scenario), "");
  scenario["whne"] = Json::array();
  EXPECT_NE(complaints_about(scenario), "");
}

TEST_F(SchemaTest, RefusesAKindThatNoCatalogHas) {
  Json scenario = small_scenario();
  scenario["when"][0]["kind"] = "nan_los";
  EXPECT_NE(complaints_about(scenario), "");
}

TEST_F(SchemaTest, RefusesAParameterOfAnotherKind) {
  Json scenario = small_scenario();
  scenario["then"][0]["hook"] = "on_epoch_end";
  EXPECT_NE(complaints_about(scenario), "");
}

}  // namespace
}  // namespace trainwreck
