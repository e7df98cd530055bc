#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class ClockShim final : public Clock {
 public:
  ClockShim(Clock& clock, Injector& injector) : clock_(clock), injector_(injector) {}

  std::chrono::nanoseconds now() override { return read().now; }
  double unix_seconds() override { return read().unix_seconds; }

 private:
  ClockOperation read() {
    ClockOperation operation;
    operation.site = Site::clock_now;
    injector_.cross(operation, [&] {
      operation.now = clock_.now();
      operation.unix_seconds = clock_.unix_seconds();
    });
    return operation;
  }

  Clock& clock_;
  Injector& injector_;
};

}  // namespace

std::unique_ptr<Clock> wrap(Clock& clock, Injector& injector) {
  return std::make_unique<ClockShim>(clock, injector);
}

}  // namespace trainwreck
