// How much work it is to judge a trace: counted in basic blocks, of which a compiler tells at every
// one (-fsanitize-coverage=trace-pc), so that it does not matter how busy a machine is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/seams/traced.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/contract.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/trace/trace_file.h"
#include "trainwreck/cli.h"

namespace {

std::uint64_t blocks = 0;

}  // namespace

extern "C" void __sanitizer_cov_trace_pc();               // NOLINT(bugprone-reserved-identifier)
extern "C" void __sanitizer_cov_trace_pc() { ++blocks; }  // NOLINT(bugprone-reserved-identifier)

namespace trainwreck {
namespace {

// What each clause takes, asked alone.
std::vector<std::uint64_t> work_of(const Trace& trace, const Outcome* outcome = nullptr) {
  std::vector<std::uint64_t> work;
  for (const InvariantEntry& invariant : builtin_invariants()) {
    const std::uint64_t before = blocks;
    judge_contract({.trace = trace, .outcome = outcome}, {&invariant, 1});
    work.push_back(blocks - before);
  }
  return work;
}

// Linear work is four times as much for four times as many lines, and some more where something is
// looked up in a tree; work that is not linear is sixteen times as much.
void expect_fourfold(const std::vector<std::uint64_t>& one,
                     const std::vector<std::uint64_t>& four) {
  constexpr std::uint64_t kMost = 6;
  for (std::size_t at = 0; at < one.size(); ++at) {
    EXPECT_LT(four[at], kMost * one[at]) << builtin_invariants()[at].id;
  }
}

// A run of so many epochs of so many batches, under the hardened profile.
Outcome told(int epochs, int batches, const std::string& callbacks) {
  const Vocabulary vocabulary = builtin_vocabulary();
  const std::string text = fmt::format(
      R"({{"name": "a run", "about": "long", "given": {{
           "data": {{"kind": "arrays", "samples": {}, "features": 2, "batch_size": 1}},
           "validation": {{"kind": "arrays", "samples": 1, "features": 2, "batch_size": 1}},
           "callbacks": [{}], "fit": {{"epochs": {}}}}},
           "then": {{"hardened": [{{"kind": "keeps_contract"}}]}}}})",
      batches, callbacks, epochs);
  const ParsedScenario parsed = parse_scenario(text, "work", vocabulary);
  for (const Diagnostic& one : parsed.mistakes) ADD_FAILURE() << one.pointer << one.message;
  return run(plan(parsed.scenarios.at(0), vocabulary).at(0), vocabulary);
}

void expect_linear(const Outcome& one, const Outcome& four) {
  const std::vector<std::uint64_t> work = work_of(one.trace, &one);
  ASSERT_GT(work.front(), one.trace.lines.size());  // it is counted at all
  expect_fourfold(work, work_of(four.trace, &four));
}

constexpr const char* kProbe = R"({"kind": "probe", "name": "A"})";

TEST(JudgingWork, GrowsWithTheEpochs) { expect_linear(told(50, 4, kProbe), told(200, 4, kProbe)); }

TEST(JudgingWork, GrowsWithTheBatches) { expect_linear(told(4, 50, kProbe), told(4, 200, kProbe)); }

TEST(JudgingWork, GrowsWithTheSaves) {
  const std::string saving = R"({"kind": "csv_logger", "filename": "log.csv"},
      {"kind": "model_checkpoint", "path": "{epoch}.ckpt"},
      {"kind": "backup_and_restore", "backup_dir": "backup"})";
  expect_linear(told(20, 2, saving), told(80, 2, saving));
}

// One fit in which the same lines come again and again.
class Repeated {
 public:
  template <class... Lines>
  explicit Repeated(int times, const Lines&... lines) {
    trace_.fields = trace_fields();
    add(traced::RunBegin{.call = traced::Call::fit, .source = "ds"});
    for (int i = 0; i < times; ++i) (add(lines), ...);
    add(traced::RunEnd{.call = "fit", .status = "completed"});
  }
  std::vector<std::uint64_t> work() const { return work_of(trace_); }

 private:
  template <class Line>
  void add(const Line& line) {
    const auto seq = static_cast<std::int64_t>(trace_.lines.size());
    trace_.lines.push_back({.seq = seq, .fit = 0, .event = traced::wire_of(line)});
  }
  Trace trace_;
};

template <class... Lines>
void expect_linear(const Lines&... lines) {
  constexpr int kTimes = 500;
  expect_fourfold(Repeated(kTimes, lines...).work(), Repeated(4 * kTimes, lines...).work());
}

const traced::ScopeBegin kEpoch{.scope = "epoch", .epoch = 0};
const traced::ScopeEnd kEpochEnd{.scope = "epoch", .status = "completed", .epoch = 0};
const traced::FetchBegin kAsked{.source = "ds", .position = 0, .item = 0, .epoch = 0, .batch = 0};
const traced::FetchEnd kCame{.source = "ds",
                             .outcome = traced::Fetching::ok,
                             .epoch = 0,
                             .batch = 0,
                             .item = 0,
                             .source_number = 0,
                             .rows = 4.0};
const traced::HookBegin kHook{
    .hook = "on_epoch_begin", .callback = "A", .index = 0, .epoch = 0, .batch = -1};
const traced::HookEnd kRaises{
    .hook = "on_epoch_begin", .callback = "A", .index = 0, .error = "ValueError", .epoch = 0};
const traced::Save kSaved{
    .action = traced::Saving::publish, .path = "best", .note = "best", .score = 1.0};
const traced::Save kDeleted{.action = traced::Saving::remove, .path = "old"};
const traced::Save kFailed{.action = traced::Saving::fail, .path = "best", .note = "ENOSPC"};

TEST(JudgingWork, GrowsWithWhatIsBroken) {
  expect_linear(kEpoch);                  // never closed
  expect_linear(kEpoch, kEpochEnd);       // without a batch
  expect_linear(kEpoch, kAsked, kCame);   // never closed, and never stepped
  expect_linear(kEpoch, kHook, kRaises);  // none of them closed
  expect_linear(kEpochEnd);               // closes nothing
  expect_linear(kCame);
  expect_linear(traced::FetchEnd{.source = "ds", .outcome = traced::Fetching::raised});
  expect_linear(traced::Source{.told = "on_epoch_end", .source = "ds", .epoch = 0});
  expect_linear(traced::StepBegin{.epoch = 0, .batch = 0, .step = 0});
  expect_linear(traced::StepEnd{.outcome = traced::Stepping::failed});
}

TEST(JudgingWork, GrowsWithSavesAndFiles) {
  expect_linear(kSaved);  // without a file or a figure of the history
  expect_linear(kSaved, traced::History{.epoch = 0, .metric = "loss", .value = 2.0});
  expect_linear(kDeleted, kFailed);
  expect_linear(traced::File{.operation = "append", .path = "latest", .outcome = "ok"});
  expect_linear(traced::File{.operation = "create", .path = "a.tmp", .outcome = "ok"}, kSaved);
  expect_linear(traced::File{.operation = "rename", .path = "a.tmp", .outcome = "best"}, kSaved);
}

TEST(JudgingWork, GrowsWithRequestsFaultsAndWarnings) {
  expect_linear(kEpoch, kHook, traced::StopRequest{.callback = "A", .epoch = 0});
  expect_linear(traced::Fault{.kind = "nan_loss", .epoch = 0, .batch = 0});
  expect_linear(traced::Warning{.id = "data.ran_out", .text = "soon", .epoch = 0});
  expect_linear(traced::Signal{.number = 15});
  expect_linear(traced::HookBegin{.hook = "on_exception", .callback = "A", .index = 0});
  expect_linear(traced::RunBegin{.call = traced::Call::fit, .source = "ds"});
}

}  // namespace
}  // namespace trainwreck
