#pragma once

#include <string>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "trainwreck/callback.h"

namespace trainwreck {

class SimFileSystem;

// The last callback of a story's list: notes down what every epoch's end came to, once all others
// have done their part. An epoch whose end did not come so far is not among its rows.
class EpochRecorder final : public Callback {
 public:
  explicit EpochRecorder(const SimFileSystem& disk) : disk_(disk) {}

  std::string name() const override { return "epoch_witness"; }
  void on_epoch_end(Event& event) override;

  std::vector<EpochView> take() { return std::move(seen_); }

 private:
  const SimFileSystem& disk_;
  std::vector<EpochView> seen_;
};

}  // namespace trainwreck
