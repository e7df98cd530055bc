#pragma once

#include <Eigen/Core>
#include <cstdint>

// Views of plain floats for Eigen. Included by .cpp files alone: Eigen stays out of every header
// that others see.
namespace trainwreck {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<RowMajor>;
using ConstMatrixMap = Eigen::Map<const RowMajor>;
using ArrayMap = Eigen::Map<Eigen::ArrayXf>;
using ConstArrayMap = Eigen::Map<const Eigen::ArrayXf>;

}  // namespace trainwreck
