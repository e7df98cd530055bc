#include <fmt/format.h>

#include <memory>
#include <string>

#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

// Its model is there before the first hook, as soon as it is handed to a run.
class FirstLook final : public Callback {
 public:
  std::string name() const override { return "first_look"; }
  void set_session(Session& session) override {
    session.warn("first_look.model", fmt::format("layers: {}", session.model().layers().size()));
  }
};

CallbackHandle make_first_look(Params&, const BuildContext&) {
  return std::make_shared<FirstLook>();
}

}  // namespace

CallbackEntry first_look() {
  return {"first_look", "Looks at the model before on_train_begin and says what it found.",
          &make_first_look};
}

}  // namespace trainwreck::doubles
