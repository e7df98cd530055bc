#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class SignalsShim final : public Signals {
 public:
  SignalsShim(Signals& signals, Injector& injector) : signals_(signals), injector_(injector) {}

  std::optional<int> poll() override {
    SignalOperation operation;
    operation.site = Site::signals_poll;
    injector_.cross(operation, [&] {
      if (!operation.signal) operation.signal = signals_.poll();
    });
    return operation.signal;
  }

 private:
  Signals& signals_;
  Injector& injector_;
};

}  // namespace

std::unique_ptr<Signals> wrap(Signals& signals, Injector& injector) {
  return std::make_unique<SignalsShim>(signals, injector);
}

}  // namespace trainwreck
