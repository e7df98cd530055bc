#include "scenarios/language/needs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "scenarios/process/forked.h"
#include "scenarios/process/scratch_disk.h"

#ifdef __has_feature
#define TRAINWRECK_HAS_FEATURE(x) __has_feature(x)
#else
#define TRAINWRECK_HAS_FEATURE(x) 0
#endif

namespace trainwreck {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    TRAINWRECK_HAS_FEATURE(address_sanitizer) || TRAINWRECK_HAS_FEATURE(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Tried in a child, which cannot spoil anything.
bool can_in_a_child(bool (*attempt)()) {
  Forked child([attempt](int) { return attempt() ? 0 : 1; });
  child.hear_all(10.0);
  return child.wait() == 0;
}

bool can_fork() { return true; }
bool can_mount() { return ScratchDisk::can_mount(); }
bool can_be_unprivileged() {
  return can_in_a_child([] { return become_unprivileged(); });
}
bool can_limit_memory() { return !kSanitized; }

constexpr Need kNeeds[] = {
    {"fork", "processes of its own", "there are no processes to fork", &can_fork},
    {"mount", "a file system of its own, of a chosen size", "nothing may be mounted here",
     &can_mount},
    {"unprivileged", "a user whom permissions bind",
     "this user may do everything and cannot become another", &can_be_unprivileged},
    {"memory_limit", "memory that can be limited",
     "a sanitizer takes more address space than any limit leaves", &can_limit_memory},
};

}  // namespace

std::span<const Need> needs() { return kNeeds; }

std::string missing_for(const Scenario& scenario) {
  for (const Need& need : kNeeds) {
    const auto& wanted = scenario.needs;
    if (std::find(wanted.begin(), wanted.end(), need.name) == wanted.end()) continue;
    if (!need.met()) return fmt::format("needs \"{}\": {}", need.name, need.missing);
  }
  return {};
}

}  // namespace trainwreck
