#include "tests/fuzz/planted.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine/base/errors.h"

namespace trainwreck::testing {
namespace {

// Ten samples in batches of three, which know their names: what the bugs below are planted in.
class Table : public Sequence {
 public:
  explicit Table(bool bugged) : bug_(bugged) {}
  SourceTraits traits() const override { return {.name = "table"}; }
  std::int64_t batch_count() const override { return 4; }
  void batch(std::int64_t index, Batch& out) override { fill(3 * index, rows_of(index), out); }

 protected:
  static std::int64_t rows_of(std::int64_t index) { return index < 3 ? 3 : 1; }

  static void fill(std::int64_t first, std::int64_t rows, Batch& out) {
    out.x.resize({rows, 2});
    out.y.resize({rows, 1});
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto sample = static_cast<float>(first + row);
      out.x.row(row)[0] = sample;
      out.x.row(row)[1] = 0.5F * sample;
      out.y[row] = 2.0F * sample + 1.0F;
      out.samples.push_back(first + row);
    }
  }

  bool bug_;
};

// Five batches, one after the other, from the beginning in every pass.
class Tape : public DataSource {
 public:
  explicit Tape(bool bugged) : bug_(bugged) {}
  SourceTraits traits() const override { return {.name = "tape", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return std::nullopt; }
  void start_pass(const Pass& /*pass*/) override { at_ = 0; }
  bool fetch(std::int64_t /*index*/, Batch& out) override {
    if (at_ == 5) return false;
    give(out);
    return true;
  }

 protected:
  void give(Batch& out) {
    out.x.resize({2, 1});
    out.x.fill(static_cast<float>(at_++));
    out.y.clear();
    out.sample_weight.clear();
  }

  bool bug_;
  std::int64_t at_ = 0;
};

struct EmptyLast final : Table {
  using Table::Table;
  std::int64_t batch_count() const override { return bug_ ? 5 : 4; }
  void batch(std::int64_t index, Batch& out) override {
    fill(3 * index, index == 4 ? 0 : rows_of(index), out);
  }
};

struct FullLabels final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    if (bug_ && out.rows() < 3) out.y = Tensor({3, 1}, 1.0F);
  }
};

struct FadingWeights final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    const float weight = 1.0F - 0.4F * static_cast<float>(index);
    out.sample_weight = Tensor(Shape{out.rows()}, bug_ ? weight : std::max(weight, 0.0F));
  }
};

// Scales by the spread of the batch; the last one has a single row.
struct Scaled final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    const float spread = out.y[out.rows() - 1] - out.y[0];
    const float by = bug_ ? spread : std::max(spread, 1e-6F);
    for (float& value : out.y.values()) value = (value - out.y[out.rows() - 1]) / by;
  }
};

struct SometimesWeighted final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    if (!bug_ || index == 2) out.sample_weight = Tensor(Shape{out.rows()}, 1.0F);
  }
};

struct Squeezed final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    if (bug_ && out.rows() == 1) out.y.reshape(Shape{1});
  }
};

struct Cropped final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    out.x = Tensor({out.rows(), bug_ ? 4 - index / 2 : 4}, 1.0F);
  }
};

struct DropsTheLast final : Tape {
  using Tape::Tape;
  std::optional<std::int64_t> length() const override { return 5; }
  bool fetch(std::int64_t index, Batch& out) override {
    return (!bug_ || at_ < 4) && Tape::fetch(index, out);
  }
};

struct CountsDown final : Tape {
  using Tape::Tape;
  std::optional<std::int64_t> length() const override { return bug_ ? 5 - at_ : 5; }
};

struct WrapsAround final : Table {
  using Table::Table;
  bool fetch(std::int64_t index, Batch& out) override {
    if (bug_) index = (index % 4 + 4) % 4;
    return Table::fetch(index, out);
  }
};

struct BeginsOver final : Tape {
  using Tape::Tape;
  bool fetch(std::int64_t index, Batch& out) override {
    if (Tape::fetch(index, out)) return true;
    if (bug_) at_ = 0;
    return false;
  }
};

// Filters, and begins anew when nothing is left: for ever, once the filter lets nothing pass.
struct NeverEnds final : Tape {
  using Tape::Tape;
  void start_pass(const Pass& pass) override {
    Tape::start_pass(pass);
    shuffle_ = pass.shuffle;
  }
  bool fetch(std::int64_t index, Batch& out) override {
    if (bug_ && shuffle_ && at_ == 5) at_ = 0;
    return Tape::fetch(index, out);
  }

 private:
  bool shuffle_ = false;
};

struct BeginsTooLate final : Tape {
  using Tape::Tape;
  void start_pass(const Pass& pass) override {
    Tape::start_pass(pass);
    if (bug_ && pass.number > 1) at_ = 1;
  }
};

struct Overlaps final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    fill(3 * index - (bug_ && index == 3 ? 1 : 0), rows_of(index), out);
  }
};

struct RunningNoise final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    out.x[0] += 0.01F * static_cast<float>(bug_ ? ++draws_ : index);
  }

 private:
  std::int64_t draws_ = 0;
};

struct OwnSeed final : Table {
  explicit OwnSeed(bool bugged) : Table(bugged), seed_(bugged ? ++made : 7) {}
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    out.x[0] += static_cast<float>(seed_ % 1000);
  }

 private:
  static inline std::int64_t made = 0;
  std::int64_t seed_;
};

// Gives rows out of a table of its own, whose last two rows it loses after the first pass.
struct LosesItsLastRows final : Table {
  using Table::Table;
  std::int64_t batch_count() const override { return 2; }
  void start_pass(const Pass& pass) override { later_ = pass.number > 0; }
  void batch(std::int64_t index, Batch& out) override {
    fill(4 * index, 4, out);
    out.samples.clear();
    if (!bug_ || !later_ || index == 0) return;
    for (std::int64_t row = 2; row < 4; ++row) {
      std::copy_n(out.x.row(row - 2).data(), 2, out.x.row(row).data());
      out.y[row] = out.y[row - 2];
    }
  }

 private:
  bool later_ = false;
};

// Remembers the buffer that it was given last and still corrects something in it.
struct KeepsTheBuffer final : Table {
  using Table::Table;
  bool fetch(std::int64_t index, Batch& out) override {
    if (bug_ && kept_ != nullptr && index == 2) *kept_ += 1.0F;
    kept_ = nullptr;
    const bool got = Table::fetch(index, out);
    kept_ = out.x.data();
    return got;
  }

 private:
  float* kept_ = nullptr;
};

// One-hot rows into a reused buffer.
struct OneHot final : DataSource {
  explicit OneHot(bool bugged) : bug(bugged) {}
  SourceTraits traits() const override { return {.name = "one hot"}; }
  std::optional<std::int64_t> length() const override { return 3; }
  bool fetch(std::int64_t index, Batch& out) override {
    check_batch_index("one hot", index, 3);
    out.x.resize({1, 3});
    if (!bug) out.x.fill(0.0F);
    out.x[index] = 1.0F;
    out.y.clear();
    out.sample_weight.clear();
    return true;
  }

  bool bug;
};

struct SharedScratch final : Table {
  using Table::Table;
  SourceTraits traits() const override { return {.name = "shared scratch", .thread_safe = true}; }
  void batch(std::int64_t index, Batch& out) override {
    std::atomic<std::int64_t> own = 0;
    std::atomic<std::int64_t>& first = bug_ ? scratch_ : own;
    first = 3 * index;
    std::this_thread::yield();
    fill(first, rows_of(index), out);
  }

 private:
  std::atomic<std::int64_t> scratch_ = 0;
};

struct GrowsInSize final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    Table::batch(index, out);
    out.x = Tensor({out.rows(), width_}, 1.0F);
  }
  void on_epoch_end() override {
    Table::on_epoch_end();
    if (bug_ && ++epochs_ == 2) width_ = 4;
  }

 private:
  std::int64_t epochs_ = 0;
  std::int64_t width_ = 2;
};

struct LosesItsFile final : Table {
  using Table::Table;
  void batch(std::int64_t index, Batch& out) override {
    if (bug_ && epochs_ > 1 && index == 3) throw std::runtime_error("no such file");
    Table::batch(index, out);
  }
  void on_epoch_end() override {
    Table::on_epoch_end();
    ++epochs_;
  }

 private:
  std::int64_t epochs_ = 0;
};

// Moves its cursor before it looks whether there is anything.
struct TripsOverTheEnd final : Table {
  using Table::Table;
  bool fetch(std::int64_t index, Batch& out) override {
    if (index < 0 || index >= 4) {
      if (bug_) offset_ = 1.0F;
      check_batch_index("table", index, 4);
    }
    const bool got = Table::fetch(index, out);
    out.x[0] += offset_;
    return got;
  }

 private:
  float offset_ = 0.0F;
};

template <class Source>
std::shared_ptr<DataSource> make(bool bugged) {
  return std::make_shared<Source>(bugged);
}

constexpr std::array<Planted, 23> kPlanted{{
    {Rule::not_empty, "one batch too many, with no row", &make<EmptyLast>},
    {Rule::rows_agree, "labels of the last batch are those of a whole one", &make<FullLabels>},
    {Rule::weights_fit, "weights fade below zero", &make<FadingWeights>},
    {Rule::finite, "divides by the spread of one row", &make<Scaled>},
    {Rule::one_dtype, "weights in some batches only", &make<SometimesWeighted>},
    {Rule::one_rank, "labels squeezed when one row is left", &make<Squeezed>},
    {Rule::one_shape, "crops each batch to its own longest row", &make<Cropped>},
    {Rule::length_is_honest, "counts the last batch and drops it", &make<DropsTheLast>},
    {Rule::length_is_stable, "tells what is left as its length", &make<CountsDown>},
    {Rule::index_is_checked, "wraps an index around", &make<WrapsAround>},
    {Rule::stays_exhausted, "begins over after its end", &make<BeginsOver>},
    {Rule::ends, "begins over instead of ending when shuffled", &make<NeverEnds>},
    {Rule::replays, "loses a batch from the third pass on", &make<BeginsTooLate>},
    {Rule::samples_once, "windows overlap at the end", &make<Overlaps>},
    {Rule::rows_once, "fills up the last batch with its own rows", &make<LosesItsLastRows>},
    {Rule::same_when_asked_twice, "noise from a running counter", &make<RunningNoise>},
    {Rule::same_seed_same_data, "every object has a seed of its own", &make<OwnSeed>},
    {Rule::untouched_after_hand_out, "corrects the batch before", &make<KeepsTheBuffer>},
    {Rule::writes_every_value, "sets the ones and not the zeros", &make<OneHot>},
    {Rule::thread_safe, "one scratch variable for all threads", &make<SharedScratch>},
    {Rule::epoch_end_keeps_kind, "wider rows after two epochs", &make<GrowsInSize>},
    {Rule::does_not_throw, "a file is gone after two epochs", &make<LosesItsFile>},
    {Rule::usable_or_dead, "an index beyond the end moves the cursor", &make<TripsOverTheEnd>},
}};

}  // namespace

std::span<const Planted> planted() { return kPlanted; }

}  // namespace trainwreck::testing
