#include "scenarios/process/last_words.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>

#include "scenarios/process/called_as.h"

namespace trainwreck {
namespace {

LastWords* words_here = nullptr;
constexpr std::size_t kHandlersStack = 1 << 16;
alignas(16) char handlers_stack[kHandlersStack];

// Touches shared memory alone: nothing of this may allocate or wait. (glibc's backtrace() loads a
// library when it is called first, so leave_last_words() has called it by then.)
void speak(int signal, siginfo_t* info, void*) {
  LastWords& words = *words_here;
  if (signal != where_are_you()) words.touched = info->si_addr;
  const int count = backtrace(words.stack, LastWords::kMostFrames);
  words.frames = static_cast<std::size_t>(std::max(count, 0));
  words.signal = signal;
  if (signal == where_are_you()) return;
  // The handler is gone by now (SA_RESETHAND). What was sent by hand would not come again by
  // itself.
  raise(signal);
}

void listen_for(int signal, int flags) {
  struct sigaction before {};
  if (sigaction(signal, nullptr, &before) != 0) return;
  const bool is_ours = (before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction == speak;
  if (!is_ours && before.sa_handler != SIG_DFL) return;
  struct sigaction handler {};
  handler.sa_sigaction = speak;
  handler.sa_flags = SA_SIGINFO | SA_ONSTACK | flags;
  sigaction(signal, &handler, nullptr);
}

struct Place {
  std::string module;
  std::uintptr_t offset = 0;
};

Place place_of_address(const void* address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) return {};
  // The program itself has no name among the loaded.
  std::string module = map->l_name;
  std::error_code error;
  if (module.empty()) module = std::filesystem::read_symlink("/proc/self/exe", error).string();
  return {.module = std::move(module),
          .offset = reinterpret_cast<std::uintptr_t>(address) - map->l_addr};
}

std::string output_of(const std::string& command) {
  std::FILE* program = popen(command.c_str(), "re");
  if (program == nullptr) return {};
  std::string text;
  char bytes[4096];
  while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, program)) {
    text.append(bytes, count);
  }
  return pclose(program) == 0 ? text : std::string();
}

// "f() at scenarios/x.cpp:12": paths as one has them at hand.
std::string with_short_path(std::string line) {
  if (const std::size_t at = line.find(" (discriminator"); at != std::string::npos) line.erase(at);
  const std::size_t at = line.rfind(" at ");
  if (at == std::string::npos) return line;
  const std::string path = std::filesystem::path(line.substr(at + 4)).lexically_normal().string();
  const std::string here = std::filesystem::current_path().string() + "/";
  return line.substr(0, at + 4) + (path.starts_with(here) ? path.substr(here.size()) : path);
}

// How calls get through the standard library is no news.
bool is_news(const std::string& line) {
  return line.find(" at /usr/include/c++/") == std::string::npos;
}

// The answer has one line for each frame, and one that is indented for each call inlined into it.
std::vector<std::string> names_in(const std::string& module,
                                  const std::vector<std::uintptr_t>& offsets) {
  std::vector<std::string> words;
  for (const std::uintptr_t offset : offsets) words.push_back(fmt::format("{:#x}", offset));
  const std::string rest =
      fmt::format(" -e {} {} 2>/dev/null", shell_word(module), fmt::join(words, " "));
  std::string text = output_of("addr2line -Cfpi" + rest);
  if (text.empty()) text = output_of("llvm-symbolizer --output-style=GNU -Cfpi" + rest);
  std::vector<std::string> frames;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const bool inlined = line.starts_with(" (inlined by)");
    if (!inlined) frames.emplace_back();
    line = with_short_path(line);
    if (frames.empty() || !is_news(line)) continue;
    frames.back() += (frames.back().empty() ? "" : "\n") + line;
  }
  return frames;
}

// Below the fork there is what the parent was at.
bool is_fork(const std::string& frame) {
  return frame.find("trainwreck::Forked::Forked(") != std::string::npos;
}

}  // namespace

void LastWords::forget() noexcept {
  signal = 0;
  frames = 0;
  touched = nullptr;
}

int where_are_you() { return SIGRTMAX - 2; }

void leave_last_words(LastWords& words) {
  void* ignored[4];
  backtrace(ignored, 4);
  words_here = &words;
  stack_t stack{};
  if (sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
    stack = {.ss_sp = handlers_stack, .ss_flags = 0, .ss_size = kHandlersStack};
    sigaltstack(&stack, nullptr);
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS}) {
    listen_for(signal, static_cast<int>(SA_RESETHAND));
  }
  listen_for(where_are_you(), SA_RESTART);
}

std::vector<const void*> stack_of(const LastWords& words) {
  const std::size_t count = std::min(words.frames.load(), LastWords::kMostFrames);
  // The handler itself, and the kernel's way into it.
  constexpr std::size_t kOwn = 2;
  std::vector<const void*> stack;
  for (std::size_t i = kOwn; i < count; ++i) {
    // All but the innermost are where a call returns to, which may be the next line already.
    stack.push_back(static_cast<const char*>(words.stack[i]) - (i == kOwn ? 0 : 1));
  }
  return stack;
}

std::vector<std::string> named_frames(const std::vector<const void*>& stack) {
  std::map<std::string, std::vector<std::size_t>> frames;
  std::vector<Place> places;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    places.push_back(place_of_address(stack[i]));
    frames[places.back().module].push_back(i);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const std::string file = std::filesystem::path(places[i].module).filename().string();
    names.push_back(file.empty() ? fmt::format("{}", stack[i])
                                 : fmt::format("{}(+{:#x})", file, places[i].offset));
  }
  for (const auto& [module, here] : frames) {
    if (module.empty()) continue;
    std::vector<std::uintptr_t> offsets;
    for (const std::size_t i : here) offsets.push_back(places[i].offset);
    const std::vector<std::string> known = names_in(module, offsets);
    for (std::size_t i = 0; i < known.size() && i < here.size(); ++i) {
      if (!known[i].starts_with("??")) names[here[i]] = known[i];
    }
  }
  names.erase(std::find_if(names.begin(), names.end(), is_fork), names.end());
  std::erase(names, std::string());
  return names;
}

}  // namespace trainwreck
