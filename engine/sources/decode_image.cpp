#include <fmt/format.h>
#include <stb/stb_image.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "engine/base/errors.h"
#include "engine/sources/image_folder.h"

namespace trainwreck {

namespace {

struct Pixels {
  const stbi_uc* values;
  std::int64_t height, width, channels;

  float at(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    return static_cast<float>(values[(row * width + column) * channels + channel]);
  }
};

// Two neighbours of a point between pixel centres, and how much the second one counts.
struct Between {
  std::int64_t low, high;
  float share;
};

Between between(std::int64_t i, std::int64_t to, std::int64_t from) {
  const double at =
      (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
  const double inside = std::clamp(at, 0.0, static_cast<double>(from - 1));
  const auto low = static_cast<std::int64_t>(inside);
  return {low, std::min(low + 1, from - 1), static_cast<float>(inside - static_cast<double>(low))};
}

void resize(const Pixels& image, const ImageOptions& options, std::span<float> out) {
  std::size_t to = 0;
  for (std::int64_t y = 0; y < options.height; ++y) {
    const Between rows = between(y, options.height, image.height);
    for (std::int64_t x = 0; x < options.width; ++x) {
      const Between columns = between(x, options.width, image.width);
      for (std::int64_t c = 0; c < options.channels; ++c) {
        const auto mixed = [&](std::int64_t row) {
          const float left = image.at(row, columns.low, c);
          return left + columns.share * (image.at(row, columns.high, c) - left);
        };
        const float top = mixed(rows.low);
        out[to++] = (top + rows.share * (mixed(rows.high) - top)) / 255.0F;
      }
    }
  }
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw FormatError(fmt::format("image {}: {}", path, why), 0);
}

}  // namespace

void decode_image(std::string_view bytes, const std::string& path, const ImageOptions& options,
                  std::span<float> out) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    refuse(path, "the file is too large to decode");
  }
  const auto* data = reinterpret_cast<const stbi_uc*>(bytes.data());
  const auto size = static_cast<int>(bytes.size());
  int width = 0, height = 0, found = 0;
  if (stbi_info_from_memory(data, size, &width, &height, &found) == 0) {
    refuse(path, bytes.empty() ? "the file is empty" : stbi_failure_reason());
  }
  const std::int64_t pixels = std::int64_t{width} * height;
  if (pixels < 1 || pixels > options.max_pixels) {
    refuse(path,
           fmt::format("{} x {} pixels, at most {} in all", width, height, options.max_pixels));
  }
  const std::unique_ptr<stbi_uc, void (*)(void*)> decoded(
      stbi_load_from_memory(data, size, &width, &height, &found,
                            static_cast<int>(options.channels)),
      &stbi_image_free);
  if (!decoded) refuse(path, stbi_failure_reason());
  resize({decoded.get(), height, width, options.channels}, options, out);
}

}  // namespace trainwreck
