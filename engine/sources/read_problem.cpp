#include <fmt/format.h>

#include <array>

#include "engine/sources/literal.h"
#include "engine/sources/problem.h"

namespace trainwreck {

namespace {

using MakeProblem = std::shared_ptr<const Problem> (*)(const ProblemOptions&);

struct Named {
  std::string_view name;
  MakeProblem make;
  bool features, outputs, classes, labels, length, group;  // which options it listens to
};

constexpr std::array<Named, 6> kProblems{{
    {"linear", &linear_problem, true, true, false, false, false, false},
    {"clusters", &clusters_problem, true, false, true, true, false, false},
    {"spirals", &spirals_problem, false, false, true, true, false, false},
    {"seven_segment", &seven_segment_problem, false, false, false, true, false, false},
    {"adding", &adding_problem, false, false, false, false, true, false},
    {"markers", &markers_problem, true, true, false, false, false, true},
}};

void reject_unused(Params& params, const Named& problem) {
  const auto check = [&](std::string_view key, bool used) {
    if (used || !params.has(key)) return;
    params.complain(key, fmt::format("means nothing to the problem \"{}\"", problem.name));
  };
  check("features", problem.features);
  check("shape", problem.features);
  check("outputs", problem.outputs);
  check("classes", problem.classes);
  check("labels", problem.labels);
  check("length", problem.length);
  check("group", problem.group);
}

Shape read_features(Params& params) {
  const std::int64_t features =
      params.integer("features", 8, "numbers in a row of x", {1, 1 << 24});
  const std::vector<std::int64_t> shape =
      params.integers("shape", "shape of a row of x, in place of features: up to 3 dimensions");
  if (shape.empty()) return Shape{features};
  if (params.has("features")) params.complain("shape", "stands in place of features: give one");
  std::int64_t size = 1;
  for (const std::int64_t extent : shape) {
    if (extent >= 1 && extent <= (1 << 24) && shape.size() <= 3 && size <= (1 << 24)) {
      size *= extent;
      continue;
    }
    params.complain("shape", "must be up to 3 dimensions of at least 1");
    return Shape{features};
  }
  return Shape::of(shape);
}

}  // namespace

std::shared_ptr<const Problem> read_problem(Params& params, const BuildContext& context) {
  constexpr std::array<std::string_view, 6> kNames{"linear",        "clusters", "spirals",
                                                   "seven_segment", "adding",   "markers"};
  constexpr std::array<std::string_view, 2> kLabels{"index", "one_hot"};
  ProblemOptions options;
  const std::size_t chosen =
      params.choice("problem", kNames, params.has("classes") ? 1 : 0,
                    "what there is to learn; clusters when classes are given, else linear");
  options.features = read_features(params);
  options.outputs = params.integer("outputs", 1, "numbers in a row of y", {1, 1 << 20});
  options.classes = params.integer("classes", 3, "how many classes there are", {2, 1 << 20});
  options.labels = static_cast<Labels>(
      params.choice("labels", kLabels, 0, "class numbers, or a one in a row of zeros"));
  options.length = params.integer("length", 10, "steps of a sequence", {2, 1 << 20});
  options.group = params.integer("group", 4, "rows that share a marker", {1, 1 << 30});
  options.noise = params.number("noise", 0.1, "standard deviation of what is added", {0.0, 1e6});
  options.seed = static_cast<std::uint64_t>(
      params.integer("seed", static_cast<std::int64_t>(context.seed), "what the data grow from"));
  reject_unused(params, kProblems[chosen]);
  return kProblems[chosen].make(options);
}

std::optional<ArrayData> read_array_data(Params& params, const BuildContext& context) {
  std::optional<ArrayData> literal = read_arrays(params);
  const std::int64_t samples =
      params.integer("samples", 64, "rows to make of the problem", {0, 1 << 28});
  const std::shared_ptr<const Problem> problem = read_problem(params, context);
  if (!params.has("x")) return make_arrays(*problem, samples);
  for (const std::string_view key : {"samples", "problem", "features", "shape", "outputs",
                                     "classes", "labels", "length", "group", "noise", "seed"}) {
    if (params.has(key)) params.complain(key, "means nothing beside x");
  }
  return literal;
}

BatchOptions read_batch_options(Params& params, std::int64_t least) {
  BatchOptions options;
  options.batch_size = params.integer("batch_size", 32, "rows in a batch", {least, 1 << 30});
  options.told = params.has("batch_size");
  options.drop_last = params.flag("drop_last", false, "leave out a last batch that is not full");
  return options;
}

}  // namespace trainwreck
