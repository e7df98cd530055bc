#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

std::string first_word(const std::string& line, std::string_view kind) {
  if (!line.starts_with(std::string(kind) + " ")) return {};
  const std::string rest = line.substr(kind.size() + 1);
  return rest.substr(0, rest.find('/'));
}

// Empty when scopes nest and all are closed; else what is wrong.
std::string nesting_of(const TraceLines& trace) {
  std::vector<std::string> open;
  for (const std::string& line : trace.lines) {
    const std::string begun = first_word(line, "scope_begin");
    const std::string ended = first_word(line, "scope_end");
    if (!begun.empty()) open.push_back(begun);
    if (ended.empty()) continue;
    if (open.empty() || open.back() != ended) return "unexpected end of " + ended;
    open.pop_back();
  }
  return open.empty() ? "" : "still open: " + open.back();
}

std::int64_t count_of(const TraceLines& trace, std::string_view start) {
  std::int64_t count = 0;
  for (const std::string& line : trace.lines) count += line.starts_with(start) ? 1 : 0;
  return count;
}

class TracedFailure : public ::testing::TestWithParam<Hook> {};

TEST_P(TracedFailure, ScopesNestAndHooksArePaired) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.traced = true;
    scene.recorder("B").raise_in(GetParam());
    scene.fit(*marker_arrays(2), {"A", "B", "C"}, {.validation = marker_arrays(1)});
    EXPECT_EQ(nesting_of(scene.trace), "");
    EXPECT_EQ(count_of(scene.trace, "hook_begin "), count_of(scene.trace, "hook_end "));
    EXPECT_EQ(count_of(scene.trace, "step_begin "), count_of(scene.trace, "step_end "));
    EXPECT_EQ(count_of(scene.trace, "fetch_begin "), count_of(scene.trace, "fetch_end "));
    EXPECT_EQ(count_of(scene.trace, "run_begin "), 1);
    EXPECT_TRUE(scene.trace.lines.back().starts_with("run_end ValueError/fit/failed"));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, TracedFailure,
                         ::testing::Values(Hook::train_begin, Hook::epoch_begin,
                                           Hook::train_batch_begin, Hook::train_batch_end,
                                           Hook::test_begin, Hook::test_batch_begin,
                                           Hook::test_batch_end, Hook::test_end, Hook::epoch_end,
                                           Hook::train_end),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST(Trace, OfASmallFit) {
  Scene scene;
  scene.traced = true;
  RecordingCallback& a = scene.recorder("A");
  a.show_only(0);
  FitOptions options{.epochs = 1, .shuffle = false};
  options.callbacks.emplace_back(scene.handles({"A"})[0].shared(), mask_of(Hook::epoch_end));
  scene.trainer().fit(*marker_arrays(1), options);
  const std::vector<std::string> expected = {"run_begin fit/arrays/",
                                             "callback /A/on_epoch_end",
                                             "callback /history/on_train_begin on_epoch_end",
                                             "scope_begin train//",
                                             "hook_begin on_train_begin/history/",
                                             "hook_end on_train_begin/history/ok",
                                             "scope_begin epoch// 0",
                                             "source on_epoch_begin/arrays/ 0",
                                             "fetch_begin /arrays/ 0.0",
                                             "fetch_end /arrays/ok 0.0",
                                             "scope_begin train_batch// 0.0",
                                             "step_begin // 0.0",
                                             "step_end //committed 0.0",
                                             "scope_end train_batch//completed 0.0",
                                             "source on_epoch_end/arrays/ 0",
                                             "hook_begin on_epoch_end/A/completed 0",
                                             "hook_end on_epoch_end/A/ok 0",
                                             "hook_begin on_epoch_end/history/completed 0",
                                             "history loss// 0",
                                             "history mae// 0",
                                             "hook_end on_epoch_end/history/ok 0",
                                             "scope_end epoch//completed 0",
                                             "scope_end train//completed",
                                             "run_end /fit/completed"};
  EXPECT_EQ(scene.trace.lines, expected);
}

TEST(Trace, OfAFailedStepSaysSo) {
  Scene scene;
  scene.traced = true;
  scene.probe->before_training = [] { throw ValueError("boom"); };
  scene.run(*marker_arrays(1));
  EXPECT_EQ(scene.trace.of(TraceKind::step_end), "//failed 0.0");
}

TEST(Trace, SaysWhoAskedForAStopAndWhere) {
  Scene scene;
  scene.traced = true;
  scene.recorder("A").on(Hook::train_batch_end, 1,
                         [](Event& event) { event.session.request_stop("enough"); });
  scene.fit(*marker_arrays(3), {"A"});
  EXPECT_EQ(scene.trace.of(TraceKind::stop_request), "/A/enough 0.1");
  EXPECT_EQ(nesting_of(scene.trace), "");
}

// Everything that two runs must have in common bit by bit.
struct Fingerprint {
  std::vector<float> state;
  History history;
  std::vector<std::string> words;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

Fingerprint fingerprint(const Policy& policy, bool traced) {
  Scene scene(policy, 0.01F);
  scene.traced = traced;
  FitOptions options{.epochs = 3, .validation = marker_arrays(2, 5), .shuffle = true};
  options.callbacks = scene.handles({"A"});
  const FitResult result = scene.trainer().fit(*marker_arrays(6), options);
  return {scene.state(), result.history, scene.events.words()};
}

TEST(Determinism, SameSeedGivesTheSameBitsTwice) {
  for (const Policy& policy : {keras(), hardened()}) {
    EXPECT_EQ(fingerprint(policy, false), fingerprint(policy, false));
  }
}

TEST(Determinism, TracingChangesNothing) {
  for (const Policy& policy : {keras(), hardened()}) {
    EXPECT_EQ(fingerprint(policy, false), fingerprint(policy, true));
  }
}

TEST(Determinism, FittingInPartsShufflesLikeOneFit) {
  const auto order = [](const std::vector<FitOptions>& parts) {
    Scene scene(hardened(), 0.01F);
    scene.probe->shown = true;
    for (FitOptions part : parts) {
      part.shuffle = true;
      scene.trainer().fit(*marker_arrays(6), part);
    }
    std::vector<float> state = scene.state();
    return std::pair(scene.events.text(), state);
  };
  EXPECT_EQ(order({{.epochs = 4}}), order({{.epochs = 1}, {.epochs = 4, .initial_epoch = 1}}));
}

TEST(Determinism, BothProfilesLearnTheSameFromHealthyData) {
  Fingerprint soft = fingerprint(keras(), false);
  Fingerprint hard = fingerprint(hardened(), false);
  EXPECT_EQ(soft.state, hard.state);
  EXPECT_EQ(soft.history, hard.history);
  EXPECT_EQ(soft.words, hard.words);
}

}  // namespace
}  // namespace trainwreck::testing
