#include <array>
#include <map>
#include <set>

#include "tests/tidy/rules.h"
#include "tests/tidy/source_text.h"

namespace trainwreck::tidy {
namespace {

// Headers and names through which C++ reaches the world.
constexpr std::array<std::string_view, 28> kWorldHeaders = {
    "arpa/inet.h",  "atomic",       "condition_variable", "csignal",
    "ctime",        "fcntl.h",      "filesystem",         "fstream",
    "future",       "httplib.h",    "iostream",           "mutex",
    "netdb.h",      "poll.h",       "pthread.h",          "random",
    "semaphore",    "shared_mutex", "signal.h",           "sys/mman.h",
    "sys/socket.h", "sys/stat.h",   "sys/time.h",         "sys/types.h",
    "thread",       "time.h",       "unistd.h",           "sys/resource.h"};
constexpr std::array<std::string_view, 14> kWorldNames = {"fopen",
                                                          "freopen",
                                                          "getenv",
                                                          "system_clock",
                                                          "steady_clock",
                                                          "sleep_for",
                                                          "sleep_until",
                                                          "random_device",
                                                          "ofstream",
                                                          "ifstream",
                                                          "high_resolution_clock",
                                                          "gettimeofday",
                                                          "clock_gettime",
                                                          "mmap"};

// Who may do so outside engine/seams all the same, and with what.
const std::map<std::string, std::set<std::string, std::less<>>>& exceptions() {
  static const std::map<std::string, std::set<std::string, std::less<>>> files = {
      // The table of interned names is shared by threads.
      {"engine/base/logs.cpp", {"mutex"}},
      // Prints to the terminal that it was given, and asks the system how large a page is.
      {"engine/callbacks/progress_bar.cpp", {"iostream", "unistd.h"}},
      {"engine/callbacks/memory_monitor.cpp", {"unistd.h"}},
  };
  return files;
}

bool is_excepted(const std::string& path, std::string_view what) {
  const auto found = exceptions().find(path);
  return found != exceptions().end() && found->second.contains(what);
}

bool has_test(const Listing& tree, std::string_view suite, std::string_view name) {
  const std::string call = std::string(suite) + ", " + std::string(name) + ")";
  for (const SourceFile& file : tree) {
    if (!file.path.ends_with("_test.cpp")) continue;
    for (const char* macro : {"TEST(", "TEST_F(", "TEST_P("}) {
      if (file.text.find(macro + call) != std::string::npos) return true;
    }
  }
  return false;
}

std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  for (std::size_t at = row.find('|'); at != std::string_view::npos;) {
    const std::size_t end = row.find('|', at + 1);
    if (end == std::string_view::npos) break;
    cells.emplace_back(row.substr(at + 2, end - at - 3));
    at = end;
  }
  return cells;
}

// What stands between backquotes.
std::vector<std::string> quoted_in(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find('`'); at != std::string_view::npos;) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string_view::npos) break;
    words.emplace_back(text.substr(at + 1, end - at - 1));
    at = text.find('`', end + 1);
  }
  return words;
}

}  // namespace

Violations unseamed_engine(const Listing& tree) {
  Violations found;
  for (const SourceFile& file : tree) {
    const bool engine = file.path.starts_with("engine/") && !file.path.starts_with("engine/seams/");
    if (!engine || !(is_header(file) || is_source(file))) continue;
    for (const std::string& header : includes_of(file.text, '<')) {
      for (const std::string_view world : kWorldHeaders) {
        if (header == world && !is_excepted(file.path, header)) {
          found.push_back(file.path + ": <" + header + "> belongs behind a seam");
        }
      }
    }
    const std::string code = without_comments_and_strings(file.text);
    for (const std::string_view name : kWorldNames) {
      if (has_word(code, name) && !is_excepted(file.path, name)) {
        found.push_back(file.path + ": " + std::string(name) + " belongs behind a seam");
      }
    }
  }
  return found;
}

Violations unshown_choices(const Listing& tree, const std::vector<Choice>& choices) {
  Violations found;
  std::map<std::string, std::vector<std::string>> rows;
  for (const SourceFile& file : tree) {
    if (file.path != "docs/profiles.md") continue;
    for (const std::string_view line : lines_of(file.text)) {
      std::vector<std::string> cells =
          line.starts_with("| `") ? cells_of(line) : std::vector<std::string>();
      if (cells.size() == 5) rows.emplace(cells[0], std::move(cells));
    }
  }
  for (const Choice& choice : choices) {
    const auto row = rows.find("`" + choice.name + "`");
    if (row == rows.end()) {
      found.push_back(choice.name + ": docs/profiles.md has no row for it");
      continue;
    }
    const std::vector<std::string>& cells = row->second;
    if (cells[1] != choice.help || cells[2] != "`" + choice.keras + "`" ||
        cells[3] != "`" + choice.hardened + "`") {
      found.push_back(choice.name + ": docs/profiles.md should say | " + choice.help + " | `" +
                      choice.keras + "` | `" + choice.hardened + "` |");
    }
    const std::vector<std::string> tests = quoted_in(cells[4]);
    if (tests.empty()) found.push_back(choice.name + ": no test is said to show it");
    for (const std::string& test : tests) {
      const std::size_t dot = test.find('.');
      if (!has_test(tree, test.substr(0, dot), test.substr(dot + 1))) {
        found.push_back(choice.name + ": there is no test " + test);
      }
    }
    rows.erase(row);
  }
  for (const auto& [name, cells] : rows) found.push_back(name + ": no choice of that name");
  return found;
}

}  // namespace trainwreck::tidy
