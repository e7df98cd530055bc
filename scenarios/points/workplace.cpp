#include "scenarios/points/workplace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "engine/base/errors.h"
#include "faults/outside/run_below.h"
#include "faults/recording/disk_tree.h"

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

bool write_small(const char* path, const std::string& text) {
  std::ofstream out(path);
  out << text << std::flush;
  return out.good();
}

// A namespace of mounts of our own; without rights, inside of one of users in which we stay who we
// are.
bool enter_own_mounts() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    write_small("/proc/self/setgroups", "deny");
    if (!write_small("/proc/self/uid_map", fmt::format("{0} {0} 1", user))) return false;
    if (!write_small("/proc/self/gid_map", fmt::format("{0} {0} 1", group))) return false;
  }
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::vector<std::string> environment_in(const std::string& timezone) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (strncmp(*variable, "TZ=", 3) != 0) all.emplace_back(*variable);
  }
  all.push_back("TZ=" + timezone);
  return all;
}

}  // namespace

Workplace::Workplace(std::vector<std::string> command, const std::string& folder)
    : words_(std::move(command)), made_by_user_(!folder.empty()) {
  namespace fs = std::filesystem;
  if (!folder.empty()) {
    made_ = !fs::exists(folder);
    if (!made_ && (!fs::is_directory(folder) || !fs::is_empty(folder))) {
      throw UsageError("--dir " + folder + " is not an empty folder; it is emptied for every run");
    }
  }
  const bool any = std::any_of(words_.begin(), words_.end(), [](const std::string& word) {
    return word.find(kDirectory) != std::string::npos;
  });
  if (!any && folder.empty()) {
    throw UsageError(
        "the command does not say where it saves: write {dir} for that folder, or name it with "
        "--dir");
  }
  std::string name = fs::canonical(fs::temp_directory_path()).string() + "/trainwreck-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw IoError("make the folder", name, errno);
  top_ = name;
  if (!folder.empty()) fs::create_directories(folder);
  folder_ = folder.empty() ? top_ + "/0/run" : fs::canonical(folder).string();
  fs::create_directories(folder_);
  name_folder_in_command();
}

void Workplace::name_folder_in_command() {
  command_ = words_;
  for (std::string& word : command_) replace_directory(word, folder_);
}

std::string Workplace::place_for(std::size_t number) const {
  return fmt::format("{}/{}/run", top_, number);
}

bool Workplace::move_into(std::size_t number) {
  std::filesystem::create_directories(place_for(number));
  return enter_own_mounts() &&
         mount(place_for(number).c_str(), folder_.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

void Workplace::use_own_folder(std::size_t number) {
  folder_ = place_for(number);
  std::filesystem::create_directories(folder_);
  name_folder_in_command();
}

Workplace::~Workplace() {
  std::error_code ignored;
  remove_within(folder_);
  if (made_) std::filesystem::remove(folder_, ignored);
  remove_within(top_);
  std::filesystem::remove_all(top_, ignored);
}

void Workplace::empty() const { remove_within(folder_); }

void Workplace::put(const outside::Tree& tree, const outside::Spool& spool) const {
  empty();
  put_on_disk(tree, root_of(tree), spool, folder_);
}

Run Workplace::run(outside::Strategy& strategy, std::chrono::milliseconds timeout,
                   const std::string& timezone) const {
  outside::ProgramToWreck program{
      .command = command_, .watched = {folder_}, .spool_folder = top_, .timeout = timeout};
  if (!timezone.empty()) program.environment = environment_in(timezone);
  Run run{.observed = run_below(program, strategy)};
  run.end = read_files(folder_);
  return run;
}

Run Workplace::run(std::chrono::milliseconds timeout) const {
  outside::LetThrough nothing;
  return run(nothing, timeout);
}

}  // namespace trainwreck::campaign
