#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/faults/kinds/faulty_run.h"

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

const std::string kHook = at("hook.on_train_batch_end");
const std::string kEpochEnd = at("hook.on_epoch_end");
const std::string kAnywhere = R"("at": {})";
const std::string kFetch = at("source.fetch");

// One for every kind: a new kind without an example is a failing test.
const std::vector<Example> kExamples = {
    {"abort", at("step.backward")},
    {"access_denied", at("file.create")},
    {"batch_denormal", kAnywhere},
    {"batch_duplicated", kAnywhere},
    {"batch_inf", kAnywhere},
    {"batch_nan", kAnywhere},
    {"batch_null", kAnywhere},
    {"batch_ragged", kAnywhere},
    {"batch_reordered", R"("at": {"batch": 0})"},
    {"batch_reshaped", kAnywhere + R"(, "shape": [2, 3])"},
    {"batch_row_mismatch", kAnywhere},
    {"batch_short", kAnywhere},
    {"batch_stale", kAnywhere},
    {"batch_wrong_dtype", kAnywhere},
    {"batch_wrong_rank", kAnywhere},
    {"batch_wrong_width", kAnywhere},
    {"batch_zero_rows", kAnywhere},
    {"bit_flip", at("step.apply")},
    {"bit_rot", at("file.append")},
    {"clock_jump", kAnywhere},
    {"clock_stall", kAnywhere},
    {"disk_full", at("file.append") + R"(, "room": 1000)"},
    {"drops_last_batch", R"("at": {"batch": 2})"},
    {"dropped_step", kAnywhere},
    {"epoch_end_hook_throws", kAnywhere},
    {"failing_rename", kAnywhere, saves_durably},
    {"failing_sync", at("file.sync"), saves_durably},
    {"file_too_large", at("file.append") + R"(, "bytes": 100)"},
    {"hang", at("step.forward")},
    {"hook_hangs", kHook},
    {"hook_lost", kEpochEnd},
    {"hook_requests_stop", kHook},
    {"hook_stalls", kHook},
    {"hook_throws", kHook},
    {"inf_gradient", kAnywhere},
    {"inf_loss", kAnywhere},
    {"interrupted_call", at("file.append")},
    {"io_error", at("file.rename"), saves_durably},
    {"label_out_of_range", kAnywhere, knows_classes},
    {"length_lies", kAnywhere},
    {"logs_mutated", kHook},
    {"loss_spike", kAnywhere},
    {"lying_sync", at("file.sync_directory"), saves_durably},
    {"memory_leak", kHook},
    {"nan_gradient", kAnywhere},
    {"nan_loss", kAnywhere},
    {"out_of_memory", at("memory.reserve")},
    {"power_cut", at("file.rename"), saves_durably},
    {"read_error", kAnywhere},
    {"read_only", at("file.make_directory")},
    {"reentrant_evaluate", kEpochEnd},
    {"reentrant_fit", kEpochEnd},
    {"repeated_step", kAnywhere},
    {"reset_does_nothing", kAnywhere, streams},
    {"scalar_labels", kAnywhere},
    {"second_signal", kHook},
    {"short_write", kAnywhere},
    {"sigint", at("signals.poll")},
    {"sigkill", at("step.apply")},
    {"sigterm", kFetch},
    {"source_exhausts_early", kAnywhere},
    {"source_hangs", kFetch},
    {"source_never_ends", kAnywhere, streams},
    {"source_stalls", kFetch},
    {"source_throws", kFetch},
    {"source_yields_after_end", kAnywhere, streams},
    {"step_stalls", at("step.loss")},
    {"step_throws", at("step.apply")},
    {"torn_write", kAnywhere},
    {"worker_death", kAnywhere, has_workers},
};

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
  for (const Example& example : kExamples) shown.insert(example.kind);
  std::set<std::string> kinds;
  for (const FaultEntry& entry : builtin_faults()) {
    kinds.insert(std::string(entry.name));
    EXPECT_FALSE(entry.help.empty()) << entry.name;
  }
  EXPECT_EQ(shown, kinds);
}

TEST(EveryKind, FiresOnceAndAlwaysInBothProfiles) {
  for (const Example& example : kExamples) {
    for (const Policy& policy : {hardened(), keras()}) {
      const Ran once = rehearse(example, "", policy);
      EXPECT_EQ(once.fired.at(example.kind), 1) << example.kind;
      const Ran always = rehearse(example, R"(, "times": "always")", policy);
      EXPECT_GE(always.fired.at(example.kind), 1) << example.kind;
    }
  }
}

TEST(EveryKind, DoesTheSameInEveryRun) {
  for (const Example& example : kExamples) {
    const Ran first = rehearse(example, R"(, "times": "always")", keras());
    const Ran second = rehearse(example, R"(, "times": "always")", keras());
    EXPECT_EQ(first.trace, second.trace) << example.kind;
    EXPECT_EQ(first.files, second.files) << example.kind;
    EXPECT_EQ(first.addresses, second.addresses) << example.kind;
  }
}

TEST(EveryKind, LeavesTheHardenedProfileWithClosedScopesUnlessItKills) {
  for (const Example& example : kExamples) {
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
