#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/seams.h"
#include "trainwreck/data.h"

namespace trainwreck::doubles {
namespace {

struct ImageList {
  std::string folder;
  std::vector<std::string> names;
  std::vector<double> labels;
  std::int64_t height = 2;
  std::int64_t width = 2;
  std::int64_t batch_size = 4;
  bool drops_labels = false;
};

// The loader that many have written: whatever goes wrong with an image, it goes on with the next,
// and the label stays.
class CarelessImages final : public Sequence {
 public:
  CarelessImages(ImageList list, const Seams& seams)
      : list_(std::move(list)), files_(seams.files), memory_(seams.memory) {}

  SourceTraits traits() const override { return {.name = "careless_images"}; }
  std::int64_t batch_count() const override {
    const auto images = static_cast<std::int64_t>(list_.names.size());
    return (images + list_.batch_size - 1) / list_.batch_size;
  }

  void batch(std::int64_t index, Batch& out) override {
    pixels_.clear();
    labels_.clear();
    const auto first = static_cast<std::size_t>(index * list_.batch_size);
    const auto last =
        std::min(first + static_cast<std::size_t>(list_.batch_size), list_.names.size());
    std::int64_t rows = 0;
    for (std::size_t i = first; i < last; ++i) {
      const bool loaded = load(list_.names[i]);
      rows += loaded ? 1 : 0;
      if (loaded || !list_.drops_labels) labels_.push_back(static_cast<float>(list_.labels[i]));
    }
    const Shape shape = rows > 0 ? Shape{rows, list_.height, list_.width, 1} : Shape{0};
    out.x = Tensor(shape, pixels_);
    out.y = Tensor({static_cast<std::int64_t>(labels_.size())}, labels_);
  }

 private:
  bool load(const std::string& name) {
    const std::size_t before = pixels_.size();
    try {
      read(path_in(list_.folder, name));
      return true;
    } catch (...) {  // This is the point of the story: it hides everything.
      pixels_.resize(before);
      return false;
    }
  }

  void read(const std::string& path) {
    const std::int64_t size = list_.height * list_.width;
    const Reservation image(memory_, MemoryPurpose::data, size * 4);
    std::istringstream text(files_.read(path));
    for (std::int64_t i = 0; i < size; ++i) {
      float value = 0.0F;
      if (!(text >> value)) throw ValueError(path + " is no image");
      pixels_.push_back(value);
    }
  }

  ImageList list_;
  FileSystem& files_;
  MemoryBudget& memory_;
  std::vector<float> pixels_;
  std::vector<float> labels_;
};

std::shared_ptr<DataSource> make_careless_images(Params& params, const BuildContext& context) {
  ImageList list;
  list.folder = params.text("folder", ".", "where the images are");
  list.names = params.texts("files", "text files with one number per pixel");
  list.labels = params.numbers("labels", "one for each file");
  list.height = params.integer("height", 2, "of every image", {.low = 1, .high = 1024});
  list.width = params.integer("width", 2, "of every image", {.low = 1, .high = 1024});
  list.batch_size = params.integer("batch_size", 4, "images in a batch", {.low = 1, .high = 1024});
  list.drops_labels =
      params.flag("drops_labels", false, "leaves out the label of an image that it cannot read");
  if (list.labels.size() != list.names.size()) {
    params.complain("labels", "needs as many as there are files");
    return nullptr;
  }
  return std::make_shared<CarelessImages>(std::move(list), context.seams);
}

}  // namespace

DataEntry careless_images() {
  return {"careless_images",
          "Loads images, skips those that cannot be read, whatever the reason, and keeps their "
          "labels.",
          &make_careless_images};
}

}  // namespace trainwreck::doubles
