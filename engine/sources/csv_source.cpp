#include "engine/sources/csv_source.h"

#include <utility>

namespace trainwreck {

CsvSource::CsvSource(FileSystem& files, std::string path, CsvOptions options, BatchOptions batches)
    : files_(files), path_(std::move(path)), options_(std::move(options)), batches_(batches) {
  batches_.check("csv " + path_);
}

SourceTraits CsvSource::traits() const {
  return {.name = "csv " + path_, .shuffles_rows = true, .thread_safe = true};
}

CsvSource::Loaded& CsvSource::load() const {
  if (!loaded_) {
    CsvTable table = read_csv(files_.read(path_), path_, options_);
    loaded_.reset(new Loaded{ArraySource(std::move(table.data), batches_, "csv " + path_),
                             std::move(table.classes), table.skipped});
  }
  return *loaded_;
}

const std::vector<std::string>& CsvSource::classes() const { return load().classes; }
std::int64_t CsvSource::skipped() const { return load().skipped; }

}  // namespace trainwreck
