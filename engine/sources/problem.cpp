#include "engine/sources/problem.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/base/random.h"

namespace trainwreck {

namespace {

// What the problem itself is made of is drawn from epoch 1, so that row 0 is not made of the same
// numbers.
Random problem_random(std::uint64_t seed) { return {seed, Purpose::synthetic_data, 1}; }
Random row_random(std::uint64_t seed, std::int64_t row) {
  return {seed, Purpose::synthetic_data, 0, row};
}

Shape label_row(const ProblemOptions& options, std::int64_t classes) {
  return Shape{options.labels == Labels::one_hot ? classes : 1};
}

void write_label(const ProblemOptions& options, std::int64_t label, std::span<float> y) {
  if (options.labels == Labels::index) {
    y[0] = static_cast<float>(label);
    return;
  }
  std::fill(y.begin(), y.end(), 0.0F);
  y[static_cast<std::size_t>(label)] = 1.0F;
}

class Linear final : public Problem {
 public:
  explicit Linear(const ProblemOptions& options) : options_(options) {
    const Random random = problem_random(options_.seed);
    const std::int64_t width = options_.features.size();
    weights_.resize(static_cast<std::size_t>(width * options_.outputs));
    const float scale = 1.0F / std::sqrt(static_cast<float>(std::max<std::int64_t>(width, 1)));
    for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = scale * random.normal(i);
  }
  Shape x_row() const override { return options_.features; }
  Shape y_row() const override { return Shape{options_.outputs}; }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    const Random random = row_random(options_.seed, index);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = random.normal(i);
    const auto noise = static_cast<float>(options_.noise);
    for (std::size_t o = 0; o < y.size(); ++o) {
      y[o] = noise * random.normal(x.size() + o);
      for (std::size_t i = 0; i < x.size(); ++i) y[o] += x[i] * weights_[i * y.size() + o];
    }
  }

 private:
  ProblemOptions options_;
  std::vector<float> weights_;
};

class Clusters final : public Problem {
 public:
  explicit Clusters(const ProblemOptions& options) : options_(options) {
    const Random random = problem_random(options_.seed);
    centres_.resize(static_cast<std::size_t>(options_.features.size() * options_.classes));
    for (std::size_t i = 0; i < centres_.size(); ++i) centres_[i] = random.normal(i);
  }
  Shape x_row() const override { return options_.features; }
  Shape y_row() const override { return label_row(options_, options_.classes); }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    const Random random = row_random(options_.seed, index);
    const std::int64_t label = index % options_.classes;
    const auto noise = static_cast<float>(options_.noise);
    const std::size_t first = static_cast<std::size_t>(label) * x.size();
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = centres_[first + i] + noise * random.normal(i);
    write_label(options_, label, y);
  }

 private:
  ProblemOptions options_;
  std::vector<float> centres_;
};

class Spirals final : public Problem {
 public:
  explicit Spirals(const ProblemOptions& options) : options_(options) {}
  Shape x_row() const override { return Shape{2}; }
  Shape y_row() const override { return label_row(options_, options_.classes); }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    const Random random = row_random(options_.seed, index);
    const std::int64_t label = index % options_.classes;
    const float radius = random.uniform(0);
    const double start = static_cast<double>(label) / static_cast<double>(options_.classes);
    const double angle = 2.0 * std::numbers::pi * (start + static_cast<double>(radius));
    const auto noise = static_cast<float>(options_.noise);
    x[0] = radius * static_cast<float>(std::cos(angle)) + noise * random.normal(1);
    x[1] = radius * static_cast<float>(std::sin(angle)) + noise * random.normal(2);
    write_label(options_, label, y);
  }

 private:
  ProblemOptions options_;
};

class SevenSegment final : public Problem {
 public:
  explicit SevenSegment(const ProblemOptions& options) : options_(options) {}
  Shape x_row() const override { return Shape{kHeight, kWidth, 1}; }
  Shape y_row() const override { return label_row(options_, 10); }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    const Random random = row_random(options_.seed, index);
    const auto digit = static_cast<std::size_t>(index % 10);
    const auto noise = static_cast<float>(options_.noise);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = noise * random.normal(i);
    const auto top = static_cast<std::int64_t>(random.below(x.size(), 4));
    const auto left = static_cast<std::int64_t>(random.below(x.size() + 1, 4));
    for (std::size_t s = 0; s < kSegments.size(); ++s) {
      if ((kLit[digit] >> s & 1U) == 0) continue;
      const Segment& segment = kSegments[s];
      for (std::int64_t i = 0; i < 5; ++i) {
        const std::int64_t down = top + segment.down + (segment.vertical ? i : 0);
        const std::int64_t right = left + segment.right + (segment.vertical ? 0 : i);
        x[static_cast<std::size_t>(down * kWidth + right)] += 1.0F;
      }
    }
    write_label(options_, index % 10, y);
  }

 private:
  struct Segment {
    std::int64_t down, right;
    bool vertical;
  };
  static constexpr std::int64_t kHeight = 12;
  static constexpr std::int64_t kWidth = 8;
  // a (top), b, c (right, downwards), d (bottom), e, f (left, upwards), g (middle).
  static constexpr std::array<Segment, 7> kSegments{{{0, 0, false},
                                                     {0, 4, true},
                                                     {4, 4, true},
                                                     {8, 0, false},
                                                     {4, 0, true},
                                                     {0, 0, true},
                                                     {4, 0, false}}};
  static constexpr std::array<unsigned, 10> kLit{0x3F, 0x06, 0x5B, 0x4F, 0x66,
                                                 0x6D, 0x7D, 0x07, 0x7F, 0x6F};
  ProblemOptions options_;
};

class Adding final : public Problem {
 public:
  explicit Adding(const ProblemOptions& options) : options_(options) {}
  Shape x_row() const override { return Shape{options_.length, 2}; }
  Shape y_row() const override { return Shape{1}; }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    const Random random = row_random(options_.seed, index);
    const auto length = static_cast<std::uint64_t>(options_.length);
    for (std::uint64_t t = 0; t < length; ++t) {
      x[2 * t] = random.uniform(t);
      x[2 * t + 1] = 0.0F;
    }
    const std::uint64_t first = random.below(length, length);
    const std::uint64_t second = (first + 1 + random.below(length + 1, length - 1)) % length;
    x[2 * first + 1] = 1.0F;
    x[2 * second + 1] = 1.0F;
    y[0] = x[2 * first] + x[2 * second] +
           static_cast<float>(options_.noise) * random.normal(length + 2);
  }

 private:
  ProblemOptions options_;
};

class Markers final : public Problem {
 public:
  explicit Markers(const ProblemOptions& options) : options_(options) {}
  Shape x_row() const override { return options_.features; }
  Shape y_row() const override { return Shape{options_.outputs}; }
  void row(std::int64_t index, std::span<float> x, std::span<float> y) const override {
    std::fill(x.begin(), x.end(), 0.0F);
    const std::int64_t marker = index / options_.group;
    x[0] = static_cast<float>(marker);
    std::fill(y.begin(), y.end(), 1.0F);
  }

 private:
  ProblemOptions options_;
};

}  // namespace

std::shared_ptr<const Problem> linear_problem(const ProblemOptions& options) {
  return std::make_shared<Linear>(options);
}
std::shared_ptr<const Problem> clusters_problem(const ProblemOptions& options) {
  return std::make_shared<Clusters>(options);
}
std::shared_ptr<const Problem> spirals_problem(const ProblemOptions& options) {
  return std::make_shared<Spirals>(options);
}
std::shared_ptr<const Problem> seven_segment_problem(const ProblemOptions& options) {
  return std::make_shared<SevenSegment>(options);
}
std::shared_ptr<const Problem> adding_problem(const ProblemOptions& options) {
  return std::make_shared<Adding>(options);
}
std::shared_ptr<const Problem> markers_problem(const ProblemOptions& options) {
  return std::make_shared<Markers>(options);
}

ArrayData make_arrays(const Problem& problem, std::int64_t rows, std::int64_t first) {
  ArrayData data{
      Tensor(problem.x_row().with_rows(rows)), Tensor(problem.y_row().with_rows(rows)), {}};
  for (std::int64_t i = 0; i < rows; ++i) problem.row(first + i, data.x.row(i), data.y.row(i));
  return data;
}

}  // namespace trainwreck
