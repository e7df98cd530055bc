#include "engine/loop/hook.h"

#include <array>

namespace trainwreck {

std::string_view name_of(Hook hook) {
  static constexpr std::array<std::string_view, kHooks> kNames{
      "on_train_begin",         "on_train_end",         "on_epoch_begin",   "on_epoch_end",
      "on_train_batch_begin",   "on_train_batch_end",   "on_test_begin",    "on_test_end",
      "on_test_batch_begin",    "on_test_batch_end",    "on_predict_begin", "on_predict_end",
      "on_predict_batch_begin", "on_predict_batch_end", "on_exception"};
  return kNames[static_cast<std::size_t>(hook)];
}

std::string_view scope_of(Hook hook) {
  const std::string_view name = name_of(hook);
  const std::size_t first = name.find('_') + 1;
  return name.substr(first, name.rfind('_') - first);
}

}  // namespace trainwreck
