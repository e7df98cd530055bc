#include <memory>
#include <string>
#include <utility>

#include "engine/seams/file_system.h"
#include "engine/seams/seams.h"
#include "engine/sources/read_source.h"
#include "scenarios/listeners/wrapped_source.h"
#include "trainwreck/data.h"

namespace trainwreck::doubles {
namespace {

// The counter is a file: it outlives the source, and several of them share it.
class EpochCounter final : public WrappedSource {
 public:
  EpochCounter(std::shared_ptr<DataSource> source, std::string name, std::string path,
               FileSystem& files)
      : WrappedSource(std::move(source)),
        name_(std::move(name)),
        path_(std::move(path)),
        files_(files) {}

  void on_epoch_end() override {
    WrappedSource::on_epoch_end();
    const auto file = files_.open_append(path_);
    file->append(name_ + "\n");
    file->close();
  }

 private:
  std::string name_;
  std::string path_;
  FileSystem& files_;
};

std::shared_ptr<DataSource> make_epoch_counter(Params& params, const BuildContext& context) {
  const std::string name = params.text("name", "A", "what stands in its line");
  const std::string path = params.text("path", "epoch_ends.txt", "the file that counts");
  std::shared_ptr<DataSource> source = read_source(params, context);
  if (!source) return nullptr;
  return std::make_shared<EpochCounter>(std::move(source), name, path, context.seams.files);
}

}  // namespace

DataEntry epoch_counter() {
  return {"epoch_counter", "Another source that writes a line into a file at its own epoch's end.",
          &make_epoch_counter};
}

}  // namespace trainwreck::doubles
