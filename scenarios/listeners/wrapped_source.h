#pragma once

#include <memory>
#include <utility>

#include "trainwreck/data.h"

namespace trainwreck {

// A source that does what another one does, but for what its heirs override.
class WrappedSource : public DataSource {
 public:
  explicit WrappedSource(std::shared_ptr<DataSource> source) : source_(std::move(source)) {}

  SourceTraits traits() const override { return source_->traits(); }
  std::optional<std::int64_t> length() const override { return source_->length(); }
  void start_pass(const Pass& pass) override { source_->start_pass(pass); }
  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override {
    source_->settle_batch_size(steps, zero);
  }
  bool fetch(std::int64_t index, Batch& out) override { return source_->fetch(index, out); }
  void on_epoch_begin() override { source_->on_epoch_begin(); }
  void on_epoch_end() override { source_->on_epoch_end(); }

 protected:
  DataSource& inner() { return *source_; }

 private:
  std::shared_ptr<DataSource> source_;
};

}  // namespace trainwreck
