#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "engine/contract/data_contract.h"
#include "trainwreck/data.h"

namespace trainwreck {

struct CheckOptions {
  ContractOptions contract{};
  bool ask_twice = false;  // fetch every batch by index twice and compare
  // Hold each batch against its checksum once the next one is there, and give the source buffers
  // with traps in them.
  bool watch_handed_out = false;
};

// What broke the data contract.
struct DataFinding {
  std::int64_t pass = 0;
  std::int64_t batch = 0;  // which one it was asked for as
  RuleBreak broken;
};

// Wraps any source and throws at the first call that breaks the data contract: ShapeError where
// shapes or rows do not fit, else BadBatch. The message names source, batch, rule, what was
// expected and what came. The source's own errors pass as they are.
class CheckedSource final : public DataSource {
 public:
  explicit CheckedSource(std::shared_ptr<DataSource> source, const CheckOptions& options = {});

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return source_->length(); }
  void start_pass(const Pass& pass) override;
  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override {
    source_->settle_batch_size(steps, zero);
  }
  bool fetch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override { turn_epoch(&DataSource::on_epoch_begin); }
  void on_epoch_end() override { turn_epoch(&DataSource::on_epoch_end); }
  std::shared_ptr<DataSource> split_off(double fraction) override;
  void rejoin() override { source_->rejoin(); }

  // What was thrown last, or stood behind the source's own error; nullopt until the next one.
  std::optional<DataFinding> take_finding() { return std::exchange(finding_, std::nullopt); }
  DataContract& contract() { return contract_; }

 private:
  bool fetch_from_source(std::int64_t index, Batch& out);
  bool fetch_watched(std::int64_t index, Batch& out);
  void check_again(std::int64_t index, const Batch& out);
  void check_handed_out();
  void turn_epoch(void (DataSource::*hook)());
  void throw_if(RuleResult broken, std::int64_t index);

  std::shared_ptr<DataSource> source_;
  CheckOptions options_;
  DataContract contract_;
  bool stream_;
  std::int64_t pass_ = 0;
  std::optional<DataFinding> finding_;
  Batch again_;
  // Handed to the source in turn, so that the one before lies still while the next one is made.
  std::array<Batch, 2> watched_;
  std::size_t turn_ = 0;
  std::optional<std::uint64_t> checksum_;  // of watched_[turn_]
};

}  // namespace trainwreck
