#include "engine/sources/image_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"

namespace trainwreck {

namespace {

bool is_image(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string_view text = lower;
  return text.ends_with(".png") || text.ends_with(".jpg") || text.ends_with(".jpeg");
}

}  // namespace

ImageFolderSource::ImageFolderSource(FileSystem& files, std::string directory, ImageOptions options,
                                     BatchOptions batches)
    : files_(files), directory_(std::move(directory)), options_(options), batches_(batches) {
  const std::string name = traits().name;
  batches_.check(name);
  if (options_.height < 1 || options_.width < 1 || options_.height > 16384 ||
      options_.width > 16384) {
    throw ValueError(fmt::format("{}: height and width must be in [1, 16384], got {} and {}", name,
                                 options_.height, options_.width));
  }
  if (options_.channels != 1 && options_.channels != 3) {
    throw ValueError(fmt::format("{}: channels must be 1 or 3, got {}", name, options_.channels));
  }
}

SourceTraits ImageFolderSource::traits() const {
  return {.name = "image_folder " + directory_, .shuffles_rows = true, .thread_safe = true};
}

const ImageFolderSource::Listing& ImageFolderSource::listing() const {
  if (listing_) return *listing_;
  Listing listing;
  for (const std::string& name : files_.list(directory_)) {
    if (files_.is_directory(directory_ + "/" + name)) list_class(listing, name);
  }
  if (listing.classes.empty()) {
    throw ValueError(traits().name + ": there is no directory in it, so there are no classes");
  }
  if (options_.on_unreadable == OnUnreadable::skip) leave_out_unreadable(listing);
  listing_ = std::move(listing);
  return *listing_;
}

void ImageFolderSource::list_class(Listing& listing, const std::string& name) const {
  const auto label = static_cast<std::int64_t>(listing.classes.size());
  listing.classes.push_back(name);
  const std::string directory = directory_ + "/" + name;
  for (const std::string& file : files_.list(directory)) {
    if (is_image(file)) listing.images.push_back({directory + "/" + file, label});
  }
}

void ImageFolderSource::leave_out_unreadable(Listing& listing) const {
  std::vector<float> pixels(
      static_cast<std::size_t>(options_.height * options_.width * options_.channels));
  const auto unreadable = [&](const Image& image) {
    try {
      load(image, pixels);
      return false;
    } catch (const FormatError&) {
      listing.skipped.push_back(image.path);
    } catch (const IoError&) {
      listing.skipped.push_back(image.path);
    }
    return true;
  };
  std::vector<Image> readable;
  for (Image& image : listing.images) {
    if (!unreadable(image)) readable.push_back(std::move(image));
  }
  listing.images = std::move(readable);
}

void ImageFolderSource::load(const Image& image, std::span<float> out) const {
  const std::int64_t size = files_.size(image.path);
  if (size > options_.max_file_bytes) {
    throw FormatError(fmt::format("image {}: the file has {}, at most {}", image.path,
                                  bytes_text(size), bytes_text(options_.max_file_bytes)),
                      options_.max_file_bytes);
  }
  decode_image(files_.read(image.path), image.path, options_, out);
}

std::optional<std::int64_t> ImageFolderSource::length() const {
  return batches_.count(static_cast<std::int64_t>(listing().images.size()));
}

void ImageFolderSource::start_pass(const Pass& pass) {
  pass_ = pass.number;
  order_.clear();
  const std::size_t images = listing().images.size();
  if (!pass.shuffle) return;
  order_.resize(images);
  shuffled_order(pass, order_);
}

bool ImageFolderSource::fetch(std::int64_t index, Batch& out) {
  const std::vector<Image>& images = listing().images;
  const auto all = static_cast<std::int64_t>(images.size());
  const std::int64_t count = batches_.count(all);
  if (index < 0 || index >= count) check_batch_index(traits().name, index, count);
  const std::int64_t first = index * batches_.batch_size;
  const std::int64_t rows = std::min(batches_.batch_size, all - first);
  out.id = {.source = 0, .epoch = pass_, .index = index};
  out.x.resize({rows, options_.height, options_.width, options_.channels});
  out.y.resize({rows, 1});
  out.sample_weight.clear();
  out.samples.clear();
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto at = static_cast<std::size_t>(first + row);
    const std::int64_t sample = order_.empty() ? first + row : order_[at];
    const Image& image = images[static_cast<std::size_t>(sample)];
    load(image, out.x.row(row));
    out.y[row] = static_cast<float>(image.label);
    out.samples.push_back(sample);
  }
  return true;
}

}  // namespace trainwreck
