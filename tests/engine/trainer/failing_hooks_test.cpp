#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "engine/base/errors.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// Method: three callbacks, three epochs of two batches with validation. One of them raises in one
// hook at its second index (for hooks without an index: at once). What must then have been heard is
// computed here from the words of a run in which nobody raises.

struct Spot {
  Hook hook;
  std::int64_t index;  // RecordingCallback::kAny where it has none
};

const Spot kSpots[] = {
    {Hook::train_begin, RecordingCallback::kAny},
    {Hook::epoch_begin, 1},
    {Hook::train_batch_begin, 1},
    {Hook::train_batch_end, 1},
    {Hook::test_begin, RecordingCallback::kAny},
    {Hook::test_batch_begin, 1},
    {Hook::test_batch_end, 1},
    {Hook::test_end, RecordingCallback::kAny},
    {Hook::epoch_end, 1},
    {Hook::train_end, RecordingCallback::kAny},
};
const char* const kNames[] = {"A", "B", "C"};

bool is_begin(Hook hook) { return static_cast<int>(hook) % 2 == 0; }

class FailingHook : public ::testing::TestWithParam<std::tuple<Spot, std::size_t>> {
 protected:
  static std::vector<std::string> heard(Scene& scene) {
    const auto data = marker_arrays(2);
    result_ = scene.fit(*data, {"A", "B", "C"}, {.epochs = 3, .validation = marker_arrays(2, 100)});
    return scene.events.words();
  }
  // Words of an undisturbed run up to the raising one, which is the last.
  static std::vector<std::string> up_to_the_raise() {
    Scene scene(keras());
    std::vector<std::string> all = heard(scene);
    const auto [spot, position] = GetParam();
    const std::string word = std::string(kNames[position]) + "." + word_of(spot.hook, spot.index);
    const auto at = std::find(all.begin(), all.end(), word);
    EXPECT_NE(at, all.end()) << word;
    all.erase(at + 1, all.end());
    return all;
  }
  void make_it_raise(Scene& scene) {
    const auto [spot, position] = GetParam();
    for (const char* name : kNames) scene.recorder(name);
    scene.recorder(kNames[position]).raise_in(spot.hook, spot.index);
  }
  static std::string message() {
    const auto [spot, position] = GetParam();
    return fmt::format("{} fails in {}", kNames[position], name_of(spot.hook));
  }

  static inline FitResult result_;
};

TEST_P(FailingHook, EndsEverythingInKeras) {
  Scene scene(keras());
  make_it_raise(scene);
  const std::vector<std::string> expected = up_to_the_raise();  // another run, so it comes first
  EXPECT_EQ(heard(scene), expected);
  ASSERT_TRUE(result_.error);
  EXPECT_EQ(result_.error->message, message());
  EXPECT_TRUE(result_.suppressed.empty());
  EXPECT_EQ(result_.status, Status::failed);
}

// The scopes that are open where the hook stands, innermost first, as end hooks with their index.
std::vector<Spot> open_scopes(const Spot& spot) {
  const Spot train{Hook::train_end, -1};
  const bool in_first =
      is_batch_hook(spot.hook) || spot.hook == Hook::test_begin || spot.hook == Hook::test_end;
  const Spot epoch{Hook::epoch_end, in_first ? 0 : spot.index};
  const Spot test{Hook::test_end, -1};
  switch (spot.hook) {
    case Hook::train_begin:
    case Hook::train_end:
      return {train};
    case Hook::epoch_begin:
    case Hook::epoch_end:
      return {epoch, train};
    case Hook::test_begin:
    case Hook::test_end:
      return {test, epoch, train};
    case Hook::test_batch_begin:
    case Hook::test_batch_end:
      return {{Hook::test_batch_end, spot.index}, test, epoch, train};
    default:
      return {{Hook::train_batch_end, spot.index}, epoch, train};
  }
}

void expect_end_hooks(std::vector<std::string>& expected, const Spot& spot, std::size_t raiser) {
  const std::vector<Spot> open = open_scopes(spot);
  const auto add_end = [&](const Spot& end, std::size_t count) {
    for (std::size_t who = 0; who < count; ++who) {
      expected.push_back(fmt::format("{}.{}:failed", kNames[who], word_of(end.hook, end.index)));
    }
  };
  const auto add_exception = [&](std::size_t count) {
    for (std::size_t who = 0; who < count; ++who) {
      expected.push_back(fmt::format("{}.on_exception({} fails in {})", kNames[who], kNames[raiser],
                                     name_of(spot.hook)));
    }
  };
  const bool began_outermost = spot.hook != Hook::train_begin;
  if (is_begin(spot.hook)) {
    add_exception(began_outermost ? 3 : raiser);
    add_end(open[0], raiser);  // those before it alone
  } else {
    for (std::size_t who = raiser + 1; who < 3; ++who) {  // the others still get their end
      expected.push_back(fmt::format("{}.{}", kNames[who], word_of(spot.hook, spot.index)));
    }
    add_exception(3);
  }
  for (std::size_t scope = 1; scope < open.size(); ++scope) add_end(open[scope], 3);
}

TEST_P(FailingHook, ClosesEveryBegunScopeInHardened) {
  const auto [spot, position] = GetParam();
  Scene scene;
  make_it_raise(scene);
  std::vector<std::string> expected = up_to_the_raise();
  expect_end_hooks(expected, spot, position);
  EXPECT_EQ(heard(scene), expected);
  ASSERT_TRUE(result_.error);
  EXPECT_EQ(result_.error->message, message());
  EXPECT_EQ(result_.error->callback, kNames[position]);
  EXPECT_EQ(result_.error->phase, name_of(spot.hook));
  EXPECT_EQ(result_.status, Status::failed);
}

TEST_P(FailingHook, LeavesTheSameHistoryInBothProfiles) {
  std::vector<std::int64_t> epochs[2];
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    make_it_raise(scene);
    heard(scene);
    epochs[hard ? 1 : 0] = result_.history.epochs();
  }
  const auto [spot, position] = GetParam();
  if (spot.hook == Hook::epoch_end) {
    // The epoch itself was whole, and hardened tells everybody behind the raiser so.
    EXPECT_EQ(epochs[0].size() + 1, epochs[1].size());
  } else {
    EXPECT_EQ(epochs[0], epochs[1]);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, FailingHook,
                         ::testing::Combine(::testing::ValuesIn(kSpots),
                                            ::testing::Values(0U, 1U, 2U)),
                         [](const auto& test) {
                           return std::string(name_of(std::get<0>(test.param).hook)) + "_" +
                                  kNames[std::get<1>(test.param)];
                         });

TEST(FailingHooks, FirstErrorWinsAndTheOthersStandBesideItInOrder) {
  Scene scene;
  scene.recorder("A").raise_in(Hook::train_batch_end, 1);
  scene.recorder("A").raise_in(Hook::exception);
  scene.recorder("B").raise_in(Hook::train_batch_end, 1);
  scene.recorder("B").raise_in(Hook::epoch_end);
  scene.recorder("C").raise_in(Hook::train_end);
  const FitResult result = scene.fit(*marker_arrays(2), {"A", "B", "C"});
  EXPECT_EQ(error_text(result),
            "ValueError in on_train_batch_end of A at epoch 0, batch 1: "
            "A fails in on_train_batch_end");
  EXPECT_EQ(suppressed_text(result),
            "ValueError in on_train_batch_end of B at epoch 0, batch 1: "
            "B fails in on_train_batch_end | "
            "ValueError in on_exception of A at epoch 0: A fails in on_exception | "
            "ValueError in on_epoch_end of B at epoch 0: B fails in on_epoch_end | "
            "ValueError in on_train_end of C: C fails in on_train_end");
  EXPECT_EQ(scene.events.count("A.on_exception(A fails in on_train_batch_end)"), 1);
}

TEST(FailingHooks, ErrorOfTheStepComesBeforeThoseOfEndHooks) {
  Scene scene;
  scene.probe->before_training = [] { throw std::runtime_error("the layer fails"); };
  scene.recorder("A").raise_in(Hook::train_batch_end);
  const FitResult result = scene.fit(*marker_arrays(2), {"A"});
  EXPECT_EQ(error_text(result),
            "std::exception in forward at epoch 0, batch 0, data arrays: the layer fails");
  EXPECT_EQ(suppressed_text(result),
            "ValueError in on_train_batch_end of A at epoch 0, batch 0: "
            "A fails in on_train_batch_end");
}

TEST(FailingHooks, RethrowGivesTheOriginalException) {
  struct Own {
    int number;
  };
  Scene scene;
  scene.recorder("A").on(Hook::epoch_end, 0, [](Event&) { throw Own{42}; });
  const FitResult result = scene.fit(*marker_arrays(1), {"A"});
  EXPECT_EQ(result.error->type, "non-standard");
  try {
    result.rethrow();
    FAIL() << "nothing was thrown";
  } catch (const Own& own) {
    EXPECT_EQ(own.number, 42);
  }
}

TEST(FailingHooks, LogsOfABrokenScopeAreEmpty) {
  Scene scene;
  std::vector<std::size_t> sizes;
  RecordingCallback& a = scene.recorder("A");
  for (const Hook hook : {Hook::train_batch_end, Hook::epoch_end, Hook::train_end}) {
    a.on(hook, RecordingCallback::kAny, [&](Event& event) {
      if (event.status != Status::completed) sizes.push_back(event.logs.items().size());
    });
  }
  int steps = 0;
  scene.probe->before_training = [&] {
    if (++steps == 4) throw std::runtime_error("boom");
  };
  scene.fit(*marker_arrays(2), {"A"}, {.epochs = 2});
  EXPECT_EQ(sizes, (std::vector<std::size_t>{0, 0, 0}));
}

TEST(FailingHooks, SetSessionFailsBeforeAnyHookAndIsAResult) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A");
    scene.recorder("B").on_set_session([](Session&) { throw std::runtime_error("boom"); });
    const FitResult result = scene.fit(*marker_arrays(1), {"A", "B"});
    EXPECT_EQ(error_text(result), "std::exception in set_session of B: boom");
    EXPECT_EQ(scene.events.text(), "");
  }
}

TEST(FailingHooks, NullInTheListIsAResultBeforeAnyHook) {
  Scene scene(keras());
  FitOptions options;
  options.callbacks = scene.handles({"A"});
  options.callbacks.emplace_back(nullptr);
  const FitResult result = scene.run(*marker_arrays(1), options);
  EXPECT_EQ(result.error->message, "callbacks[1] is null");
  EXPECT_EQ(scene.events.text(), "");
}

TEST(FailingHooks, NextFitAfterAFailedOneIsHealthy) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    bool once = false;
    scene.recorder("A").on(Hook::epoch_end, 0, [&](Event&) {
      if (!std::exchange(once, true)) throw std::runtime_error("once");
    });
    EXPECT_FALSE(scene.fit(*marker_arrays(1), {"A"}).ok());
    const FitResult second = scene.fit(*marker_arrays(1), {"A"}, {.epochs = 2});
    EXPECT_EQ(second.status, Status::completed);
    EXPECT_EQ(second.history.epochs(), (std::vector<std::int64_t>{0, 1}));
  }
}

TEST(FailingHooks, InessentialErrorsAreContainedOnlyWhereThePolicySaysSo) {
  for (const bool contained : {false, true}) {
    Scene scene;
    if (contained) scene.policy.loop.inessential_errors = InessentialErrors::contained;
    scene.traced = true;
    scene.recorder("A").raise_in(Hook::epoch_begin, 0);
    scene.recorder("A").raise_in(Hook::epoch_end, 0);
    scene.recorder("A").be_inessential();
    const FitResult result = scene.fit(*marker_arrays(1), {"A", "B"});
    EXPECT_EQ(result.ok(), contained);
    if (!contained) continue;
    EXPECT_EQ(warning_ids(result), "callback.contained x2");
    EXPECT_EQ(result.warnings[0].text,
              "ValueError in on_epoch_begin of A is contained: A fails in on_epoch_begin");
    EXPECT_EQ(scene.trace.of(TraceKind::policy),
              "contained/A/ValueError 0 | contained/A/ValueError 0");
    EXPECT_EQ(scene.events.text_of("B."),
              "B.on_train_begin() B.on_epoch_begin(0) B.on_train_batch_begin(0) "
              "B.on_train_batch_end(0) B.on_epoch_end(0) B.on_train_end()");
  }
}

TEST(FailingHooks, EssentialCallbacksAreNeverContained) {
  Scene scene;
  scene.policy.loop.inessential_errors = InessentialErrors::contained;
  scene.recorder("A").raise_in(Hook::epoch_end, 0);
  EXPECT_EQ(error_text(scene.fit(*marker_arrays(1), {"A"})),
            "ValueError in on_epoch_end of A at epoch 0: A fails in on_epoch_end");
}

TEST(FailingHooks, DeathPassesThroughWithoutAnyHook) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").on(Hook::train_batch_end, 1, [](Event&) { throw Death{"power"}; });
    EXPECT_THROW(scene.fit(*marker_arrays(3), {"A", "B"}, {.epochs = 2}), Death);
    EXPECT_EQ(scene.events.words().back(), "A.on_train_batch_end(1)");
  }
}

TEST(FailingHooks, DeathOfASourceOrStepPassesTooAndKeepsTheHistorySoFar) {
  Scene scene;
  MarkerSequence data(2, scene.events);
  int fetched = 0;
  data.bend = [&](std::int64_t, Batch&) {
    if (++fetched == 3) throw Death{"kill"};
  };
  EXPECT_THROW(scene.fit(data, {"A"}, {.epochs = 2}), Death);
  EXPECT_EQ(scene.events.words().back(), "ds[0]");
  EXPECT_EQ(scene.trainer().history().epochs(), (std::vector<std::int64_t>{0}));
}

TEST(FailingHooks, WhatLooksLikeTheEndOfDataFromAHookIsAnError) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").on(Hook::train_batch_end, 0, [](Event&) { throw DataExhausted("me"); });
    const FitResult result = scene.fit(*marker_arrays(2), {"A"});
    EXPECT_EQ(error_text(result),
              "DataExhausted in on_train_batch_end of A at epoch 0, batch 0: me");
    EXPECT_EQ(result.status, Status::failed);
  }
}

}  // namespace
}  // namespace trainwreck::testing
