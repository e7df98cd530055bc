#include <trainwreck/callback.h>
#include <trainwreck/session.h>

namespace shop::callbacks {
namespace {

// Ends training after a number of steps.
class StepCounter final : public trainwreck::Callback {
 public:
  explicit StepCounter(std::int64_t limit) : limit_(limit) {}
  std::string name() const override { return "step_counter"; }

  void on_train_batch_end(trainwreck::Event& event) override {
    if (++steps_ >= limit_) event.session.request_stop("enough steps");
  }

 private:
  std::int64_t limit_;
  std::int64_t steps_ = 0;
};

}  // namespace

trainwreck::CallbackEntry step_counter() {
  return {.name = "step_counter",
          .help = "Ends training after a number of steps.",
          .make = [](trainwreck::Params& params, const trainwreck::BuildContext&) {
            return trainwreck::CallbackHandle(
                std::make_shared<StepCounter>(params.integer("limit", 3, "steps", {.low = 1})));
          }};
}

}  // namespace shop::callbacks
