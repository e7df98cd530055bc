#include "faults/inject/bend.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

// Calls `bend` at one of the two moments, for operations of type Op.
template <class Op>
class Bending final : public Fault {
 public:
  using Bend = std::function<void(Op&, World&, const Random&)>;
  Bending(std::vector<Site> sites, When when, Bend bend)
      : sites_(std::move(sites)), when_(when), bend_(std::move(bend)) {}

  std::span<const Site> sites() const override { return sites_; }
  using Fault::after;
  using Fault::before;
  void before(Op& operation, World& world, const Random& random) override {
    if (when_ == When::before) bend_(operation, world, random);
  }
  void after(Op& operation, World& world, const Random& random) override {
    if (when_ == When::after) bend_(operation, world, random);
  }

 private:
  std::vector<Site> sites_;
  When when_;
  Bend bend_;
};

class Striking final : public Fault {
 public:
  using Action = std::function<void(World&, const Random&)>;
  Striking(std::vector<Site> sites, When when, Action action)
      : sites_(std::move(sites)), when_(when), action_(std::move(action)) {}

  std::span<const Site> sites() const override { return sites_; }
  void before(FetchOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(SourceOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(HookOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(ComputeOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(ReserveOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(FileOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(ClockOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(TaskOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void before(SignalOperation&, World& world, const Random& random) override {
    act(When::before, world, random);
  }
  void after(FetchOperation&, World& world, const Random& random) override {
    act(When::after, world, random);
  }
  void after(SourceOperation&, World& world, const Random& random) override {
    act(When::after, world, random);
  }
  void after(HookOperation&, World& world, const Random& random) override {
    act(When::after, world, random);
  }
  void after(ComputeOperation&, World& world, const Random& random) override {
    act(When::after, world, random);
  }
  void after(FileOperation&, World& world, const Random& random) override {
    act(When::after, world, random);
  }

 private:
  void act(When moment, World& world, const Random& random) {
    if (when_ == moment) action_(world, random);
  }

  std::vector<Site> sites_;
  When when_;
  Action action_;
};

template <class Op, class Bend>
std::unique_ptr<Fault> bending(std::vector<Site> sites, When when, Bend bend) {
  return std::make_unique<Bending<Op>>(std::move(sites), when, std::move(bend));
}

struct Throwable {
  std::string_view name;
  void (*raise)(const std::string&);
};

template <class T>
constexpr Throwable of_type(std::string_view name) {
  return {name, [](const std::string& message) { throw T(message); }};
}

constexpr Throwable kThrowables[] = {
    of_type<std::runtime_error>("std::runtime_error"),
    {"std::bad_alloc", [](const std::string&) { throw std::bad_alloc(); }},
    {"non-standard", [](const std::string&) { throw 42; }},
    of_type<Error>("Error"),
    of_type<ValueError>("ValueError"),
    of_type<ShapeError>("ShapeError"),
    of_type<BadBatch>("BadBatch"),
    of_type<TypeError>("TypeError"),
    of_type<KeyError>("KeyError"),
    of_type<IndexError>("IndexError"),
    of_type<DataExhausted>("DataExhausted"),
    of_type<NonFinite>("NonFinite"),
    of_type<StateError>("StateError"),
    of_type<Timeout>("Timeout"),
    {"Interrupted", [](const std::string&) { throw Interrupted(SIGINT); }},
    {"IoError", [](const std::string& message) { throw IoError("use", message, EIO); }},
    {"OutOfMemory", [](const std::string& message) { throw OutOfMemory(message, 1, 0); }},
};

}  // namespace

When read_when(Params& params) {
  return params.flag("after", false, "strikes when the real thing is done, not before it")
             ? When::after
             : When::before;
}

std::chrono::nanoseconds read_seconds(Params& params, double fallback, std::string_view help) {
  const double seconds = params.number("seconds", fallback, help, {.low = -1e9, .high = 1e9});
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds));
}

std::vector<Site> sites_of(std::initializer_list<std::string_view> seams) {
  std::vector<Site> found;
  for (const SiteInfo& info : sites()) {
    if (std::find(seams.begin(), seams.end(), info.seam) != seams.end()) found.push_back(info.site);
  }
  return found;
}

std::vector<Site> fallible_steps() {
  return {Site::step_forward, Site::step_loss, Site::step_backward};
}

std::unique_ptr<Fault> bend_batches(std::function<void(Batch&, const Random&)> bend) {
  return bending<FetchOperation>(
      {Site::source_fetch}, When::after,
      [bend = std::move(bend)](FetchOperation& operation, World&, const Random& random) {
        if (operation.got) bend(*operation.batch, random);
      });
}

std::unique_ptr<Fault> bend_fetches(When when, std::function<void(FetchOperation&)> bend) {
  return bending<FetchOperation>({Site::source_fetch}, when,
                                 [bend = std::move(bend)](FetchOperation& operation, World&,
                                                          const Random&) { bend(operation); });
}

std::unique_ptr<Fault> bend_sources(std::vector<Site> sites, When when,
                                    std::function<void(SourceOperation&)> bend) {
  return bending<SourceOperation>(std::move(sites), when,
                                  [bend = std::move(bend)](SourceOperation& operation, World&,
                                                           const Random&) { bend(operation); });
}

std::unique_ptr<Fault> bend_hooks(When when, std::function<void(HookOperation&, World&)> bend) {
  return bending<HookOperation>(
      sites_of({"callback"}), when,
      [bend = std::move(bend)](HookOperation& operation, World& world, const Random&) {
        bend(operation, world);
      });
}

std::unique_ptr<Fault> bend_steps(std::vector<Site> sites, When when,
                                  std::function<void(ComputeOperation&, const Random&)> bend) {
  return bending<ComputeOperation>(
      std::move(sites), when,
      [bend = std::move(bend)](ComputeOperation& operation, World&, const Random& random) {
        bend(operation, random);
      });
}

std::unique_ptr<Fault> bend_files(std::vector<Site> sites, When when,
                                  std::function<void(FileOperation&, const Random&)> bend) {
  return bending<FileOperation>(
      std::move(sites), when,
      [bend = std::move(bend)](FileOperation& operation, World&, const Random& random) {
        bend(operation, random);
      });
}

std::unique_ptr<Fault> strike(std::vector<Site> sites, When when,
                              std::function<void(World&)> action) {
  return std::make_unique<Striking>(
      std::move(sites), when,
      [action = std::move(action)](World& world, const Random&) { action(world); });
}

std::unique_ptr<Fault> strike_at_random(std::vector<Site> sites, When when,
                                        std::function<void(World&, const Random&)> action) {
  return std::make_unique<Striking>(std::move(sites), when, std::move(action));
}

std::unique_ptr<Fault> fail_files(std::vector<Site> sites, int error) {
  return bend_files(std::move(sites), When::before,
                    [error](FileOperation& operation, const Random&) { operation.error = error; });
}

Tensor Batch::*read_part(Params& params, std::string_view help) {
  constexpr std::array<std::string_view, 3> kParts{"x", "y", "sample_weight"};
  constexpr std::array<Tensor Batch::*, 3> kMembers{&Batch::x, &Batch::y, &Batch::sample_weight};
  return kMembers[params.choice("part", kParts, 0, help)];
}

void keep_rows(Tensor& tensor, std::int64_t rows) {
  if (!tensor.present() || tensor.shape().rank() == 0) return;
  const std::span<const float> values = tensor.values();
  const auto kept = static_cast<std::ptrdiff_t>(rows * tensor.row_size());
  std::vector<float> first(values.begin(), values.begin() + kept);
  tensor = Tensor(tensor.shape().without_rows().with_rows(rows), std::move(first));
}

void keep_rows(Batch& batch, std::int64_t rows) {
  keep_rows(batch.x, rows);
  keep_rows(batch.y, rows);
  keep_rows(batch.sample_weight, rows);
  if (!batch.samples.empty()) batch.samples.resize(static_cast<std::size_t>(rows));
}

void flip_bits(std::span<float> values, std::int64_t bits, std::optional<std::int64_t> which,
               const Random& random) {
  if (values.empty()) return;
  for (std::int64_t i = 0; i < bits; ++i) {
    const auto draw = static_cast<std::uint64_t>(2 * i);
    float& value = values[random.below(draw, values.size())];
    const auto bit = which ? static_cast<std::uint32_t>(*which)
                           : static_cast<std::uint32_t>(random.below(draw + 1, 32));
    value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) ^ (1U << bit));
  }
}

void scatter(std::span<float> values, std::int64_t count, float value, const Random& random) {
  if (values.empty()) return;
  for (std::int64_t i = 0; i < count; ++i) {
    values[random.below(static_cast<std::uint64_t>(i), values.size())] = value;
  }
}

std::function<void()> read_error(Params& params) {
  std::vector<std::string_view> names;
  for (const Throwable& throwable : kThrowables) names.push_back(throwable.name);
  const std::size_t chosen = params.choice(
      "error", names, 0, "what is thrown; DataExhausted looks like the end of an iteration");
  std::string message = params.text("message", "injected", "its text");
  return [raise = kThrowables[chosen].raise, message = std::move(message)] { raise(message); };
}

}  // namespace trainwreck
