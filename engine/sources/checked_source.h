#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "engine/model/data_source.h"
#include "engine/sources/data_rules.h"

namespace trainwreck {

struct CheckOptions {
  BatchRules::Options rules{};
  bool ask_twice = false;         // fetch every batch by index twice and compare
  bool watch_handed_out = false;  // hold each batch against its checksum once the next one is there
};

// A batch that broke the data contract.
struct Finding {
  std::int64_t pass = 0;
  std::int64_t batch = 0;  // which one it was asked for as
  RuleBreak broken;
};

// Wraps any source and throws at the first batch that breaks the data contract: ShapeError where
// shapes or rows do not fit, else BadBatch. The message names source, batch, rule, what was
// expected and what came.
class CheckedSource final : public DataSource {
 public:
  explicit CheckedSource(std::shared_ptr<DataSource> source, const CheckOptions& options = {});

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return source_->length(); }
  void start_pass(const Pass& pass) override;
  bool fetch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override { source_->on_epoch_begin(); }
  void on_epoch_end() override { source_->on_epoch_end(); }
  std::shared_ptr<DataSource> split_off(double fraction) override;
  void rejoin() override { source_->rejoin(); }

  // The break that was thrown last; nullopt until the next one.
  std::optional<Finding> take_finding() { return std::exchange(finding_, std::nullopt); }

 private:
  bool fetch_checked(std::int64_t index, Batch& out);
  bool fetch_watched(std::int64_t index, Batch& out);
  void check_again(std::int64_t index, const Batch& out);
  void throw_if(RuleResult broken, std::int64_t index);

  std::shared_ptr<DataSource> source_;
  CheckOptions options_;
  BatchRules rules_;
  bool stream_;
  std::optional<std::int64_t> declared_;
  std::int64_t pass_ = 0;
  std::int64_t given_ = 0;
  std::optional<Finding> finding_;
  Batch again_;
  // Handed to the source in turn, so that the one before lies still while the next one is made.
  std::array<Batch, 2> watched_;
  std::size_t turn_ = 0;
  std::optional<std::uint64_t> checksum_;
};

}  // namespace trainwreck
