#include <algorithm>
#include <array>

#include "tests/fuzz/planted.h"

namespace trainwreck::testing {
namespace {

// Two batches of four rows. The last one has but two rows of data and is made as large as the
// other.
void fill_four(std::int64_t index, bool bugged, Batch& out) {
  const std::int64_t rows = index == 0 ? 4 : 2;
  out.x.resize({bugged ? 4 : rows, 2});
  out.y.resize({bugged ? 4 : rows, 1});
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto sample = static_cast<float>(4 * index + row + 1);
    std::fill(out.x.row(row).begin(), out.x.row(row).end(), sample);
    out.y[row] = 2.0F * sample;
  }
}

struct LeftInSource final : DataSource {
  explicit LeftInSource(bool bugged) : bug(bugged) {}
  SourceTraits traits() const override { return {.name = "left in source"}; }
  std::optional<std::int64_t> length() const override { return 2; }
  bool fetch(std::int64_t index, Batch& out) override {
    check_batch_index("left in source", index, 2);
    fill_four(index, bug, out);
    return true;
  }

  bool bug;
};

struct LeftInSequence final : Sequence {
  explicit LeftInSequence(bool bugged) : bug(bugged) {}
  std::int64_t batch_count() const override { return 2; }
  void batch(std::int64_t index, Batch& out) override { fill_four(index, bug, out); }

  bool bug;
};

struct LeftInGenerator final : Generator {
  explicit LeftInGenerator(bool bugged) : bug(bugged) {}
  bool next(Batch& out) override {
    if (at == 2) return false;
    fill_four(at++, bug, out);
    return true;
  }

  bool bug;
  std::int64_t at = 0;
};

template <class Source>
std::shared_ptr<DataSource> leftover(bool bugged) {
  return std::make_shared<Source>(bugged);
}

constexpr std::array<Planted, 3> kLeftovers{{
    {Rule::writes_every_value, "source", &leftover<LeftInSource>},
    {Rule::writes_every_value, "sequence", &leftover<LeftInSequence>},
    {Rule::writes_every_value, "generator", &leftover<LeftInGenerator>},
}};

}  // namespace

std::span<const Planted> planted_leftovers() { return kLeftovers; }

}  // namespace trainwreck::testing
