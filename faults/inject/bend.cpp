#include "faults/inject/bend.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

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
  for (const std::string_view seam : seams) {
    const bool known = std::any_of(sites().begin(), sites().end(),
                                   [&](const SiteInfo& info) { return info.seam == seam; });
    if (!known) throw ValueError("there is no seam " + std::string(seam));
  }
  std::vector<Site> found;
  for (const SiteInfo& info : sites()) {
    if (std::find(seams.begin(), seams.end(), info.seam) != seams.end()) found.push_back(info.site);
  }
  return found;
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
