#include "engine/callbacks/lambda_callback.h"

#include <array>
#include <cstddef>
#include <optional>

#include "engine/base/errors.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

class LambdaCallback final : public Callback {
 public:
  explicit LambdaCallback(LambdaOptions options) : options_(std::move(options)) {}
  std::string name() const override { return options_.name; }

  void set_session(Session& session) override {
    if (options_.set_session) options_.set_session(session);
  }

  void on_train_begin(Event& event) override { call(options_.on_train_begin, event); }
  void on_train_end(Event& event) override { call(options_.on_train_end, event); }
  void on_epoch_begin(Event& event) override { call(options_.on_epoch_begin, event); }
  void on_epoch_end(Event& event) override { call(options_.on_epoch_end, event); }
  void on_train_batch_begin(Event& event) override { call(options_.on_train_batch_begin, event); }
  void on_train_batch_end(Event& event) override { call(options_.on_train_batch_end, event); }
  void on_test_begin(Event& event) override { call(options_.on_test_begin, event); }
  void on_test_end(Event& event) override { call(options_.on_test_end, event); }
  void on_test_batch_begin(Event& event) override { call(options_.on_test_batch_begin, event); }
  void on_test_batch_end(Event& event) override { call(options_.on_test_batch_end, event); }
  void on_predict_begin(Event& event) override { call(options_.on_predict_begin, event); }
  void on_predict_end(Event& event) override { call(options_.on_predict_end, event); }
  void on_predict_batch_begin(Event& event) override {
    call(options_.on_predict_batch_begin, event);
  }
  void on_predict_batch_end(Event& event) override { call(options_.on_predict_batch_end, event); }
  void on_exception(Event& event) override { call(options_.on_exception, event); }

 private:
  static void call(const EventAction& action, Event& event) {
    if (action) action(event);
  }
  LambdaOptions options_;
};

struct HookField {
  Hook hook;
  EventAction LambdaOptions::*action;
};

constexpr std::array<HookField, kHooks> kFields{{
    {Hook::train_begin, &LambdaOptions::on_train_begin},
    {Hook::train_end, &LambdaOptions::on_train_end},
    {Hook::epoch_begin, &LambdaOptions::on_epoch_begin},
    {Hook::epoch_end, &LambdaOptions::on_epoch_end},
    {Hook::train_batch_begin, &LambdaOptions::on_train_batch_begin},
    {Hook::train_batch_end, &LambdaOptions::on_train_batch_end},
    {Hook::test_begin, &LambdaOptions::on_test_begin},
    {Hook::test_end, &LambdaOptions::on_test_end},
    {Hook::test_batch_begin, &LambdaOptions::on_test_batch_begin},
    {Hook::test_batch_end, &LambdaOptions::on_test_batch_end},
    {Hook::predict_begin, &LambdaOptions::on_predict_begin},
    {Hook::predict_end, &LambdaOptions::on_predict_end},
    {Hook::predict_batch_begin, &LambdaOptions::on_predict_batch_begin},
    {Hook::predict_batch_end, &LambdaOptions::on_predict_batch_end},
    {Hook::exception, &LambdaOptions::on_exception},
}};

// What a scenario file can have done; code has functions for everything else.
enum class BuiltinAction : std::uint8_t {
  nothing,
  request_stop,
  withdraw_stop,
  stop_evaluating,
  stop_predicting,
  warn,
  raise
};
constexpr std::array<std::string_view, 7> kActions{
    "nothing",         "request_stop", "withdraw_stop", "stop_evaluating",
    "stop_predicting", "warn",         "raise"};

struct Moment {
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> batch;
  std::string text;
};

void act(BuiltinAction action, Session& session, const std::string& text) {
  switch (action) {
    case BuiltinAction::nothing:
      return;
    case BuiltinAction::request_stop:
      return session.request_stop(text);
    case BuiltinAction::withdraw_stop:
      return session.withdraw_stop();
    case BuiltinAction::stop_evaluating:
      return session.stop_evaluating();
    case BuiltinAction::stop_predicting:
      return session.stop_predicting();
    case BuiltinAction::warn:
      return session.warn("lambda_callback.told", text);
    case BuiltinAction::raise:
      throw ValueError(text);
  }
}

EventAction make_action(BuiltinAction action, bool counts_batches, const Moment& moment) {
  return [action, counts_batches, moment](Event& event) {
    if (moment.epoch && event.epoch != *moment.epoch) return;
    if (counts_batches && moment.batch && event.index != *moment.batch) return;
    act(action, event.session, moment.text);
  };
}

BuiltinAction read_action(Params& params, std::string_view hook) {
  return static_cast<BuiltinAction>(params.choice(hook, kActions, 0, "what to do in this hook"));
}

LambdaOptions read_lambda(Params& params) {
  const Moment moment{
      .epoch = params.maybe_integer("epoch", "only in this epoch, from 0; else in each"),
      .batch = params.maybe_integer("batch", "only at this batch, from 0; else at each"),
      .text = params.text("text", "asked for by lambda_callback",
                          "the reason, warning or error to give")};
  LambdaOptions options;
  options.name = params.text("name", options.name, "what reports call it");
  if (const BuiltinAction action = read_action(params, "set_session");
      action != BuiltinAction::nothing) {
    options.set_session = [action, moment](Session& session) { act(action, session, moment.text); };
  }
  for (const HookField& field : kFields) {
    const std::string_view hook = name_of(field.hook);
    const BuiltinAction action = read_action(params, hook);
    if (action == BuiltinAction::nothing) continue;
    const bool counts_batches = hook.find("_batch_") != std::string_view::npos;
    options.*field.action = make_action(action, counts_batches, moment);
  }
  return options;
}

}  // namespace

EventAction& action_for(LambdaOptions& options, Hook hook) {
  return options.*kFields[static_cast<std::size_t>(hook)].action;
}

CallbackHandle lambda_callback(LambdaOptions options) {
  HookMask mask = 0;
  for (const HookField& field : kFields) {
    if (options.*field.action) mask |= mask_of(field.hook);
  }
  return {std::make_shared<LambdaCallback>(std::move(options)), mask};
}

namespace callbacks {

CallbackEntry lambda_callback() {
  return {"lambda_callback",
          "stops, warns or raises in chosen hooks; in code, calls any function there",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            return trainwreck::lambda_callback(read_lambda(params));
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
