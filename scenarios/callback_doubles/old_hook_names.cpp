#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

// Says which of its hooks was called, under the very name.
class OldHookNames : public Callback {
 public:
  explicit OldHookNames(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  void on_batch_begin(Event& event) override { say(event, "on_batch_begin"); }
  void on_batch_end(Event& event) override { say(event, "on_batch_end"); }

 protected:
  static void say(Event& event, std::string_view hook) {
    event.session.warn(fmt::format("old_hook_names.{}", hook),
                       fmt::format("{}({})", hook, event.index));
  }

 private:
  std::string name_;
};

class BothHookNames final : public OldHookNames {
 public:
  using OldHookNames::OldHookNames;
  void on_train_batch_begin(Event& event) override { say(event, "on_train_batch_begin"); }
  void on_train_batch_end(Event& event) override { say(event, "on_train_batch_end"); }
};

CallbackHandle make_old_hook_names(Params& params, const BuildContext&) {
  const std::string name = params.text("name", "old_hook_names", "how it is called in the trace");
  if (params.flag("new_names_too", false, "also overrides on_train_batch_begin and _end")) {
    return std::make_shared<BothHookNames>(name);
  }
  return std::make_shared<OldHookNames>(name);
}

}  // namespace

CallbackEntry old_hook_names() {
  return {"old_hook_names", "Overrides on_batch_begin and on_batch_end, and warns when called.",
          &make_old_hook_names};
}

}  // namespace trainwreck::doubles
