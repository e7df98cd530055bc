// Method: one function crosses every site of every seam; a fault at one of them notes when it was
// called and what the world looked like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "engine/catalogs.h"
#include "engine/layers/layers.h"
#include "engine/loop/loop_state.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "faults/shims/shims.h"
#include "tests/faults/inject/own_faults.h"
#include "tests/faults/kinds/faulty_run.h"
#include "trainwreck/model.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using Look = std::function<void(Operation&, const Strike&)>;

// Calls `look` at both moments.
class Onlooker final : public Fault {
 public:
  Onlooker(Site site, Look look) : sites_{site}, look_(std::move(look)) {}
  std::span<const Site> sites() const override { return sites_; }
  void strike(Operation& operation, const Strike& strike) override { look_(operation, strike); }

 private:
  std::vector<Site> sites_;
  Look look_;
};

PlannedFault planned(std::unique_ptr<Fault> fault) {
  Trigger trigger;
  trigger.site = fault->sites().front();
  trigger.times = std::nullopt;
  return {.kind = "own", .trigger = trigger, .fault = std::move(fault)};
}

class OneBatch final : public DataSource {
 public:
  SourceTraits traits() const override { return {.name = "one"}; }
  std::optional<std::int64_t> length() const override { return 1; }
  bool fetch(std::int64_t, Batch& out) override {
    out.x = Tensor({2, 1}, 1.0F);
    out.y = Tensor({2, 1}, 0.5F);
    return true;
  }
};

class Silent final : public Callback {
 public:
  std::string name() const override { return "silent"; }
};

void cross_files(FileSystem& files) {
  files.make_directory("d");
  const auto file = files.create("d/a");
  file->append("bytes");
  file->sync();
  file->close();
  files.open_append("d/a")->append("more");
  files.read("d/a");
  files.rename("d/a", "d/b");
  files.list("d");
  files.sync_directory("d");
  files.free_bytes("d");
  files.remove("d/b");
}

void cross_outside(const Seams& seams) {
  seams.memory.reserve(MemoryPurpose::data, 8);
  seams.clock.now();
  seams.signals.poll();
  const Executor::TaskId task = seams.executor.spawn("task", [] {});
  seams.executor.wait([] { return true; }, [] {}, std::nullopt);
  seams.executor.sleep(std::chrono::seconds(1));
  seams.executor.join(task);
}

void cross_training(const Seams& seams, Injector& injector) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  Model model(std::move(layers), 7);
  model.compile(optimizers::make_sgd(), losses::make_mse(), {});
  offer_compute(model, injector);
  const auto source = wrap(std::make_shared<OneBatch>(), injector);
  Batch batch;
  source->length();
  source->start_pass({});
  source->on_epoch_begin();
  source->fetch(0, batch);
  source->on_epoch_end();
  Trainer(model, seams).train_on_batch(batch);

  const CallbackHandle callback = wrap(std::make_shared<Silent>(), kAllHooks, injector);
  LoopState state(model, hardened(), seams);
  Logs logs;
  Event event{.session = state.session, .index = 0, .epoch = 0, .logs = logs};
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    callback.target(static_cast<Hook>(hook))(*callback.get(), event);
  }
}

void cross_everything(FaultyWorld& world) {
  cross_files(world.seams().files);
  cross_outside(world.seams());
  cross_training(world.seams(), world.injector);
}

TEST(Strike, BeforeAndAfterEveryOperation) {
  for (const SiteInfo& info : sites()) {
    std::vector<When> moments;
    FaultyWorld world;
    world.injector.plan(
        planned(std::make_unique<Onlooker>(info.site, [&](Operation& operation, const Strike& now) {
          EXPECT_EQ(operation.site, info.site);
          if (moments.size() < 2) moments.push_back(now.when);
        })));
    cross_everything(world);
    std::vector<When> wanted{When::before};
    if (info.site != Site::executor_spawn) wanted.push_back(When::after);
    EXPECT_EQ(moments, wanted) << info.name;
  }
}

TEST(Strike, EverySiteIsCrossedByOneTypeOfOperation) {
  for (const SiteInfo& info : sites()) {
    const int types = FetchOperation::crosses(info.site) + SourceOperation::crosses(info.site) +
                      HookOperation::crosses(info.site) + ComputeOperation::crosses(info.site) +
                      ReserveOperation::crosses(info.site) + FileOperation::crosses(info.site) +
                      ClockOperation::crosses(info.site) + SpawnOperation::crosses(info.site) +
                      TaskOperation::crosses(info.site) + SignalOperation::crosses(info.site);
    EXPECT_EQ(types, 1) << info.name;
  }
}

TEST(Strike, AfterMeansThatTheRealThingWasDone) {
  FaultyWorld world;
  const auto plan = [&](Site site, Look look) {
    world.injector.plan(planned(fault_at({site}, When::after, std::move(look))));
  };
  std::vector<std::string> seen;
  plan(Site::clock_now, [&](Operation& operation, const Strike&) {
    seen.push_back("clock " + std::to_string(as<ClockOperation>(operation)->now.count()));
  });
  plan(Site::signals_poll, [&](Operation& operation, const Strike&) {
    seen.push_back("signal " + std::to_string(as<SignalOperation>(operation)->signal.value()));
  });
  plan(Site::memory_reserve, [&](Operation& operation, const Strike&) {
    const auto before = as<ReserveOperation>(operation)->in_use;
    seen.push_back("memory " + std::to_string(before) + " " +
                   std::to_string(world.memory.in_use()));
  });
  plan(Site::executor_sleep, [&](Operation&, const Strike&) {
    seen.push_back("slept " + std::to_string(world.clock.now().count()));
  });
  world.signals.deliver(SIGTERM);
  const Seams seams = world.seams();
  seams.executor.sleep(std::chrono::nanoseconds(7));
  seams.clock.now();
  EXPECT_EQ(seams.signals.poll(), SIGTERM);
  seams.memory.reserve(MemoryPurpose::data, 5);
  EXPECT_THAT(seen, ElementsAre("slept 7", "clock 7", "signal 15", "memory 0 5"));
}

TEST(Strike, WhatIsRefusedAfterAReservationIsGivenBack) {
  FaultyWorld world;
  world.injector.plan(planned(bend<ReserveOperation>(
      When::after, [](ReserveOperation&, const Strike&) { throw ValueError("no"); })));
  EXPECT_THROW(world.seams().memory.reserve(MemoryPurpose::data, 5), ValueError);
  EXPECT_EQ(world.memory.in_use(), 0);
}

TEST(Strike, AFileOperationCanFailWhenItWasDone) {
  FaultyWorld world;
  world.injector.plan(
      planned(bend<FileOperation>({Site::file_rename}, When::after,
                                  [](FileOperation& rename, const Strike&) { rename.error = 5; })));
  FileSystem& files = world.seams().files;
  files.create("a");
  EXPECT_THROW(files.rename("a", "b"), IoError);
  EXPECT_TRUE(files.exists("b"));
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Strike, WhatCannotBeIsRefusedWhereTheFaultIsMade) {
  const auto nothing = [](auto&, const Strike&) {};
  EXPECT_EQ(refusal([&] { bend<FileOperation>({Site::step_loss}, When::before, nothing); }),
            "no such operation crosses at step.loss");
  EXPECT_EQ(refusal([&] { bend<SpawnOperation>({Site::executor_spawn}, When::after, nothing); }),
            "no fault can strike after executor.spawn");
  EXPECT_EQ(refusal([&] { bend<Operation>({Site::executor_spawn}, When::after, nothing); }),
            "no fault can strike after executor.spawn");
  EXPECT_EQ(refusal([&] { bend<Operation>(std::vector<Site>{}, When::before, nothing); }),
            "a fault needs a site to strike at");
  EXPECT_EQ(refusal([] { sites_of({"data", "dada"}); }), "there is no seam dada");
  EXPECT_EQ(sites_of<Operation>(When::after).size(), kSites - 1);
}

TEST(Strike, ATriggerElsewhereIsRefusedWhereTheFaultIsPlanned) {
  FaultyWorld world;
  PlannedFault fault = planned(fail_files({Site::file_read}, 5));
  fault.trigger.site = Site::clock_now;
  EXPECT_EQ(refusal([&] { world.injector.plan(std::move(fault)); }),
            "own cannot strike at clock.now");
}

TEST(Strike, WhatOnlyTheRealThingCanDoCannotBeAnswered) {
  for (const Site site : {Site::file_create, Site::file_open_append, Site::memory_reserve}) {
    FaultyWorld world;
    world.injector.plan(planned(
        fault_at({site}, When::before, [](Operation& it, const Strike&) { it.answered = true; })));
    EXPECT_EQ(refusal([&] { cross_everything(world); }),
              "own cannot do the work of " + std::string(name_of(site)));
  }
}

// Everything else a fault can do in place of the real thing.
TEST(Strike, AnAnswerTakesThePlaceOfTheRealThing) {
  FaultyWorld world;
  world.signals.deliver(SIGTERM);
  world.injector.plan(planned(bend<SignalOperation>(
      When::before, [](SignalOperation& poll, const Strike&) { poll.answered = true; })));
  world.injector.plan(
      planned(bend<ClockOperation>(When::before, [](ClockOperation& reading, const Strike&) {
        reading.answered = true;
        reading.now = std::chrono::seconds(3);
      })));
  EXPECT_EQ(world.seams().signals.poll(), std::nullopt);
  EXPECT_EQ(world.signals.poll(), SIGTERM);
  EXPECT_EQ(world.seams().clock.now(), std::chrono::seconds(3));
}

std::unique_ptr<Fault> made(const FaultEntry& entry) {
  RealWorld world;
  const Catalogs catalogs = builtin_catalogs();
  Diagnostics mistakes;
  Params params = Params::defaults(mistakes);
  return entry.make(params, {.catalogs = catalogs, .seams = world.seams()});
}

TEST(OwnFault, BendsBatches) {
  FaultyWorld world;
  world.injector.plan(planned(made(upside_down())));
  const auto source = wrap(std::make_shared<OneBatch>(), world.injector);
  Batch batch;
  EXPECT_TRUE(source->fetch(0, batch));
  EXPECT_EQ(batch.x[0], -1.0F);
  EXPECT_EQ(batch.y[0], 0.5F);
}

TEST(OwnFault, KeepsWhatItKnowsFromStrikeToStrike) {
  FaultyWorld world;
  const std::unique_ptr<Fault> disk = made(lossy_disk());
  EXPECT_THAT(disk->sites(), ElementsAre(Site::file_append, Site::file_sync));
  FileOperation write;
  write.site = Site::file_append;
  FileOperation sync;
  sync.site = Site::file_sync;
  const Random random(1, Purpose::fault);
  for (int loss = 0; loss < 3; ++loss) {
    EXPECT_FALSE(disk->wants(sync));
    EXPECT_FALSE(disk->wants(write));
    EXPECT_TRUE(disk->wants(write));
    disk->strike(write, {When::before, world, random});
    EXPECT_TRUE(write.answered);
    disk->strike(write, {When::after, world, random});
  }
  EXPECT_TRUE(disk->wants(sync));
  EXPECT_THROW(disk->strike(sync, {When::after, world, random}), IoError);
}

}  // namespace
}  // namespace trainwreck::testing
