#include "engine/callbacks/lambda_callback.h"

#include <array>
#include <cstddef>
#include <optional>

#include "engine/base/errors.h"
#include "engine/loop/session.h"

namespace trainwreck {
namespace {

class LambdaCallback final : public Callback {
 public:
  explicit LambdaCallback(LambdaOptions options) : options_(std::move(options)) {}
  std::string name() const override { return options_.name; }

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
enum class BuiltinAction : std::uint8_t { nothing, request_stop, withdraw_stop, warn, raise };
constexpr std::array<std::string_view, 5> kActions{"nothing", "request_stop", "withdraw_stop",
                                                   "warn", "raise"};

struct Moment {
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> batch;
  std::string text;
};

EventAction make_action(BuiltinAction action, bool counts_batches, const Moment& moment) {
  return [action, counts_batches, moment](Event& event) {
    if (moment.epoch && event.epoch != *moment.epoch) return;
    if (counts_batches && moment.batch && event.index != *moment.batch) return;
    switch (action) {
      case BuiltinAction::nothing:
        return;
      case BuiltinAction::request_stop:
        return event.session.request_stop(moment.text);
      case BuiltinAction::withdraw_stop:
        return event.session.withdraw_stop();
      case BuiltinAction::warn:
        return event.session.warn("lambda_callback.told", moment.text);
      case BuiltinAction::raise:
        throw ValueError(moment.text);
    }
  };
}

LambdaOptions read_lambda(Params& params) {
  const Moment moment{
      .epoch = params.maybe_integer("epoch", "only in this epoch, from 0; else in each"),
      .batch = params.maybe_integer("batch", "only at this batch, from 0; else at each"),
      .text = params.text("text", "asked for by lambda_callback",
                          "the reason, warning or error to give")};
  LambdaOptions options;
  options.name = params.text("name", options.name, "what reports call it");
  for (const HookField& field : kFields) {
    const std::string_view hook = name_of(field.hook);
    const auto action =
        static_cast<BuiltinAction>(params.choice(hook, kActions, 0, "what to do in this hook"));
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
