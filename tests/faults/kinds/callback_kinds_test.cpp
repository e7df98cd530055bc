#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/seams/memory_budget.h"
#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

std::string probe_at(const std::string& kind, const std::string& hook,
                     const std::string& rest = "") {
  return R"({"kind": ")" + kind + R"(", "at": {"site": "hook.)" + hook +
         R"(", "callback": "probe"})" + rest + "}";
}

TEST(HookThrows, BeforeTheHooksOwnWorkOrAfterIt) {
  const Ran before = run(probe_at("hook_throws", "on_epoch_end"), keras());
  EXPECT_THAT(before.hooks, Not(Contains("on_epoch_end 0 completed")));
  const Ran after = run(probe_at("hook_throws", "on_epoch_end", R"(, "after": true)"), keras());
  EXPECT_THAT(after.hooks, Contains("on_epoch_end 0 completed"));
  EXPECT_EQ(after.error(), "std::exception: injected");
}

TEST(HookThrows, WhateverIsAskedFor) {
  const auto error = [](const std::string& name) {
    return run(probe_at("hook_throws", "on_train_batch_end", R"(, "error": ")" + name + R"(")"),
               hardened())
        .error();
  };
  EXPECT_EQ(error("std::runtime_error"), "std::exception: injected");
  EXPECT_EQ(error("std::bad_alloc"), "std::bad_alloc: std::bad_alloc");
  EXPECT_EQ(error("non-standard"), "non-standard: an exception that is no std::exception");
  EXPECT_EQ(error("DataExhausted"), "DataExhausted: injected");
  EXPECT_EQ(error("ShapeError"), "ShapeError: injected");
  EXPECT_EQ(error("IoError"), "IoError: cannot use injected: Input/output error (EIO)");
  EXPECT_EQ(error("OutOfMemory"),
            "OutOfMemory: out of memory for injected: wanted 1 bytes, 0 left");
}

TEST(HookThrows, FromAnyHookIsAResult) {
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    const std::string name(name_of(static_cast<Hook>(hook)));
    if (name.find("predict") != std::string::npos || name == "on_exception") continue;
    for (const Policy& policy : {hardened(), keras()}) {
      const Ran ran = run({.faults = {R"({"kind": "hook_throws", "at": {"site": "hook.)" + name +
                                      R"("}, "error": "ValueError"})"},
                           .policy = policy,
                           .validation = true});
      if (ran.fired.at("hook_throws") == 0) continue;  // callbacks of a validation are fit's
      EXPECT_EQ(ran.error(), "ValueError: injected") << name;
      EXPECT_EQ(ran.result.error->phase, name);
    }
  }
}

TEST(HookRequestsStop, IsHonouredWhereThePolicyReadsIt) {
  const Ran hard = run(
      {.faults = {probe_at("hook_requests_stop", "on_train_batch_begin")}, .checkpoints = false});
  EXPECT_EQ(hard.status(), "stopped");
  EXPECT_TRUE(hard.losses.empty());
  const Ran soft = run(
      probe_at("hook_requests_stop", "on_train_batch_begin", R"(, "reason": "enough")"), keras());
  EXPECT_EQ(soft.losses.size(), 1U);
  EXPECT_EQ(soft.result.stop.value().reason, "enough");
  EXPECT_EQ(soft.result.stop->by, "probe");
}

TEST(HookStalls, TakesTimeAndChangesNothing) {
  const Ran clean = run(RunSetup{});
  const Ran ran = run(probe_at("hook_stalls", "on_epoch_end", R"(, "seconds": 3)"), hardened());
  EXPECT_EQ(ran.weights, clean.weights);
  EXPECT_TRUE(ran.trace.back().starts_with("3000000000 "));
}

TEST(HookHangs, IsReportedAsADeadlock) {
  const Ran ran = run(probe_at("hook_hangs", "on_epoch_end"), hardened());
  EXPECT_EQ(ran.error(), "Timeout: deadlock: everybody waits and no deadline is left: the loop");
}

TEST(HookLost, LeavesTheOthersAlone) {
  const Ran ran = run(probe_at("hook_lost", "on_epoch_end"), hardened());
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_THAT(ran.hooks, Not(Contains("on_epoch_end 0 completed")));
  EXPECT_THAT(ran.hooks, Contains("on_epoch_end 1 completed"));
  EXPECT_TRUE(ran.files.contains("ckpt/1.safetensors"));
}

TEST(ReentrantFit, IsRefusedInHardenedAndTrainsInKeras) {
  const std::string again = probe_at("reentrant_fit", "on_epoch_end");
  const Ran hard = run(again, hardened());
  EXPECT_EQ(hard.error(), "StateError: fit was called from inside fit");
  const Ran soft = run(again, keras());
  EXPECT_EQ(soft.status(), "completed");
  EXPECT_EQ(soft.losses.size(), 9U);
}

TEST(ReentrantEvaluate, IsAllowedInBoth) {
  const Ran clean = run(RunSetup{});
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run(probe_at("reentrant_evaluate", "on_train_batch_end"), policy);
    EXPECT_EQ(ran.status(), "completed");
    EXPECT_EQ(ran.weights, clean.weights);
  }
}

// What people do to validate on a part of their data: in Keras its loss becomes the epoch's.
TEST(ReentrantEvaluate, FromASourceReplacesTheLossOfTheEpochInKeras) {
  const std::string at = R"({"kind": "reentrant_evaluate",
                             "at": {"site": "source.on_epoch_end", "epoch": 0}})";
  const Ran clean = run(RunSetup{});
  const Ran hard = run(at, hardened());
  const Ran soft = run(at, keras());
  EXPECT_EQ(hard.status(), "completed");
  EXPECT_EQ(hard.weights, clean.weights);
  EXPECT_EQ(soft.weights, clean.weights);
  EXPECT_EQ(hard.result.history.values("loss"), clean.result.history.values("loss"));
  EXPECT_NE(soft.result.history.values("loss")[0], clean.result.history.values("loss")[0]);
  EXPECT_EQ(soft.result.history.values("loss")[1], clean.result.history.values("loss")[1]);
}

// Hears the epoch's logs after the probe.
class Listener final : public Callback {
 public:
  std::string name() const override { return "listener"; }
  void on_epoch_end(Event& event) override {
    heard.clear();
    for (const Logs::Item& item : event.logs.items()) heard.push_back(item.key.name());
    loss = event.logs.find("loss").value_or(-1.0);
  }
  std::vector<std::string> heard;
  double loss = 0.0;
};

TEST(LogsMutated, ReachOtherCallbacksOnlyWhereLogsAreShared) {
  const auto hear = [](const std::string& rest, const Policy& policy) {
    const auto listener = std::make_shared<Listener>();
    run({.faults = {probe_at("logs_mutated", "on_epoch_end", R"(, "times": "always")" + rest)},
         .policy = policy,
         .checkpoints = false,
         .callbacks = {listener}});
    return *listener;
  };
  EXPECT_THAT(hear("", keras()).heard, ElementsAre("loss", "intruder"));
  EXPECT_THAT(hear("", hardened()).heard, ElementsAre("loss"));
  EXPECT_EQ(hear(R"(, "how": "overwrite", "value": 42)", keras()).loss, 42.0);
  EXPECT_NE(hear(R"(, "how": "overwrite", "value": 42)", hardened()).loss, 42.0);
  EXPECT_THAT(hear(R"(, "how": "clear")", keras()).heard, ElementsAre());
  EXPECT_THAT(hear(R"(, "how": "erase", "key": "loss")", keras()).heard, ElementsAre());
  EXPECT_THAT(hear(R"(, "how": "clear")", hardened()).heard, ElementsAre("loss"));
}

TEST(MemoryLeak, GrowsUntilTheBudgetIsGone) {
  const std::string leak =
      probe_at("memory_leak", "on_train_batch_end", R"(, "bytes": 1000, "times": "always")");
  EXPECT_EQ(run({.faults = {leak}, .checkpoints = false}).reserved, 6000);
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran =
        run({.faults = {leak}, .policy = policy, .checkpoints = false, .memory_limit = 3500});
    EXPECT_EQ(ran.result.error.value().type, "OutOfMemory");
    EXPECT_EQ(ran.losses.size(), 4U);
  }
}

TEST(MemoryLeak, KeepsTheBatchAtHandByDefault) {
  const Ran ran =
      run({.faults = {probe_at("memory_leak", "on_train_batch_end")}, .checkpoints = false});
  EXPECT_EQ(ran.reserved, 4 * (2 + 1) * 4);
}

TEST(OutOfMemory, IsRefusedByPurpose) {
  const Ran ran = run(R"({"kind": "out_of_memory",
                          "at": {"site": "memory.reserve", "purpose": "backward", "epoch": 1}})",
                      hardened());
  EXPECT_EQ(ran.addresses.front(), "0/0/1/0/memory.reserve[backward]#0");
  EXPECT_EQ(ran.result.error.value().phase, "backward");
  EXPECT_EQ(ran.losses.size(), 3U);
}

TEST(OutOfMemory, InTheMiddleOfAStepRollsBackInBothProfiles) {
  const Ran clean = run({.epochs = 1});
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run({.faults = {R"({"kind": "out_of_memory", "at": {"site": "step.forward",
                                        "epoch": 1, "layer": "dense_1"}})"},
                         .policy = policy});
    EXPECT_EQ(ran.error(),
              "OutOfMemory: out of memory for step.forward: wanted 1048576 bytes, 0 left");
    EXPECT_EQ(ran.weights, clean.weights);
  }
}

TEST(OutOfMemory, AboveABudget) {
  const Ran ran = run(R"({"kind": "out_of_memory", "above": 300, "times": "always"})", hardened());
  EXPECT_EQ(ran.error(), "");
}

}  // namespace
}  // namespace trainwreck::testing
