#include "engine/sources/function_source.h"

#include <utility>

namespace trainwreck {

namespace {

class FunctionSequence final : public Sequence {
 public:
  FunctionSequence(SequenceFunctions functions, std::string name)
      : functions_(std::move(functions)), name_(std::move(name)) {}
  SourceTraits traits() const override { return {.name = name_}; }
  std::int64_t batch_count() const override { return functions_.batch_count(); }
  void batch(std::int64_t index, Batch& out) override { functions_.batch(index, out); }
  void on_epoch_begin() override {
    if (functions_.epoch_begin) functions_.epoch_begin();
  }
  void on_epoch_end() override {
    Sequence::on_epoch_end();
    if (functions_.epoch_end) functions_.epoch_end();
  }

 private:
  SequenceFunctions functions_;
  std::string name_;
};

class FunctionGenerator final : public Generator {
 public:
  FunctionGenerator(std::function<bool(Batch&)> next, std::optional<std::int64_t> length,
                    std::string name)
      : next_(std::move(next)), length_(length), name_(std::move(name)) {}
  SourceTraits traits() const override {
    return {.name = name_, .access = Access::stream, .replayable = false};
  }
  std::optional<std::int64_t> length() const override { return length_; }
  bool next(Batch& out) override { return next_(out); }

 private:
  std::function<bool(Batch&)> next_;
  std::optional<std::int64_t> length_;
  std::string name_;
};

}  // namespace

std::shared_ptr<DataSource> from_sequence_fn(SequenceFunctions functions, std::string name) {
  return std::make_shared<FunctionSequence>(std::move(functions), std::move(name));
}

std::shared_ptr<DataSource> from_sequence_fn(std::int64_t batches,
                                             std::function<void(std::int64_t, Batch&)> batch,
                                             std::string name) {
  SequenceFunctions functions;
  functions.batch_count = [batches] { return batches; };
  functions.batch = std::move(batch);
  return from_sequence_fn(std::move(functions), std::move(name));
}

std::shared_ptr<DataSource> from_generator_fn(std::function<bool(Batch&)> next,
                                              std::optional<std::int64_t> length,
                                              std::string name) {
  return std::make_shared<FunctionGenerator>(std::move(next), length, std::move(name));
}

}  // namespace trainwreck
