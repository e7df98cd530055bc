#include "engine/sources/problem_generator.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

ProblemGenerator::ProblemGenerator(std::shared_ptr<const Problem> problem,
                                   const ProblemGeneratorOptions& options, std::string name)
    : problem_(std::move(problem)), options_(options), name_(std::move(name)) {
  BatchOptions{.batch_size = options_.batch_size}.check(name_);
}

SourceTraits ProblemGenerator::traits() const {
  return {.name = name_, .access = Access::stream, .replayable = false};
}

bool ProblemGenerator::next(Batch& out) {
  if (options_.length && given_ >= *options_.length) return false;
  if (options_.fails_at && given_ == *options_.fails_at) {
    throw ValueError(fmt::format("{}: record {} is corrupt", name_, given_));
  }
  const std::int64_t rows = options_.batch_size;
  out.x.resize(problem_->x_row().with_rows(rows));
  out.y.resize(problem_->y_row().with_rows(rows));
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t sample = given_ * rows + i;
    out.samples.push_back(sample);
    problem_->row(sample, out.x.row(i), out.y.row(i));
  }
  ++given_;
  return true;
}

}  // namespace trainwreck
