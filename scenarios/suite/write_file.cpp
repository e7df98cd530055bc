#include "scenarios/suite/write_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {

void write_file(const std::string& path, std::string_view bytes) {
  const auto files = real_file_system();
  files->make_directory(directory_of(path));
  const std::string beside = fmt::format("{}.{}.tmp", path, getpid());
  const auto file = files->create(beside);
  try {
    file->append(bytes);
    file->sync();
    file->close();
    files->rename(beside, path);
  } catch (const IoError&) {
    unlink(beside.c_str());
    throw;
  }
}

}  // namespace trainwreck
