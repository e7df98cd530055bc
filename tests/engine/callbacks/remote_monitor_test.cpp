// Method: what is said and how often is seen by a poster that records; that it really arrives, by a
// server on the loopback device.
#include "engine/callbacks/remote_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/engine/seams/loopback_server.h"

namespace trainwreck {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kNanMetric = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Gives these answers, then the last one for ever.
class RecordingPoster final : public HttpPoster {
 public:
  explicit RecordingPoster(std::vector<HttpAnswer> answers) : answers_(std::move(answers)) {}
  HttpAnswer post(const HttpPost& post) override {
    posts.push_back(post);
    return answers_[std::min(posts.size(), answers_.size()) - 1];
  }
  std::vector<HttpPost> posts;

 private:
  std::vector<HttpAnswer> answers_;
};

std::shared_ptr<RecordingPoster> poster(std::vector<HttpAnswer> answers) {
  return std::make_shared<RecordingPoster>(std::move(answers));
}

HttpAnswer status(int code) { return {.status = code, .trouble = {}}; }
HttpAnswer refused() { return {.status = 0, .trouble = "cannot connect"}; }

CallbackHandle monitor(const std::shared_ptr<HttpPoster>& post, bool as_json = true) {
  return std::make_shared<RemoteMonitor>(
      RemoteMonitorOptions{.send_as_json = as_json, .poster = post});
}

CallbackHandle monitor_of(const std::string& root, bool as_json = true) {
  return std::make_shared<RemoteMonitor>(
      RemoteMonitorOptions{.root = root, .headers = {{"X-Run", "7"}}, .send_as_json = as_json});
}

const std::vector<ScriptedEpoch>& one_epoch() {
  static const std::vector<ScriptedEpoch> epochs = {{.logs = {{"loss", 1.0}}}};
  return epochs;
}

TEST(RemoteMonitor, PostsEachEpochToARealServer) {
  for (const Policy& policy : {keras(), hardened()}) {
    LoopbackServer server;
    CallbackScene stage(policy);
    ScriptedLosses losses({1.0F});
    const FitResult result =
        stage.fit({.epochs = 2, .callbacks = {monitor_of(server.root(), false)}, .step = &losses});
    EXPECT_TRUE(result.ok());
    EXPECT_THAT(texts_of(result.warnings), IsEmpty());
    const auto requests = server.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].path, "/publish/epoch/end/");
    EXPECT_EQ(requests[0].content_type, "application/x-www-form-urlencoded");
    EXPECT_EQ(requests[0].form_data, R"({"epoch": 0, "loss": 1.0})");
    EXPECT_EQ(requests[0].run_header, "7");
    EXPECT_EQ(requests[1].form_data, R"({"epoch": 1, "loss": 1.0})");
  }
}

TEST(RemoteMonitor, SendsTheJsonItselfWhenAskedTo) {
  LoopbackServer server;
  CallbackScene stage;
  stage.play(monitor_of(server.root()), one_epoch());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].content_type, "application/json");
  EXPECT_EQ(requests[0].body, R"({"epoch": 0, "loss": 1.0})");
}

TEST(RemoteMonitor, TheFormIsEncodedAsPythonDoes) {
  CallbackScene stage;
  const auto post = poster({status(200)});
  stage.play(monitor(post, false), {{.logs = {{"a&b_~", 0.5}}}});
  EXPECT_EQ(post->posts.at(0).body, "data=%7B%22epoch%22%3A+0%2C+%22a%26b_~%22%3A+0.5%7D");
}

TEST(RemoteMonitor, NonFiniteNumbersGoOutAsPythonPrintsThemInKeras) {
  CallbackScene stage(keras());
  const auto post = poster({status(200)});
  stage.play(monitor(post, false),
             {{.logs = {{"a", kNanMetric}, {"b", kInfinity}, {"c", -kInfinity}}}});
  EXPECT_EQ(post->posts.at(0).body,
            "data=%7B%22epoch%22%3A+0%2C+%22a%22%3A+NaN%2C+%22b%22%3A+Infinity%2C+%22c%22%3A+-"
            "Infinity%7D");
}

TEST(RemoteMonitor, KerasCannotSendANanAsJson) {
  CallbackScene stage(keras());
  const auto post = poster({status(200)});
  stage.play(monitor(post), {{.logs = {{"loss", kNanMetric}}}});
  EXPECT_EQ(post->posts.size(), 0U);
  EXPECT_THAT(stage.warnings(),
              ElementsAre("remote_monitor.not_delivered: Could not reach RemoteMonitor root server "
                          "at http://localhost:9000"));
}

TEST(RemoteMonitor, NonFiniteNumbersAreNullBesideTheirTextInHardened) {
  CallbackScene stage;
  const auto post = poster({status(200)});
  stage.play(monitor(post), {{.logs = {{"a", kNanMetric}, {"b", 2.0}, {"c\"", -kInfinity}}}});
  EXPECT_EQ(post->posts.at(0).body, R"({"epoch": 0, "a": null, "b": 2.0, "c\"": null, )"
                                    R"("non_finite": {"a": "nan", "c\"": "-inf"}})");
}

TEST(RemoteMonitor, ADeadServerIsAWarningPerEpochInKeras) {
  CallbackScene stage(keras());
  const std::string root = refusing_root();
  const FitResult result = stage.fit({.epochs = 2, .callbacks = {monitor_of(root)}});
  EXPECT_EQ(result.status, Status::completed);
  const std::string warning =
      "remote_monitor.not_delivered: Could not reach RemoteMonitor root server at " + root;
  EXPECT_THAT(texts_of(result.warnings), ElementsAre(warning, warning));
  EXPECT_THAT(stage.executor.sleeps, IsEmpty());
}

TEST(RemoteMonitor, KerasTriesOnceWithoutATimeoutAndIgnoresTheStatus) {
  CallbackScene stage(keras());
  const auto post = poster({status(500)});
  stage.play(monitor(post), one_epoch());
  ASSERT_EQ(post->posts.size(), 1U);
  EXPECT_FALSE(post->posts[0].timeout);
  EXPECT_THAT(stage.warnings(), IsEmpty());
}

TEST(RemoteMonitor, KerasWaitsForASlowServer) {
  LoopbackServer server;
  server.wait_before_answer(60ms);
  CallbackScene stage(keras());
  stage.policy.logging.remote_timeout_seconds = 0.01;
  const auto start = std::chrono::steady_clock::now();
  stage.play(monitor_of(server.root()), one_epoch());
  EXPECT_GE(std::chrono::steady_clock::now() - start, 60ms);
  EXPECT_THAT(stage.warnings(), IsEmpty());
}

TEST(RemoteMonitor, ADeadServerIsTriedThriceThenOnceAnEpochInHardened) {
  CallbackScene stage;
  const std::string root = refusing_root();
  const FitResult result = stage.fit({.epochs = 2, .callbacks = {monitor_of(root)}});
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_THAT(texts_of(result.warnings),
              ElementsAre("remote_monitor.not_delivered: epoch 0 was not delivered to " + root +
                              "/publish/epoch/end/ in 3 tries: cannot connect",
                          "remote_monitor.not_delivered: epoch 1 was not delivered to " + root +
                              "/publish/epoch/end/ in 1 try: cannot connect"));
  EXPECT_THAT(stage.executor.sleeps, ElementsAre(100ms, 200ms));
}

TEST(RemoteMonitor, ASlowServerTimesOutInHardened) {
  LoopbackServer server;
  server.wait_before_answer(10s);
  Policy policy = hardened();
  policy.logging.remote_timeout_seconds = 0.02;
  policy.logging.remote_retries = 1;
  CallbackScene stage(policy);
  stage.play(monitor_of(server.root()), one_epoch());
  EXPECT_THAT(stage.warnings(),
              ElementsAre("remote_monitor.not_delivered: epoch 0 was not delivered to " +
                          server.root() + "/publish/epoch/end/ in 2 tries: timed out"));
}

TEST(RemoteMonitor, AServerInTroubleIsTriedAgainInHardened) {
  LoopbackServer server;
  server.answer_first_with(503, 2);
  CallbackScene stage;
  stage.play(monitor_of(server.root()), one_epoch());
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_THAT(stage.warnings(), IsEmpty());
}

TEST(RemoteMonitor, ARefusalIsNotTriedAgainInHardened) {
  for (const int code : {400, 404, 302}) {
    CallbackScene stage;
    const auto post = poster({status(code)});
    stage.play(monitor(post), one_epoch());
    EXPECT_EQ(post->posts.size(), 1U);
    EXPECT_THAT(stage.warnings(),
                ElementsAre("remote_monitor.not_delivered: epoch 0 was not delivered to "
                            "http://localhost:9000/publish/epoch/end/ in 1 try: it answered " +
                            std::to_string(code)));
  }
}

TEST(RemoteMonitor, TriesAndTimeoutAreThePolicys) {
  Policy policy = hardened();
  policy.logging.remote_retries = 4;
  policy.logging.remote_timeout_seconds = 1.5;
  CallbackScene stage(policy);
  const auto post = poster({status(500), refused(), status(429), status(200)});
  stage.play(monitor(post), one_epoch());
  ASSERT_EQ(post->posts.size(), 4U);
  EXPECT_EQ(post->posts[3].timeout, 1500ms);
  EXPECT_THAT(stage.executor.sleeps, ElementsAre(100ms, 200ms, 400ms));
  EXPECT_THAT(stage.warnings(), IsEmpty());
  policy.logging.remote_timeout_seconds = 0.0;
  CallbackScene patient(policy);
  patient.play(monitor(post), one_epoch());
  EXPECT_FALSE(post->posts.back().timeout);
}

TEST(RemoteMonitor, AServerThatCameBackIsTriedAgain) {
  CallbackScene stage;
  const auto post = poster({refused(), refused(), refused(), status(200), refused(), status(200)});
  stage.play(monitor(post),
             {{.logs = {{"loss", 1.0}}}, {.logs = {{"loss", 1.0}}}, {.logs = {{"loss", 1.0}}}});
  EXPECT_EQ(post->posts.size(), 6U);
  EXPECT_EQ(stage.warnings().size(), 1U);
}

TEST(RemoteMonitor, StatusTablePostsWhatEndedByItself) {
  for (const Status ended : {Status::completed, Status::stopped, Status::exhausted}) {
    CallbackScene stage;
    const auto post = poster({status(200)});
    stage.play(monitor(post), {{.logs = {{"loss", 1.0}}, .status = ended}});
    EXPECT_EQ(post->posts.size(), 1U) << name_of(ended);
  }
  for (const Status ended : {Status::failed, Status::interrupted}) {
    CallbackScene stage;
    const auto post = poster({status(200)});
    stage.play(monitor(post), {{.logs = {{"loss", 1.0}}, .status = ended}});
    EXPECT_EQ(post->posts.size(), 0U) << name_of(ended);
  }
}

TEST(RemoteMonitor, IsNotEssential) { EXPECT_FALSE(RemoteMonitor().essential()); }

TEST(RemoteMonitor, RefusesWhatItCannotReach) {
  try {
    RemoteMonitor({.root = "https://a.example"});
    FAIL() << "nothing was thrown";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(),
                 "remote_monitor: the address https://a.example/publish/epoch/end/ https is not "
                 "supported; post to an http address, for example of a forwarder on this machine");
  }
  EXPECT_THROW(RemoteMonitor({.headers = {{"X", "a\r\nY: b"}}}), ValueError);
  EXPECT_THROW(RemoteMonitor({.headers = {{"X Y", "a"}}}), ValueError);
}

TEST(RemoteMonitor, IsBuiltFromJson) {
  LoopbackServer server;
  const CallbackHandle callback =
      callback_from(R"({"kind": "remote_monitor", "root": ")" + server.root() +
                    R"(", "path": "/x", "send_as_json": true, "headers": {"X-Run": "9"}})");
  ASSERT_TRUE(callback);
  CallbackScene stage;
  stage.play(callback, one_epoch());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].path, "/x");
  EXPECT_EQ(requests[0].run_header, "9");

  std::string wrong;
  EXPECT_FALSE(callback_from(
      R"({"kind": "remote_monitor", "root": "https://a", "headers": {"a b": "c"}})", &wrong));
  EXPECT_EQ(wrong,
            "/root https is not supported; post to an http address, for example of a forwarder on "
            "this machine\n"
            "/headers has a name or value that no header can have: \"a b\"\n");
}

}  // namespace
}  // namespace trainwreck
