#include "engine/seams/tracer.h"

#include <gtest/gtest.h>

#include <optional>
#include <tuple>
#include <vector>

namespace trainwreck {
namespace {

class Heard final : public TraceSink {
 public:
  void record(const TraceEvent& event) override { events.push_back(event); }
  std::vector<TraceEvent> events;
};

TEST(Tracer, SaysNothingWhereNobodyListens) {
  const Tracer tracer(nullptr);
  EXPECT_FALSE(tracer);
  tracer.signal({.number = 15});
}

TEST(Tracer, PutsWhatItSaysWhereTheFormatHasIt) {
  Heard heard;
  const Tracer tracer(&heard);
  EXPECT_TRUE(tracer);
  tracer.file({.operation = "rename",
               .path = "m.tmp",
               .outcome = "m",
               .error = 0,
               .bytes = 7,
               .offset = 3.0,
               .epoch = 1,
               .batch = 2});
  ASSERT_EQ(heard.events.size(), 1U);
  const TraceEvent& event = heard.events.front();
  EXPECT_EQ(event.kind, TraceKind::file);
  EXPECT_EQ(event.what, "rename");
  EXPECT_EQ(event.who, "m.tmp");
  EXPECT_EQ(event.detail, "m");
  EXPECT_EQ(event.step, 0);
  EXPECT_EQ(event.number, 7);
  EXPECT_EQ(event.value, 3.0);
  EXPECT_EQ(event.epoch, 1);
  EXPECT_EQ(event.batch, 2);
}

TEST(Tracer, LeavesOutWhatNobodySaid) {
  Heard heard;
  Tracer(&heard).fetch_begin({.source = "ds"});
  const TraceEvent& event = heard.events.front();
  EXPECT_EQ(event.who, "ds");
  EXPECT_EQ(event.epoch, -1);
  EXPECT_EQ(event.batch, -1);
  EXPECT_EQ(event.step, -1);
  EXPECT_EQ(event.number, -1);
  EXPECT_EQ(event.value, 0.0);
  EXPECT_EQ(event.what, "");
  EXPECT_EQ(event.detail, "");
}

// Every member of every kind has a place of its own in the record: what differs in one of them
// differs in what comes back.
template <class What>
void expect_kept(const What& what) {
  const TraceEvent event = traced::wire_of(what);
  EXPECT_EQ(event.kind, What::kKind);
  const std::optional<What> back = as<What>(event);
  ASSERT_TRUE(back);
  const TraceEvent again = traced::wire_of(*back);
  EXPECT_EQ(std::tie(event.epoch, event.batch, event.step, event.number, event.value, event.what,
                     event.who, event.detail),
            std::tie(again.epoch, again.batch, again.step, again.number, again.value, again.what,
                     again.who, again.detail));
}

TEST(TraceRecord, GivesBackWhatWasPutIntoIt) {
  expect_kept(traced::RunBegin{.call = traced::Call::evaluate, .source = "ds", .seed = 3});
  expect_kept(traced::RunEnd{
      .call = "fit", .status = "failed", .error = "KeyError", .suppressed = 1, .steps = 4});
  expect_kept(traced::ScopeEnd{.scope = "epoch", .status = "stopped", .epoch = 1, .rows = 4.0});
  expect_kept(traced::Save{.action = traced::Saving::load,
                           .path = "m",
                           .note = "best",
                           .bytes = 9,
                           .score = 0.5,
                           .epoch = 1,
                           .batch = 2,
                           .step = 3});
  expect_kept(traced::StepEnd{.step = 1, .loss = 0.25, .weights_finite = false});
  const auto save = *as<traced::Save>(traced::wire_of(traced::Save{
      .action = traced::Saving::remove, .path = "m", .note = "n", .bytes = 1, .step = 2}));
  EXPECT_EQ(save.action, traced::Saving::remove);
  EXPECT_EQ(save.action.text, "delete");
  EXPECT_EQ(save.path, "m");
  EXPECT_EQ(save.note, "n");
  EXPECT_EQ(save.bytes, 1);
  EXPECT_EQ(save.step, 2);
}

TEST(TraceRecord, IsReadAsItsOwnKindAlone) {
  const TraceEvent event = traced::wire_of(traced::StepEnd{.weights_finite = false});
  EXPECT_TRUE(is<traced::StepEnd>(event));
  EXPECT_FALSE(as<traced::StepBegin>(event));
  EXPECT_FALSE(as<traced::StepEnd>(event)->weights_finite);
}

TEST(TraceRecord, KeepsTheWordsOfOtherEngines) {
  const auto step = as<traced::StepEnd>(
      traced::wire_of(traced::StepEnd{.outcome = Word<traced::Stepping>("bad batch")}));
  EXPECT_EQ(step->outcome.text, "bad batch");
  EXPECT_NE(step->outcome, traced::Stepping::committed);
}

}  // namespace
}  // namespace trainwreck
