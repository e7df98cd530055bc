#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "engine/base/errors.h"
#include "engine/combine/worker_source.h"
#include "engine/sources/function_source.h"
#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

std::string at_step(const std::string& kind, const std::string& rest = "") {
  return R"({"kind": ")" + kind + R"(", "at": {"site": "step.forward", "epoch": 0, "batch": 1})" +
         rest + "}";
}

TEST(SignalKinds, InterruptTheRunAtItsNextPoll) {
  for (const Policy& policy : {hardened(), keras()}) {
    for (const auto& [kind, number] : {std::pair("sigint", SIGINT), std::pair("sigterm", SIGTERM),
                                       std::pair("second_signal", SIGINT)}) {
      const Ran ran = run(at_step(kind), policy);
      EXPECT_EQ(ran.status(), "interrupted") << kind;
      EXPECT_EQ(ran.error(), "Interrupted: interrupted by signal " + std::to_string(number));
      EXPECT_EQ(ran.losses.size(), 2U) << "the step that is under way is finished";
    }
  }
}

TEST(SignalKinds, ArriveAtAPollToo) {
  const Ran ran =
      run(R"({"kind": "sigint", "at": {"site": "signals.poll", "batch": 2}})", hardened());
  EXPECT_EQ(ran.status(), "interrupted");
  EXPECT_EQ(ran.losses.size(), 2U);
}

TEST(DeathKinds, EndTheProcessAtOnce) {
  for (const Policy& policy : {hardened(), keras()}) {
    for (const auto& [kind, cause] :
         {std::pair("sigkill", "SIGKILL"), std::pair("abort", "SIGABRT")}) {
      const Ran ran = run(at_step(kind), policy);
      EXPECT_TRUE(ran.died);
      EXPECT_EQ(ran.cause, cause);
      EXPECT_EQ(ran.losses.size(), 1U);
    }
  }
}

TEST(DeathKinds, AfterTheRealThingItHasHappened) {
  const Ran one = run({.epochs = 1, .steps = 1});
  const char* before = R"({"kind": "sigkill", "at": {"site": "step.apply"}})";
  const char* after = R"({"kind": "sigkill", "after": true, "at": {"site": "step.apply"}})";
  EXPECT_NE(run({.faults = {before}}).weights, one.weights);
  EXPECT_EQ(run({.faults = {after}}).weights, one.weights);
}

TEST(Hang, IsReportedWhereverItHappens) {
  for (const char* site : {"step.backward", "source.fetch", "hook.on_epoch_end", "file.sync"}) {
    const Ran ran =
        run(R"({"kind": "hang", "at": {"site": ")" + std::string(site) + R"("}})", hardened());
    EXPECT_EQ(ran.error(), "Timeout: deadlock: everybody waits and no deadline is left: the loop")
        << site;
  }
}

TEST(ClockJump, MovesEveryLaterReading) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "clock_jump", "seconds": -5, "skip": 1})"));
  Clock& clock = world.seams().clock;
  world.clock.advance(std::chrono::seconds(100));
  const double before = world.clock.unix_seconds();
  EXPECT_EQ(clock.now(), std::chrono::seconds(100));
  EXPECT_EQ(clock.now(), std::chrono::seconds(95));
  EXPECT_EQ(clock.now(), std::chrono::seconds(95));
  EXPECT_EQ(clock.unix_seconds(), before - 5.0);
}

TEST(ClockStall, GivesTheSameReadingAgain) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "clock_stall", "times": 2})"));
  Clock& clock = world.seams().clock;
  EXPECT_EQ(clock.now(), std::chrono::seconds(0));
  world.clock.advance(std::chrono::seconds(7));
  EXPECT_EQ(clock.now(), std::chrono::seconds(0));
  EXPECT_EQ(clock.now(), std::chrono::seconds(7));
}

TEST(WorkerDeath, OfOneOfTwoIsMadeUpFor) {
  const Ran clean = run({.workers = true});
  const Ran ran = run({.faults = {R"({"kind": "worker_death", "items": 1})"}, .workers = true});
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_EQ(ran.weights, clean.weights);
}

TEST(WorkerDeath, OfAllIsATimeout) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run({.faults = {R"({"kind": "worker_death", "items": 1, "times": "always"})"},
                         .policy = policy,
                         .workers = true});
    EXPECT_EQ(ran.error(), "Timeout: workers(numbered): batch 2 did not arrive within 60 s");
  }
}

TEST(WorkerDeath, WithABatchInItsHandsIsATimeout) {
  const Ran ran = run(
      {.faults = {R"({"kind": "worker_death", "items": 1, "holding": true})"}, .workers = true});
  EXPECT_THAT(ran.error(), HasSubstr("did not arrive within 60 s"));
  EXPECT_EQ(ran.status(), "failed");
}

TEST(WorkerDeath, IsForgottenWithTheNextPass) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "worker_death", "holding": true})"));
  const Seams seams = world.seams();
  const auto made = from_sequence_fn(
      2, [](std::int64_t index, Batch& out) { out.x = Tensor({1}, static_cast<float>(index)); });
  WorkerSource source(made, seams.executor, {.workers = 1, .deadline = std::chrono::seconds(1)});
  Batch batch;
  source.start_pass({});
  EXPECT_THROW(source.fetch(0, batch), Timeout);
  source.start_pass({});
  EXPECT_TRUE(source.fetch(0, batch));
  EXPECT_TRUE(source.fetch(1, batch));
  EXPECT_EQ(batch.x[0], 1.0F);
}

TEST(ExecutorShim, TasksAreNamedWhereTheyBeginAndEnd) {
  FaultyWorld world;
  world.injector.count_crossings(true);
  Executor& executor = world.seams().executor;
  executor.join(executor.spawn("loader", [] {}));
  std::vector<std::string> census;
  for (const Address& address : world.injector.census()) census.push_back(text_of(address));
  EXPECT_THAT(census, ::testing::ElementsAre("0/-/-/-/executor.spawn[loader]#0",
                                             "0/-/-/-/executor.join[loader]#0"));
}

}  // namespace
}  // namespace trainwreck::testing
