#include <memory>
#include <string>

#include "engine/loop/session.h"

namespace trainwreck::props {
namespace {

class OldHookNames : public Callback {
 public:
  std::string name() const override { return "old_hook_names"; }
  void on_batch_end(Event& event) override {
    event.session.warn("old_hook_names.heard", "on_batch_end");
  }
};

class BothHookNames final : public OldHookNames {
 public:
  void on_train_batch_end(Event& event) override {
    event.session.warn("old_hook_names.heard_new", "on_train_batch_end");
  }
};

CallbackHandle make_old_hook_names(Params& params, const BuildContext&) {
  if (params.flag("new_name_too", false, "also overrides on_train_batch_end")) {
    return std::make_shared<BothHookNames>();
  }
  return std::make_shared<OldHookNames>();
}

}  // namespace

CallbackEntry old_hook_names() {
  return {"old_hook_names", "Overrides on_batch_end and warns whenever it is called.",
          &make_old_hook_names};
}

}  // namespace trainwreck::props
