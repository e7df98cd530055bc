#include <algorithm>
#include <utility>

#include "trainwreck/callback.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

class EpochInWeights final : public Callback {
 public:
  explicit EpochInWeights(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }

  // A model that gets its weights only from its first batch has its initialiser's in that one.
  void on_train_batch_begin(Event& event) override {
    const auto weights = event.session.model().parameters().values();
    std::fill(weights.begin(), weights.end(), static_cast<float>(event.epoch + 1));
  }

 private:
  std::string name_;
};

}  // namespace

// With a learning rate of 0 nothing else moves them, so whoever has weights tells their epoch.
CallbackEntry epoch_in_weights() {
  return {"epoch_in_weights", "Sets every weight to the number of the epoch, counted from 1.",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            const std::string name = params.text("name", "W", "what the trace calls it");
            return std::make_shared<EpochInWeights>(name);
          }};
}

}  // namespace trainwreck::doubles
