#include <utility>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/combine/ragged_source.h"
#include "engine/sources/problem.h"

namespace trainwreck::data {

namespace {

struct Generated {
  std::int64_t samples, min_length, max_length;
  std::uint64_t seed;
};

Generated read_generated(Params& params, const BuildContext& context) {
  Generated made{};
  made.samples =
      params.integer("samples", 64, "sequences to make of the adding problem", {0, 1 << 24});
  made.min_length = params.integer("min_length", 2, "steps of the shortest", {2, 1 << 20});
  made.max_length = params.integer("max_length", 10, "steps of the longest", {2, 1 << 20});
  made.seed = static_cast<std::uint64_t>(
      params.integer("seed", static_cast<std::int64_t>(context.seed), "what the data grow from"));
  if (made.min_length > made.max_length) params.complain("min_length", "is above max_length");
  return made;
}

RaggedData make_sequences(const Generated& wanted) {
  const Random random(wanted.seed, Purpose::synthetic_data, 2);
  const auto choices = static_cast<std::uint64_t>(wanted.max_length - wanted.min_length + 1);
  RaggedData data{{Shape{2}, {}, {0}}, Tensor({wanted.samples, 1})};
  for (std::int64_t i = 0; i < wanted.samples; ++i) {
    const auto index = static_cast<std::uint64_t>(i);
    const auto length = wanted.min_length + static_cast<std::int64_t>(random.below(index, choices));
    const auto problem = adding_problem({.length = length, .noise = 0.0, .seed = wanted.seed});
    const std::size_t start = data.x.values.size();
    data.x.values.resize(start + static_cast<std::size_t>(2 * length));
    problem->row(i, std::span(data.x.values).subspan(start), data.y.row(i));
    data.x.starts.push_back(static_cast<std::int64_t>(data.x.values.size()));
  }
  return data;
}

std::shared_ptr<DataSource> read_pad(Params& params, const BuildContext& context) {
  std::optional<RaggedRows> x =
      read_ragged(params, "x", "sequences as nested lists, in place of made ones");
  std::optional<Tensor> y = read_tensor(params, "y", "labels as nested lists, one item per row");
  const Generated wanted = read_generated(params, context);
  const Padding padding = read_padding(params);
  const BatchOptions options = read_batch_options(params);
  if (params.has("x") && !x) return nullptr;
  for (const std::string_view key : {"samples", "min_length", "max_length", "seed"}) {
    if (x && params.has(key)) params.complain(key, "means nothing beside x");
  }
  if (params.has("y") && !x) params.complain("y", "means nothing without x");
  if (wanted.min_length > wanted.max_length) return nullptr;
  RaggedData data =
      x ? RaggedData{std::move(*x), y ? std::move(*y) : Tensor()} : make_sequences(wanted);
  try {
    return std::make_shared<RaggedSource>(std::move(data), padding, options);
  } catch (const Error& error) {
    params.complain(error.what());
    return nullptr;
  }
}

}  // namespace

DataEntry pad() {
  return {"pad", "Sequences of different length, filled up to one length per batch.", &read_pad};
}

}  // namespace trainwreck::data
