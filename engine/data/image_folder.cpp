#include "engine/sources/image_folder.h"

#include <array>
#include <utility>

#include "engine/seams/seams.h"
#include "engine/sources/problem.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_image_folder(Params& params, const BuildContext& context) {
  constexpr std::array<std::string_view, 2> kColours{"rgb", "grey"};
  constexpr std::array<std::string_view, 2> kUnreadable{"error", "skip"};
  constexpr IntegerRange kExtent{1, 16384};
  ImageOptions options;
  const std::string path =
      params.need_text("path", "the folder with one folder per class, from where this file stands");
  options.height = params.integer("height", 32, "rows that every image is resized to", kExtent);
  options.width = params.integer("width", 32, "columns that every image is resized to", kExtent);
  options.channels = params.choice("colours", kColours, 0, "three channels or one") == 0 ? 3 : 1;
  options.on_unreadable = static_cast<OnUnreadable>(params.choice(
      "on_unreadable", kUnreadable, 0, "for a broken file; skip leaves out image and label"));
  options.max_file_bytes = params.integer("max_file_bytes", options.max_file_bytes,
                                          "largest file that is read", {1, 1 << 30});
  options.max_pixels = params.integer("max_pixels", options.max_pixels,
                                      "largest image that is decoded", {1, 1 << 28});
  const BatchOptions batches = read_batch_options(params);
  return std::make_shared<ImageFolderSource>(context.seams.files, path_from(context.base_dir, path),
                                             options, batches);
}

}  // namespace

DataEntry image_folder() {
  return {"image_folder", "PNG and JPEG files in one folder per class, resized to one size.",
          &read_image_folder};
}

}  // namespace trainwreck::data
