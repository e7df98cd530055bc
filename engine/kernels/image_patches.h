#pragma once

#include <cstdint>

namespace trainwreck {

// How a kernel moves over images of (height, width, channels): sizes, steps and the zeros that are
// thought around the image.
struct PatchGrid {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  std::int64_t kernel_height = 0;
  std::int64_t kernel_width = 0;
  std::int64_t stride_y = 1;
  std::int64_t stride_x = 1;
  std::int64_t pad_top = 0;
  std::int64_t pad_left = 0;
  std::int64_t out_height = 0;
  std::int64_t out_width = 0;

  std::int64_t image_size() const { return height * width * channels; }
  std::int64_t patches() const { return out_height * out_width; }  // per image
  std::int64_t patch_size() const { return kernel_height * kernel_width * channels; }
};

// Writes what the kernel sees at each place of one image as one row of `patches`.
void gather_patches(const PatchGrid& grid, const float* image, float* patches);
// Adds every row of `patches` to where it was taken from.
void scatter_patches(const PatchGrid& grid, const float* patches, float* image);

}  // namespace trainwreck
