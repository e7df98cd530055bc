#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/faults/faulty_run.h"

namespace trainwreck::testing {
namespace {

// A fault where it fires in an ordinary run.
struct Example {
  std::string kind;
  std::string rest;  // of the JSON object, after the kind
  void (*adapt)(RunSetup&) = [](RunSetup&) {};
};

std::string at(const std::string& site) { return R"("at": {"site": ")" + site + R"("})"; }

void streams(RunSetup& setup) {
  setup.stream = true;
  setup.steps = 3;
  setup.validation = false;  // nothing would end a validation
}
void saves_durably(RunSetup& setup) { setup.policy.checkpoint.protocol = SaveProtocol::durable; }
void has_workers(RunSetup& setup) { setup.workers = true; }
void knows_classes(RunSetup& setup) { setup.loss = "sparse_categorical_crossentropy"; }

// One for every kind: a new kind without an example is a failing test.
std::vector<Example> examples() {
  const std::string hook = at("hook.on_train_batch_end");
  const std::string epoch_end = at("hook.on_epoch_end");
  const std::string none = R"("at": {})";
  const std::string fetch = at("source.fetch");
  return {
      {"abort", at("step.backward")},
      {"access_denied", at("file.create")},
      {"batch_denormal", none},
      {"batch_duplicated", none},
      {"batch_inf", none},
      {"batch_nan", none},
      {"batch_null", none},
      {"batch_ragged", none},
      {"batch_reordered", R"("at": {"batch": 0})"},
      {"batch_row_mismatch", none},
      {"batch_short", none},
      {"batch_stale", none},
      {"batch_wrong_dtype", none},
      {"batch_wrong_rank", none},
      {"batch_wrong_width", none},
      {"batch_zero_rows", none},
      {"bit_flip", at("step.apply")},
      {"bit_rot", at("file.append")},
      {"clock_jump", none},
      {"clock_stall", none},
      {"disk_full", at("file.append") + R"(, "room": 1000)"},
      {"drops_last_batch", R"("at": {"batch": 2})"},
      {"dropped_step", none},
      {"epoch_end_hook_throws", none},
      {"failing_rename", none, saves_durably},
      {"failing_sync", at("file.sync"), saves_durably},
      {"hang", at("step.forward")},
      {"hook_hangs", hook},
      {"hook_lost", epoch_end},
      {"hook_requests_stop", hook},
      {"hook_stalls", hook},
      {"hook_throws", hook},
      {"inf_gradient", none},
      {"inf_loss", none},
      {"interrupted_call", at("file.append")},
      {"io_error", at("file.rename"), saves_durably},
      {"label_out_of_range", none, knows_classes},
      {"length_lies", none},
      {"logs_mutated", hook},
      {"loss_spike", none},
      {"lying_sync", at("file.sync_directory"), saves_durably},
      {"memory_leak", hook},
      {"nan_gradient", none},
      {"nan_loss", none},
      {"out_of_memory", at("memory.reserve")},
      {"power_cut", at("file.rename"), saves_durably},
      {"read_error", none},
      {"read_only", at("file.make_directory")},
      {"reentrant_evaluate", epoch_end},
      {"reentrant_fit", epoch_end},
      {"repeated_step", none},
      {"reset_does_nothing", none, streams},
      {"scalar_labels", none},
      {"second_signal", hook},
      {"short_write", none},
      {"sigint", at("signals.poll")},
      {"sigkill", at("step.apply")},
      {"sigterm", fetch},
      {"source_exhausts_early", none},
      {"source_hangs", fetch},
      {"source_never_ends", none, streams},
      {"source_stalls", fetch},
      {"source_throws", fetch},
      {"source_yields_after_end", none, streams},
      {"step_stalls", at("step.loss")},
      {"step_throws", at("step.apply")},
      {"torn_write", none},
      {"worker_death", none, has_workers},
  };
}

Ran rehearse(const Example& example, const std::string& often, const Policy& policy) {
  RunSetup setup{
      .faults = {fmt::format(R"({{"kind": "{}", {}{}}})", example.kind, example.rest, often)},
      .policy = policy,
      .validation = true};
  // Not every profile reads back what it wrote; so that something is read, somebody reads.
  struct Reader final : Callback {
    std::string name() const override { return "reader"; }
    void on_epoch_end(Event& event) override {
      if (event.status != Status::completed || event.index == 0) return;
      event.session.seams().files.read("ckpt/1.safetensors");
    }
  };
  if (example.kind == "read_error") setup.callbacks.push_back(std::make_shared<Reader>());
  example.adapt(setup);
  return run(setup);
}

TEST(EveryKind, HasAnExample) {
  std::set<std::string> shown;
  for (const Example& example : examples()) shown.insert(example.kind);
  std::set<std::string> kinds;
  for (const FaultEntry& entry : builtin_faults()) {
    kinds.insert(std::string(entry.name));
    EXPECT_FALSE(entry.help.empty()) << entry.name;
  }
  EXPECT_EQ(shown, kinds);
}

TEST(EveryKind, FiresOnceAndAlwaysInBothProfiles) {
  for (const Example& example : examples()) {
    for (const Policy& policy : {hardened(), keras()}) {
      const Ran once = rehearse(example, "", policy);
      EXPECT_EQ(once.fired.at(example.kind), 1) << example.kind;
      const Ran always = rehearse(example, R"(, "times": "always")", policy);
      EXPECT_GE(always.fired.at(example.kind), 1) << example.kind;
    }
  }
}

TEST(EveryKind, DoesTheSameInEveryRun) {
  for (const Example& example : examples()) {
    const Ran first = rehearse(example, R"(, "times": "always")", keras());
    const Ran second = rehearse(example, R"(, "times": "always")", keras());
    EXPECT_EQ(first.trace, second.trace) << example.kind;
    EXPECT_EQ(first.files, second.files) << example.kind;
    EXPECT_EQ(first.addresses, second.addresses) << example.kind;
  }
}

TEST(EveryKind, LeavesTheHardenedProfileWithClosedScopesUnlessItKills) {
  for (const Example& example : examples()) {
    const Ran ran = rehearse(example, "", hardened());
    if (ran.died) continue;
    ASSERT_FALSE(ran.hooks.empty()) << example.kind;
    if (example.kind == "hook_lost") continue;
    const bool began = ran.hooks.front() == "on_train_begin";
    EXPECT_EQ(began && ran.hooks.back().starts_with("on_train_end"), began) << example.kind;
  }
}

}  // namespace
}  // namespace trainwreck::testing
