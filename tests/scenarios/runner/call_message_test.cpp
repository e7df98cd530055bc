#include "scenarios/runner/call_message.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace trainwreck {
namespace {

CallOutcome full_outcome() {
  CallOutcome call{.began = {.run = 1, .fit = 2, .epoch = 3, .batch = 4},
                   .status = Status::stopped};
  call.error = ErrorRecord{.type = "ShapeError",
                           .message = "no \xff text",
                           .phase = "forward",
                           .callback = "csv_logger",
                           .source = "arrays",
                           .epoch = 1,
                           .batch = 2};
  call.suppressed = {{.type = "IoError", .message = "later"}};
  call.warnings = {{.id = "data.ran_out", .text = "early"}};
  call.history.add_epoch(0);
  call.history.add_epoch(1);
  call.history.add_value("loss", 0, 0.25);
  call.history.add_value("loss", 1, std::nan(""));
  call.stop = StopDemand{.reason = "enough", .by = "early_stopping", .epoch = 1, .batch = -1};
  call.steps = 7;
  call.metrics = {{"loss", std::numeric_limits<double>::infinity()}, {"mae", 0.1}};
  call.predictions = {1.0F, -0.0F};
  call.weights = {std::nanf(""), 2.0F};
  call.learning_rate = 0.1;
  return call;
}

void expect_same(const ErrorRecord& a, const ErrorRecord& b) {
  EXPECT_EQ(text_of(a), text_of(b));
  EXPECT_EQ(a.callback, b.callback);
  EXPECT_EQ(a.source, b.source);
}

TEST(CallMessage, KeepsEverythingThatACallCameTo) {
  const CallOutcome call = full_outcome();
  const std::string bytes = bytes_of({.call = call});
  std::string_view rest = bytes;
  const auto message = take_message(rest);
  ASSERT_TRUE(message && message->call);
  EXPECT_TRUE(rest.empty());
  const CallOutcome& back = *message->call;
  EXPECT_EQ(back.began, call.began);
  EXPECT_EQ(back.status, call.status);
  expect_same(*back.error, *call.error);
  ASSERT_EQ(back.suppressed.size(), 1U);
  expect_same(back.suppressed[0], call.suppressed[0]);
  EXPECT_EQ(back.warnings.at(0).id, "data.ran_out");
  EXPECT_EQ(back.warnings.at(0).text, "early");
  EXPECT_EQ(back.history, call.history);
  EXPECT_EQ(back.stop->by, "early_stopping");
  EXPECT_EQ(back.stop->reason, "enough");
  EXPECT_EQ(back.steps, 7);
  EXPECT_EQ(back.metrics, call.metrics);
  EXPECT_EQ(back.predictions, call.predictions);
  EXPECT_TRUE(std::isnan(back.weights.at(0)));
  EXPECT_EQ(back.weights.at(1), 2.0F);
  EXPECT_EQ(back.learning_rate, 0.1);
}

TEST(CallMessage, AMessageThatIsCutOffIsNoMessage) {
  const std::string first = bytes_of({.parameters = {{.name = "dense/kernel", .shape = {3, 2}}}});
  const std::string bytes = first + bytes_of({.resources = Resources{.memory_peak = 5}});
  for (std::size_t length = first.size(); length < bytes.size(); ++length) {
    std::string_view rest = std::string_view(bytes).substr(0, length);
    const auto whole = take_message(rest);
    EXPECT_EQ(whole->parameters.at(0).name, "dense/kernel");
    EXPECT_EQ(whole->parameters.at(0).shape, Shape({3, 2}));
    EXPECT_FALSE(take_message(rest)) << length;
  }
  std::string_view rest = bytes;
  take_message(rest);
  EXPECT_EQ(take_message(rest)->resources->memory_peak, 5);
}

}  // namespace
}  // namespace trainwreck
