#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/sources/read_source.h"

namespace trainwreck::doubles {
namespace {

class Curriculum final : public DataSource {
 public:
  Curriculum(std::vector<std::shared_ptr<DataSource>> stages, std::int64_t epochs)
      : stages_(std::move(stages)), epochs_(epochs) {}

  SourceTraits traits() const override {
    SourceTraits traits = stages_[stage_]->traits();
    traits.name = "curriculum";
    return traits;
  }
  std::optional<std::int64_t> length() const override { return stages_[stage_]->length(); }
  void start_pass(const Pass& pass) override {
    stage_ = std::min(static_cast<std::size_t>(pass.number / epochs_), stages_.size() - 1);
    stages_[stage_]->start_pass(pass);
  }
  bool fetch(std::int64_t index, Batch& out) override { return stages_[stage_]->fetch(index, out); }

 private:
  std::vector<std::shared_ptr<DataSource>> stages_;
  std::int64_t epochs_;
  std::size_t stage_ = 0;
};

std::shared_ptr<DataSource> make_curriculum(Params& params, const BuildContext& context) {
  const std::int64_t epochs = params.integer("epochs", 1, "that each stage lasts", {.low = 1});
  auto stages = read_sources(params, context);
  if (stages.empty()) return nullptr;
  return std::make_shared<Curriculum>(std::move(stages), epochs);
}

}  // namespace

DataEntry curriculum() {
  return {"curriculum", "One source after the other, each for some epochs: easy data first.",
          &make_curriculum};
}

}  // namespace trainwreck::doubles
