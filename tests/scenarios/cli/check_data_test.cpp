#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "engine/sources/function_source.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/data_check.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/process/called_as.h"
#include "scenarios/process/watched_process.h"
#include "scenarios/runner/run.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

using Made = std::shared_ptr<DataSource>;

// Four batches of one row; `spoil` says what the batch at this index is like.
template <class Spoil>
Made four_batches(Spoil spoil) {
  return from_sequence_fn(4, [spoil](std::int64_t index, Batch& out) {
    out.x = Tensor({1, 1}, static_cast<float>(index));
    out.y = Tensor({1, 1}, 1.0F);
    spoil(index, out);
  });
}

Vocabulary vocabulary() {
  Vocabulary all = builtin_vocabulary();
  all.engine.data.push_back(
      {"nan_at", "NaN in one batch.", [](Params& params, const BuildContext&) {
         const std::int64_t at = params.integer("at", -1, "which");
         return four_batches([at](std::int64_t index, Batch& out) {
           if (index == at) out.x[0] = NAN;
         });
       }});
  all.engine.data.push_back({"aborts", "Ends the process.", [](Params&, const BuildContext&) {
                               return four_batches([](std::int64_t index, Batch&) {
                                 if (index == 2) std::abort();
                               });
                             }});
  all.engine.data.push_back({"leaves", "Exits.", [](Params&, const BuildContext&) {
                               return four_batches([](std::int64_t index, Batch&) {
                                 if (index == 2) std::_Exit(0);
                               });
                             }});
  all.engine.data.push_back({"hangs", "Never returns.", [](Params&, const BuildContext&) {
                               return four_batches([](std::int64_t index, Batch&) {
                                 while (index == 2) {  // NOLINT(bugprone-infinite-loop)
                                   std::this_thread::sleep_for(std::chrono::seconds(1));
                                 }
                               });
                             }});
  return all;
}

struct Came {
  int code = 0;
  std::string out;
  std::string errors;
};

Came came_of(const CheckDataCommand& command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Came came{.code = command_check_data(command, vocabulary())};
  std::fflush(stdout);
  came.out = ::testing::internal::GetCapturedStdout();
  came.errors = ::testing::internal::GetCapturedStderr();
  return came;
}

class CheckDataCommandLine : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(::testing::TempDir()) / ("check_data_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string text(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(path(name), std::ios::binary).rdbuf();
    return out.str();
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(CheckDataCommandLine, ASoundSourceKeepsTheContract) {
  const Came came = came_of({.kind = "nan_at", .scripts = 50});
  EXPECT_EQ(came.code, kAllHeld);
  EXPECT_EQ(came.out.find("nan_at keeps the data contract: 50 scripts, "), 0U) << came.out;
  EXPECT_NE(came.out.find("Nothing to hold against: weights"), 0U);
  EXPECT_NE(came.out.find("samples_once"), std::string::npos) << "no samples are named";
}

TEST_F(CheckDataCommandLine, PrintsTheScriptThatBrokeTheRule) {
  const Came came = came_of({.kind = "nan_at", .params = {"at=3"}});
  EXPECT_EQ(came.code, kExpectationFailed);
  EXPECT_NE(came.out.find("nan_at breaks finite: No value is NaN or infinite.\n"),
            std::string::npos);
  EXPECT_NE(came.out.find("  1. on_epoch_begin()\n  2. start_pass(0)\n  3. fetch(3)\n"
                          "batch 3 breaks finite: expected finite numbers in x, got nan in row 0\n"
                          "Again: " +
                          called_as() + " check-data nan_at at=3 --script 'fetch 3'\n"),
            std::string::npos)
      << came.out;
}

TEST_F(CheckDataCommandLine, TheLineThatIsPrintedShowsItAgain) {
  EXPECT_EQ(came_of({.kind = "nan_at", .params = {"at=3"}, .script = "fetch 3"}).code,
            kExpectationFailed);
  const Came other = came_of({.kind = "nan_at", .params = {"at=3"}, .script = "fetch 2"});
  EXPECT_EQ(other.code, kAllHeld);
  EXPECT_EQ(other.out,
            "  1. on_epoch_begin()\n  2. start_pass(0)\n  3. fetch(2)\n"
            "Nothing is broken.\n");
}

TEST_F(CheckDataCommandLine, ASavedFindingIsAScenarioThatFailsUntilItIsMended) {
  came_of({.kind = "nan_at", .params = {"at=3"}, .save = path("found.json")});
  const auto verdict_of = [](const std::string& json) {
    const Vocabulary all = vocabulary();
    const ParsedScenario parsed = parse_scenario(json, "found.json", all);
    EXPECT_TRUE(parsed.mistakes.empty()) << parsed.mistakes.front().message;
    const std::vector<Plan> plans = plan(parsed.scenarios.front(), all);
    EXPECT_EQ(plans.size(), 1U);
    return judge(run(plans.front(), all), plans.front(), all);
  };
  const std::string found = text("found.json");
  const Verdict broken = verdict_of(found);
  EXPECT_EQ(broken.kind, VerdictKind::failed);
  const auto status =
      std::find_if(broken.assertions.begin(), broken.assertions.end(),
                   [](const CheckedAssertion& one) { return one.kind == "status"; });
  ASSERT_NE(status, broken.assertions.end());
  EXPECT_NE(status->finding.actual.find("batch 3 breaks finite"), std::string::npos)
      << status->finding.actual;
  std::string mended = found;
  mended.replace(mended.find("\"at\":3"), 6, "\"at\":9");
  EXPECT_EQ(verdict_of(mended).kind, VerdictKind::held);
  const Came replayed = came_of({.replay = path("found.json")});
  EXPECT_EQ(replayed.code, kExpectationFailed) << replayed.errors;
}

TEST_F(CheckDataCommandLine, ExplainsAFuzzersFileAndAScenario) {
  const std::vector<std::uint8_t> bytes = encode_script({{SourceOp::fetch, 7}, {SourceOp::end, 0}});
  std::ofstream(path("crash"), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const std::string words =
      "  1. fetch batch 7, counted round; of a stream the next one\n  2. end the epoch\n"
      "As words: fetch 7; end\n";
  EXPECT_EQ(came_of({.explain = path("crash")}).out, words);
  std::ofstream(path("story.json")) << R"({"name": "n", "given": {"data": {"kind": "arrays"}},
      "runs": [{"do": "check_data", "script": ["fetch 7", "end"]}],
      "then": [{"kind": "status", "is": "completed"}]})";
  EXPECT_EQ(came_of({.explain = path("story.json")}).out, words);
}

TEST_F(CheckDataCommandLine, ASourceThatEndsTheProcessIsShownWithItsScript) {
  const Came aborts = came_of({.kind = "aborts"});
  EXPECT_EQ(aborts.code, kExpectationFailed);
  EXPECT_NE(aborts.out.find("aborts breaks does_not_crash: The process survives."),
            std::string::npos);
  EXPECT_NE(aborts.out.find("expected a process that survives, got Aborted\n"), std::string::npos)
      << aborts.out;
  EXPECT_NE(aborts.out.find("--script 'fetch 2'\n"), std::string::npos) << aborts.out;
  const Came leaves = came_of({.kind = "leaves"});
  EXPECT_NE(leaves.out.find("got an exit with code 0\n"), std::string::npos) << leaves.out;
}

TEST_F(CheckDataCommandLine, ASourceThatHangsIsShownWithItsScript) {
  const Came came = came_of({.kind = "hangs", .timeout_s = 1.0, .script = "fetch 1; fetch 2"});
  EXPECT_EQ(came.code, kExpectationFailed);
  EXPECT_NE(came.out.find("hangs breaks ends: "), std::string::npos) << came.out;
  EXPECT_NE(came.out.find("--script 'fetch 2'\n"), std::string::npos) << came.out;
}

TEST_F(CheckDataCommandLine, EveryMistakeIsToldAtOnce) {
  const Came came = came_of({.kind = "arrays",
                             .params = {"samples=-1", "nonsense", "{\"feature\": 3}"},
                             .without = {"finit"},
                             .script = "fetsh 1"});
  EXPECT_EQ(came.code, kUsageError);
  EXPECT_NE(came.errors.find("nonsense is neither key=value nor a JSON object"), std::string::npos);
  EXPECT_NE(came.errors.find("--without \"finit\" is no rule"), std::string::npos);
  EXPECT_NE(came.errors.find("did you mean \"fetch\"?"), std::string::npos) << came.errors;
  const Came params = came_of({.kind = "arrays", .params = {"samples=-1", "{\"feature\": 3}"}});
  EXPECT_NE(params.errors.find("/samples"), std::string::npos) << params.errors;
  EXPECT_NE(params.errors.find("did you mean \"features\"?"), std::string::npos);
  EXPECT_EQ(came_of({}).code, kUsageError);
  EXPECT_EQ(came_of({.kind = "no_such_source"}).code, kUsageError);
}

TEST(SubjectJson, ParametersMayBePairsOrObjects) {
  Diagnostics mistakes;
  const std::vector<std::string> params = {"batches=8", "name=ticks", "shape=[2, 3]",
                                           R"({"from": {"kind": "arrays"}})"};
  EXPECT_EQ(subject_json("mine", params, mistakes),
            R"({"kind":"mine","batches":8,"name":"ticks","shape":[2,3],)"
            R"("from":{"kind":"arrays"}})");
  EXPECT_TRUE(mistakes.empty());
}

TEST(CheckDataChapter, ItsScriptIsReadWithTheScenario) {
  const ParsedScenario parsed = parse_scenario(
      R"({"name": "n", "given": {"data": {"kind": "arrays"}},
          "runs": [{"do": "check_data", "script": ["fetsh 7"], "without": ["finit"]},
                   {"do": "check_data"}],
          "then": [{"kind": "status", "is": "completed"}]})",
      "file.json", builtin_vocabulary());
  std::string mistakes;
  for (const Diagnostic& one : parsed.mistakes) mistakes += one.pointer + " " + one.message + "\n";
  EXPECT_EQ(mistakes,
            "/runs/0/script \"fetsh 7\" is no step; did you mean \"fetch\"?\n"
            "/runs/0/without \"finit\" is no rule; did you mean \"finite\"?\n"
            "/runs/1/script is missing: [\"fetch 0\", \"again\"]\n");
}

}  // namespace
}  // namespace trainwreck
