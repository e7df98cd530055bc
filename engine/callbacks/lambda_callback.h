#pragma once

#include <functional>
#include <string>

#include "trainwreck/callback.h"

namespace trainwreck {

using EventAction = std::function<void(Event&)>;

// One function for each hook that is wanted. A name that is no hook does not compile.
struct LambdaOptions {
  std::function<void(Session&)> set_session = {};  // before the first hook of a run
  EventAction on_train_begin = {};
  EventAction on_train_end = {};
  EventAction on_epoch_begin = {};
  EventAction on_epoch_end = {};
  EventAction on_train_batch_begin = {};
  EventAction on_train_batch_end = {};
  EventAction on_test_begin = {};
  EventAction on_test_end = {};
  EventAction on_test_batch_begin = {};
  EventAction on_test_batch_end = {};
  EventAction on_predict_begin = {};
  EventAction on_predict_end = {};
  EventAction on_predict_batch_begin = {};
  EventAction on_predict_batch_end = {};
  EventAction on_exception = {};
  std::string name = "lambda_callback";
};

// The function for a hook that is known only when the program runs.
EventAction& action_for(LambdaOptions& options, Hook hook);

// Only the hooks that have a function are dispatched.
CallbackHandle lambda_callback(LambdaOptions options);

}  // namespace trainwreck
