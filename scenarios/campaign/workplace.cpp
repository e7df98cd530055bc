#include "scenarios/campaign/workplace.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "engine/base/errors.h"
#include "faults/outside/run_below.h"
#include "faults/recording/disk_tree.h"
#include "scenarios/campaign/wreck.h"

namespace trainwreck::campaign {
namespace {

constexpr std::string_view kDirectory = "{dir}";

bool replace_directory(std::string& word, const std::string& folder) {
  bool any = false;
  for (std::size_t at = word.find(kDirectory); at != std::string::npos;
       at = word.find(kDirectory, at + folder.size())) {
    word.replace(at, kDirectory.size(), folder);
    any = true;
  }
  return any;
}

// A program may have taken away its own right to remove what it made.
void remove_within(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory() && !entry.is_symlink()) remove_within(entry.path().string());
    fs::remove(entry.path(), ignored);
  }
}

}  // namespace

Workplace::Workplace(std::vector<std::string> command, const std::string& folder)
    : command_(std::move(command)) {
  namespace fs = std::filesystem;
  if (!folder.empty()) {
    made_ = !fs::exists(folder);
    if (!made_ && (!fs::is_directory(folder) || !fs::is_empty(folder))) {
      throw UsageError("--dir " + folder + " is not an empty folder; it is emptied for every run");
    }
  }
  std::string name = fs::canonical(fs::temp_directory_path()).string() + "/trainwreck-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw IoError("make the folder", name, errno);
  top_ = name;
  if (!folder.empty()) fs::create_directories(folder);
  folder_ = folder.empty() ? top_ + "/run" : fs::canonical(folder).string();
  fs::create_directories(folder_);
  bool any = false;
  for (std::string& word : command_) any |= replace_directory(word, folder_);
  if (any || !folder.empty()) return;
  fs::remove_all(top_);
  throw UsageError(
      "the command does not say where it saves: write {dir} for that folder, or name it with "
      "--dir");
}

Workplace::~Workplace() {
  std::error_code ignored;
  remove_within(folder_);
  if (made_) std::filesystem::remove(folder_, ignored);
  std::filesystem::remove_all(top_, ignored);
}

void Workplace::empty() const { remove_within(folder_); }

void Workplace::put(const outside::Tree& tree, const outside::Spool& spool) const {
  empty();
  put_on_disk(tree, root_of(tree), spool, folder_);
}

Run Workplace::run(outside::Strategy& strategy, std::chrono::milliseconds timeout) const {
  const outside::ProgramToWreck program{
      .command = command_, .watched = {folder_}, .spool_folder = top_, .timeout = timeout};
  Run run{.observed = run_below(program, strategy)};
  run.end = read_files(folder_);
  return run;
}

Run Workplace::run(std::chrono::milliseconds timeout) const {
  outside::LetThrough nothing;
  return run(nothing, timeout);
}

}  // namespace trainwreck::campaign
