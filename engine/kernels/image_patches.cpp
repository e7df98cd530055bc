#include "engine/kernels/image_patches.h"

#include <algorithm>

namespace trainwreck {
namespace {

// Calls line(place in the patches, place in the image or -1, floats) for every stretch of floats
// that lies together in both, and for every stretch of padding.
template <class Line>
void for_each_line(const PatchGrid& grid, const Line& line) {
  const std::int64_t wide = grid.kernel_width * grid.channels;
  std::int64_t to = 0;
  for (std::int64_t out_y = 0; out_y < grid.out_height; ++out_y) {
    for (std::int64_t out_x = 0; out_x < grid.out_width; ++out_x) {
      const std::int64_t left = out_x * grid.stride_x - grid.pad_left;
      const std::int64_t first = std::clamp<std::int64_t>(-left, 0, grid.kernel_width);
      const std::int64_t last =
          std::clamp<std::int64_t>(grid.width - left, first, grid.kernel_width);
      for (std::int64_t k = 0; k < grid.kernel_height; ++k, to += wide) {
        const std::int64_t y = out_y * grid.stride_y - grid.pad_top + k;
        if (y < 0 || y >= grid.height || first == last) {
          line(to, std::int64_t{-1}, wide);
          continue;
        }
        const std::int64_t before = first * grid.channels;
        const std::int64_t inside = (last - first) * grid.channels;
        if (before > 0) line(to, std::int64_t{-1}, before);
        line(to + before, (y * grid.width + left + first) * grid.channels, inside);
        if (before + inside < wide)
          line(to + before + inside, std::int64_t{-1}, wide - before - inside);
      }
    }
  }
}

}  // namespace

void gather_patches(const PatchGrid& grid, const float* image, float* patches) {
  for_each_line(grid, [&](std::int64_t to, std::int64_t from, std::int64_t count) {
    if (from < 0) {
      std::fill_n(patches + to, count, 0.0F);
    } else {
      std::copy_n(image + from, count, patches + to);
    }
  });
}

void scatter_patches(const PatchGrid& grid, const float* patches, float* image) {
  for_each_line(grid, [&](std::int64_t from, std::int64_t to, std::int64_t count) {
    if (to < 0) return;
    for (std::int64_t i = 0; i < count; ++i) image[to + i] += patches[from + i];
  });
}

}  // namespace trainwreck
