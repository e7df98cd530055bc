#include "faults/inject/injector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kNever = R"({"kind": "nan_loss", "at": {"epoch": 99}, "times": "always"})";

TEST(Injector, ArmedButNeverFiringChangesNoBit) {
  for (const Policy& policy : {hardened(), keras()}) {
    for (const bool workers : {false, true}) {
      const Ran bare = run({.policy = policy, .workers = workers, .shims = false});
      const Ran armed = run({.faults = {kNever}, .policy = policy, .workers = workers});
      const Ran counted = run({.policy = policy, .workers = workers, .census = true});
      EXPECT_EQ(bare.weights, armed.weights);
      EXPECT_EQ(bare.weights, counted.weights);
      EXPECT_EQ(bare.losses, armed.losses);
      EXPECT_EQ(bare.hooks, armed.hooks);
      EXPECT_EQ(bare.files, armed.files);
      EXPECT_EQ(armed.fired.at("nan_loss"), 0);
    }
  }
}

TEST(Injector, CensusIsTheSameInEveryRun) {
  for (const bool workers : {false, true}) {
    const RunSetup setup{.workers = workers, .census = true, .validation = true};
    const Ran first = run(setup);
    const Ran second = run(setup);
    EXPECT_EQ(first.census, second.census);
    EXPECT_EQ(first.trace, second.trace);
    EXPECT_GT(first.census.size(), 100U);
  }
}

TEST(Injector, AnAddressNamesOneCrossing) {
  const Ran ran = run({.epochs = 3, .census = true, .validation = true});
  const std::set<std::string> distinct(ran.census.begin(), ran.census.end());
  EXPECT_EQ(distinct.size(), ran.census.size());
  for (const std::string& address : ran.census) {
    ASSERT_TRUE(address_from(address)) << address;
    EXPECT_EQ(text_of(*address_from(address)), address);
  }
}

TEST(Injector, EveryAddressOfTheCensusCanBeStruck) {
  const Ran census = run({.epochs = 1, .census = true});
  for (std::size_t i = 0; i < census.census.size(); i += 7) {
    const Address wanted = *address_from(census.census[i]);
    const SiteInfo& site = sites()[static_cast<std::size_t>(wanted.site)];
    if (site.seam == "memory" || site.seam == "clock") continue;
    std::string at = R"("site": ")" + std::string(site.name) + R"(", "epoch": )" +
                     std::to_string(wanted.at.epoch) + R"(, "batch": )" +
                     std::to_string(wanted.at.batch) + R"(, "nth": )" + std::to_string(wanted.nth);
    if (!site.detail.empty()) {
      at += R"(, ")" + std::string(site.detail) + R"(": ")" + wanted.detail + R"(")";
    }
    const Ran struck = run({.faults = {R"({"kind": "sigkill", "at": {)" + at + "}}"}, .epochs = 1});
    EXPECT_TRUE(struck.died) << census.census[i];
    EXPECT_THAT(struck.addresses, ::testing::ElementsAre(census.census[i]));
  }
}

TEST(Injector, AStrikeIsWrittenDownBeforeItTakesEffect) {
  const Ran ran =
      run(R"({"kind": "step_throws", "at": {"site": "step.loss", "epoch": 1}})", keras());
  EXPECT_THAT(ran.trace,
              Contains(HasSubstr("fault step_throws mse 1/0/-1 0 0 0/0/1/0/step.loss[mse]#0")));
}

// Swallows everything, as user code does.
class Swallower final : public Callback {
 public:
  std::string name() const override { return "swallower"; }
  void on_train_batch_end(Event& event) override {
    for (int i = 0; i < 3; ++i) {
      try {
        event.session.seams().files.create("swallowed");
      } catch (...) {
        ++swallowed;
      }
    }
  }
  int swallowed = 0;
};

TEST(Injector, DeathIsSticky) {
  const auto swallower = std::make_shared<Swallower>();
  const Ran ran = run({.faults = {R"({"kind": "sigkill", "at": {"site": "file.create"}})"},
                       .checkpoints = false,
                       .callbacks = {swallower}});
  EXPECT_TRUE(ran.died);
  EXPECT_EQ(ran.cause, "SIGKILL");
  EXPECT_EQ(swallower->swallowed, 3);
  EXPECT_THAT(ran.hooks, Not(Contains("on_train_batch_end 1 completed")))
      << "the loop goes on only until the next seam";
  EXPECT_TRUE(ran.files.empty());
}

TEST(Injector, NoHookIsCalledForADeath) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran =
        run(R"({"kind": "sigkill", "at": {"site": "step.forward", "batch": 1}})", policy);
    EXPECT_TRUE(ran.died);
    EXPECT_EQ(ran.hooks.back(), "on_train_batch_begin 1");
  }
}

TEST(Injector, ADeathCanBeSetForLater) {
  const Ran ran = run({.faults = {R"({"kind": "sigterm", "at": {"site": "step.forward", "batch": 1},
                                      "grace_seconds": 30})",
                                  R"({"kind": "hook_stalls", "seconds": 31,
                                      "at": {"site": "hook.on_exception"}})"}});
  EXPECT_TRUE(ran.died);
  EXPECT_EQ(ran.cause, "SIGKILL");
  EXPECT_EQ(ran.hooks.back(), "on_train_batch_end 1 completed") << "on_exception came too late";
}

TEST(Injector, ARunThatIsQuickEnoughSurvivesItsGraceTime) {
  const Ran ran = run({.faults = {R"({"kind": "sigterm", "at": {"site": "step.forward", "batch": 1},
                                      "grace_seconds": 30})"}});
  EXPECT_EQ(ran.status(), "interrupted");
  EXPECT_EQ(ran.hooks.back(), "on_train_end interrupted");
}

TEST(Injector, DisarmedFaultsStrikeNoMore) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "io_error", "at": {"site": "file.create"},
                                     "times": "always"})"));
  EXPECT_THROW(world.seams().files.create("a"), IoError);
  world.injector.disarm_all();
  EXPECT_NO_THROW(world.seams().files.create("a"));
  EXPECT_EQ(world.injector.planned().front().fired.size(), 1U);
}

TEST(Injector, WhatAFaultDeclinesIsNoCrossing) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "out_of_memory", "above": 100})"));
  MemoryBudget& memory = world.seams().memory;
  memory.reserve(MemoryPurpose::forward, 60);
  memory.reserve(MemoryPurpose::forward, 40);
  EXPECT_THROW(memory.reserve(MemoryPurpose::forward, 1), OutOfMemory);
  EXPECT_EQ(world.injector.planned().front().fired.front().nth, 2);
}

TEST(Injector, FaultsWithOneTargetStrikeTogether) {
  const Ran ran =
      run({.faults = {R"({"kind": "hook_stalls", "at": {"site": "hook.on_epoch_end"}})",
                      R"({"kind": "hook_throws", "at": {"site": "hook.on_epoch_end"}})"}});
  EXPECT_EQ(ran.fired.at("hook_stalls"), 1);
  EXPECT_EQ(ran.fired.at("hook_throws"), 1);
}

}  // namespace
}  // namespace trainwreck::testing
