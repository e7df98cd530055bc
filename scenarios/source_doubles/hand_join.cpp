#include <memory>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/sources/read_source.h"

namespace trainwreck::doubles {
namespace {

using Sources = std::vector<std::shared_ptr<DataSource>>;

// A data set made of several as people write it: their batches one after the other, and every call
// of its epoch end handed on to all of them, whether they gave a batch or not.
class HandJoin final : public DataSource {
 public:
  explicit HandJoin(Sources sources) : sources_(std::move(sources)) {}

  SourceTraits traits() const override { return {.name = "hand_join", .joins = true}; }
  std::optional<std::int64_t> length() const override {
    std::int64_t sum = 0;
    for (const auto& source : sources_) sum += source->length().value_or(0);
    return sum;
  }
  void start_pass(const Pass& pass) override {
    for (const auto& source : sources_) source->start_pass(pass);
  }
  bool fetch(std::int64_t index, Batch& out) override {
    std::int32_t number = 0;
    for (const auto& source : sources_) {
      const std::int64_t own = source->length().value_or(0);
      if (index < own) return fetch_from(*source, number, index, out);
      index -= own;
      ++number;
    }
    throw IndexError("hand_join: there is no such batch");
  }
  void on_epoch_begin() override {
    for (const auto& source : sources_) source->on_epoch_begin();
  }
  void on_epoch_end() override {
    for (const auto& source : sources_) source->on_epoch_end();
  }

 private:
  // A batch says which of the sources gave it.
  static bool fetch_from(DataSource& source, std::int32_t number, std::int64_t index, Batch& out) {
    const bool got = source.fetch(index, out);
    if (got) out.id.source = number;
    return got;
  }

  Sources sources_;
};

std::shared_ptr<DataSource> make_hand_join(Params& params, const BuildContext& context) {
  Sources sources = read_sources(params, context);
  if (sources.empty()) return nullptr;
  return std::make_shared<HandJoin>(std::move(sources));
}

}  // namespace

DataEntry hand_join() {
  return {"hand_join",
          "Sources one after the other, as people join them: all hear every epoch end.",
          &make_hand_join};
}

}  // namespace trainwreck::doubles
