#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

class Doom final : public Fault {
 public:
  Doom(std::int64_t items, bool holding) : items_(items), holding_(holding) {}

  std::span<const Site> sites() const override { return kSites; }
  using Fault::before;
  void before(TaskOperation& operation, World&, const Random&) override {
    operation.lives_for = items_;
    operation.dies_holding = holding_;
  }

 private:
  static constexpr Site kSites[] = {Site::executor_spawn};
  std::int64_t items_;
  bool holding_;
};

std::unique_ptr<Fault> make_worker_death(Params& params, const BuildContext&) {
  const std::int64_t items = params.integer("items", 0, "that it makes before", {.low = 0});
  const bool holding =
      params.flag("holding", false, "in the middle of the next item, which nobody gets then");
  return std::make_unique<Doom>(items, holding);
}

}  // namespace

FaultEntry worker_death() {
  return {"worker_death", "a worker ends without a word", &make_worker_death};
}

}  // namespace trainwreck::faults
