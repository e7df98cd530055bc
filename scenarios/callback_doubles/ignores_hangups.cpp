#include <csignal>
#include <memory>
#include <string>

#include "scenarios/flow/doubles.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

// As people write it so that a training survives its terminal: nobody gets the old handler back.
class IgnoresHangups final : public Callback {
 public:
  std::string name() const override { return "ignores_hangups"; }
  void on_train_begin(Event&) override { std::signal(SIGHUP, SIG_IGN); }
};

CallbackHandle make_ignores_hangups(Params&, const BuildContext&) {
  return std::make_shared<IgnoresHangups>();
}

}  // namespace

CallbackEntry ignores_hangups() {
  return {"ignores_hangups", "Ignores SIGHUP from on_train_begin on, and leaves it so.",
          &make_ignores_hangups};
}

}  // namespace trainwreck::doubles
