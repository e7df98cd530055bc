#include <cmath>
#include <vector>

#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"

namespace trainwreck::initialisers {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Gram-Schmidt, every vector twice: once leaves a remainder that grows with their number.
void make_orthonormal(std::vector<double>& vectors, std::size_t count, std::size_t length) {
  const std::span<double> all(vectors);
  for (std::size_t v = 0; v < count; ++v) {
    const auto vector = all.subspan(v * length, length);
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t before = 0; before < v; ++before) {
        const auto other = all.subspan(before * length, length);
        const double along = dot(vector, other);
        for (std::size_t i = 0; i < length; ++i) vector[i] -= along * other[i];
      }
      const double norm = std::sqrt(dot(vector, vector));
      for (double& value : vector) value /= norm;
    }
  }
}

class Orthogonal final : public Initialiser {
 public:
  explicit Orthogonal(OrthogonalOptions options) : options_(options) {}

  // A matrix of all dimensions but the last, and the last: its rows or its columns, whichever are
  // fewer, are orthonormal.
  void fill(std::span<float> values, const Shape& shape, Fans,
            const Random& random) const override {
    if (values.empty()) return;
    const auto columns = static_cast<std::size_t>(shape.rank() == 0 ? 1 : shape.back());
    const std::size_t rows = values.size() / columns;
    const bool by_rows = rows < columns;
    const std::size_t count = by_rows ? rows : columns;
    const std::size_t length = by_rows ? columns : rows;
    std::vector<double> vectors(values.size());
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      vectors[i] = static_cast<double>(random.normal(i));
    }
    make_orthonormal(vectors, count, length);
    const auto gain = static_cast<double>(options_.gain);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const double value =
            by_rows ? vectors[row * length + column] : vectors[column * length + row];
        values[row * columns + column] = static_cast<float>(gain * value);
      }
    }
  }

 private:
  OrthogonalOptions options_;
};

std::unique_ptr<Initialiser> read_orthogonal(Params& params, const BuildContext&) {
  OrthogonalOptions options;
  options.gain = static_cast<float>(
      params.number("gain", static_cast<double>(options.gain), "length of each vector"));
  return make_orthogonal(options);
}

}  // namespace

std::unique_ptr<Initialiser> make_orthogonal(OrthogonalOptions options) {
  return std::make_unique<Orthogonal>(options);
}

InitialiserEntry orthogonal() {
  return {"orthogonal", "orthonormal rows or columns, whichever are fewer", &read_orthogonal};
}

}  // namespace trainwreck::initialisers
