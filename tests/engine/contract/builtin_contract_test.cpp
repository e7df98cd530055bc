// Our own sources keep the data contract that we hold against others.
#include <gtest/gtest.h>

#include "engine/catalogs.h"
#include "engine/contract/check_data.h"
#include "engine/seams/executor.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

struct Subject {
  std::string_view json;
  std::vector<Rule> without{};  // what it breaks on purpose
};

class BuiltinSource : public ::testing::TestWithParam<Subject> {};

TEST_P(BuiltinSource, KeepsTheDataContract) {
  DataBuilder builder;
  const std::string json(GetParam().json);
  const SourceFactory make = [&] { return builder.build(json); };
  ASSERT_TRUE(make()) << builder.complaints();
  const auto executor = thread_executor();
  CheckPlan plan{.options = {.executor = executor.get()}, .scripts = 150};
  for (const Rule rule : GetParam().without) plan.options.without.add(rule);
  const CheckReport report = check_data(make, plan);
  EXPECT_FALSE(report.finding.has_value())
      << text_of(report.finding->finding.broken, report.finding->finding.batch) << "\n"
      << text_of(report.finding->script);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BuiltinSource,
    ::testing::Values(
        Subject{R"({"kind": "arrays", "samples": 10, "features": 2, "batch_size": 3})"},
        Subject{R"({"kind": "arrays", "samples": 9, "batch_size": 2, "drop_last": true})"},
        Subject{R"({"kind": "sequence", "samples": 10, "features": 2, "batch_size": 3})"},
        Subject{R"({"kind": "synthetic", "samples": 10, "batch_size": 4})"},
        Subject{R"({"kind": "generator", "batches": 3, "declares_length": 3})"},
        Subject{R"({"kind": "generator", "batches": 3})"},
        Subject{R"({"kind": "concatenate", "sources": [
            {"kind": "arrays", "samples": 5, "features": 1, "batch_size": 2},
            {"kind": "sequence", "samples": 3, "features": 1, "batch_size": 2}]})"},
        Subject{R"({"kind": "interleave", "sources": [
            {"kind": "sequence", "samples": 5, "features": 1, "batch_size": 2},
            {"kind": "arrays", "samples": 3, "features": 1, "batch_size": 2}]})"},
        Subject{R"({"kind": "zip", "sources": [
            {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 2},
            {"kind": "sequence", "samples": 4, "features": 1, "batch_size": 2}]})"},
        Subject{R"({"kind": "checked", "from": {"kind": "arrays", "samples": 10}})"},
        Subject{R"({"kind": "workers", "from":
            {"kind": "arrays", "samples": 10, "batch_size": 3}})"},
        Subject{R"({"kind": "pipeline", "stages": [{"shuffle": 4},
            {"batch": 3}, {"take": 2}],
            "from": {"kind": "arrays", "samples": 10, "batch_size": 1}})"},
        Subject{R"({"kind": "pipeline", "stages": [{"repeat": 2}],
            "from": {"kind": "arrays", "samples": 10, "batch_size": 3}})",
                {Rule::samples_once}},
        Subject{R"({"kind": "pad", "x": [[1], [1, 2, 3], [4]], "y": [0, 1, 0], "batch_size": 2})",
                {Rule::one_shape, Rule::epoch_end_keeps_kind}}),
    [](const auto& one) {
      const std::string_view json = one.param.json;
      const std::string_view kind = json.substr(10, json.find('"', 10) - 10);
      return std::string(kind) + "_" + std::to_string(one.index);
    });

}  // namespace
}  // namespace trainwreck
