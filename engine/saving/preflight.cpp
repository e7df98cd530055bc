#include "engine/saving/preflight.h"

#include <fmt/format.h>

#include <cerrno>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/save.h"
#include "engine/seams/file_system.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

void write_something(Session& session, const std::string& directory) {
  FileSystem& files = session.seams().files;
  const std::string place = path_in(directory, "preflight");
  for (const std::string& leftover : remove_leftovers(files, place)) {
    session.warn("checkpoint.leftover", fmt::format("{} could not be cleaned up", leftover));
  }
  const std::string probe = files.temporary_beside(place);
  try {
    const auto file = files.create(probe);
    file->append("?");
    file->close();
    files.remove(probe);
  } catch (const IoError&) {
    remove_quietly(files, probe);
    throw;
  }
}

void check(Session& session, const std::string& directory, const std::string& path) {
  FileSystem& files = session.seams().files;
  const bool durable = session.policy().checkpoint.protocol == SaveProtocol::durable;
  make_directories(files, directory, durable);
  if (files.is_directory(path)) throw IoError("save", path, EISDIR);
  write_something(session, directory);
  if (!session.model().built()) return;
  // The new one is written before the old one goes.
  const std::int64_t needed = 2 * bytes_to_capture(session.model());
  if (files.free_bytes(directory) < needed) throw IoError("save", path, ENOSPC);
}

}  // namespace

void preflight(Session& session, const std::string& who, const std::string& directory,
               const std::string& path) {
  if (session.policy().checkpoint.preflight == Preflight::none) return;
  try {
    check(session, directory, path);
  } catch (const IoError& error) {
    if (session.policy().checkpoint.failed_save == FailedSave::fails_the_run) throw;
    session.warn("checkpoint.preflight", fmt::format("{}: {}", who, error.what()));
  }
}

}  // namespace trainwreck
