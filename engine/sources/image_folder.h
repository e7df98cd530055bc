#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/seams/file_system.h"
#include "engine/sources/array_source.h"
#include "trainwreck/data.h"

namespace trainwreck {

enum class OnUnreadable : std::uint8_t { error, skip };

struct ImageOptions {
  std::int64_t height = 32;
  std::int64_t width = 32;
  std::int64_t channels = 3;  // 3: red, green, blue; 1: grey
  OnUnreadable on_unreadable = OnUnreadable::error;
  // Refused before anything is decoded.
  std::int64_t max_file_bytes = std::int64_t{64} << 20;
  std::int64_t max_pixels = std::int64_t{1} << 26;
};

// Decodes a PNG or JPEG to height x width x channels numbers in [0, 1], resized bilinearly. Throws
// FormatError in the name of `path`.
void decode_image(std::string_view bytes, const std::string& path, const ImageOptions& options,
                  std::span<float> out);

// The images of directory/class_name/*.png, *.jpg and *.jpeg; the label is the class's number among
// the sorted names. The directory is listed at the first use, images are read when they are asked
// for. With OnUnreadable::skip every image is decoded once at the first use, and one that cannot be
// is left out with its label and counted; so a batch is never short for it. Shuffles its rows.
class ImageFolderSource final : public DataSource {
 public:
  // The file system must outlive the source, and bear calls from several threads when workers
  // fetch.
  ImageFolderSource(FileSystem& files, std::string directory, ImageOptions options = {},
                    BatchOptions batches = {});

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override;
  void start_pass(const Pass& pass) override;
  bool fetch(std::int64_t index, Batch& out) override;

  const std::vector<std::string>& classes() const { return listing().classes; }
  // Paths of the images that were left out.
  const std::vector<std::string>& skipped() const { return listing().skipped; }

 private:
  struct Image {
    std::string path;
    std::int64_t label;
  };
  struct Listing {
    std::vector<std::string> classes;
    std::vector<Image> images;
    std::vector<std::string> skipped;
  };
  const Listing& listing() const;
  void list_class(Listing& listing, const std::string& name) const;
  void leave_out_unreadable(Listing& listing) const;
  void load(const Image& image, std::span<float> out) const;

  FileSystem& files_;
  std::string directory_;
  ImageOptions options_;
  BatchOptions batches_;
  mutable std::optional<Listing> listing_;
  std::int64_t pass_ = 0;
  std::vector<std::int64_t> order_;  // empty: as listed
};

}  // namespace trainwreck
