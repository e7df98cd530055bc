#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/tidy/source_text.h"

namespace trainwreck::tidy {
namespace {

namespace fs = std::filesystem;

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](auto end) { return path.ends_with(end); });
}

bool is_code(const SourceFile& file) { return is_header(file) || is_source(file); }

// A project of its own, which stands for a user's.
bool is_consumer(const SourceFile& file) { return file.path.starts_with("tests/consumer/"); }

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash));
}

// Which room keeps the promise of a public header.
const std::map<std::string, std::string, std::less<>>& keepers() {
  static const std::map<std::string, std::string, std::less<>> rooms = {
      {"entry", "engine/base"},        {"session", "engine/loop"},
      {"callback", "engine/loop"},     {"data", "engine/model"},
      {"initialiser", "engine/model"}, {"layer", "engine/model"},
      {"loss", "engine/model"},        {"metric", "engine/model"},
      {"model", "engine/model"},       {"optimizer", "engine/model"},
      {"schedule", "engine/model"},    {"parts", "engine"},
      {"trainer", "engine/trainer"},   {"fault", "faults/inject"},
      {"assertion", "scenarios/flow"}, {"invariant", "scenarios/flow"},
      {"cli", "scenarios/cli"},        {"generator_fuzzer", "scenarios/cli"}};
  return rooms;
}

// "engine/include/trainwreck/callback.h" is included as "trainwreck/callback.h".
bool is_public(std::string_view path) {
  return path.find("/include/trainwreck/") != std::string_view::npos;
}

std::string name_of_include(const std::string& path) {
  return is_public(path) ? path.substr(path.find("trainwreck/")) : path;
}

// The unit that the include order speaks of: the rooms of a layer one by one, what stands above the
// layers whole. A public header belongs to the room that keeps its promise.
std::string unit_of(const std::string& path) {
  if (is_public(path) || path.starts_with("trainwreck/")) {
    const std::size_t name = path.rfind('/') + 1;
    const auto keeper = keepers().find(path.substr(name, path.rfind('.') - name));
    return keeper == keepers().end() ? "" : keeper->second;
  }
  const std::string folder = folder_of(path);
  const std::string top = folder.substr(0, folder.find('/'));
  const bool is_layer = top == "engine" || top == "faults" || top == "scenarios";
  return is_layer ? folder : top;
}

using Units = std::set<std::string>;

Units operator+(Units left, const Units& right) {
  left.insert(right.begin(), right.end());
  return left;
}

using Order = std::map<std::string, Units>;

// All units that an order speaks of.
Units units_of(const Order& order) {
  Units units;
  for (const auto& [unit, includes] : order) units.insert(unit);
  return units;
}

// What each room of the engine may include beside itself.
Order engine_order() {
  const Units base = {"engine/base"};
  const Units seams = base + Units{"engine/seams"};
  const Units formats = seams + Units{"engine/formats"};
  const Units kernels = {"engine/base", "engine/kernels"};
  const Units model = formats + kernels + Units{"engine/model"};
  const Units sources = model + Units{"engine/sources"};
  const Units checkpoint = model + Units{"engine/checkpoint"};
  const Units loop = checkpoint + Units{"engine/policy", "engine/loop"};
  const Units saving = loop + Units{"engine/saving"};
  return {
      {"engine/base", {}},
      {"engine/seams", base},
      {"engine/formats", seams},
      {"engine/kernels", base},
      {"engine/model", formats + kernels},
      {"engine/losses", model},
      {"engine/metrics", model},
      {"engine/initialisers", model},
      {"engine/layers", model + Units{"engine/initialisers"}},
      {"engine/schedules", model},
      {"engine/optimizers", model + Units{"engine/schedules"}},
      {"engine/sources", model},
      {"engine/combine", sources},
      {"engine/contract", sources},
      {"engine/data", sources + Units{"engine/combine", "engine/contract"}},
      {"engine/checkpoint", model},
      {"engine/policy", checkpoint},
      {"engine/loop", checkpoint + Units{"engine/policy"}},
      {"engine/saving", loop},
      {"engine/callbacks", saving},
      {"engine/trainer", saving + Units{"engine/callbacks"}},
  };
}

Order faults_order(const Units& engine) {
  const Units inject = engine + Units{"faults/inject"};
  const Units sim = inject + Units{"faults/sim"};
  const Units power = sim + Units{"faults/power"};
  return {
      {"faults/inject", engine},
      {"faults/sim", inject},
      {"faults/power", sim},
      {"faults/shims", inject},
      {"faults/kinds", power},
      {"faults/recording", power},
      {"faults/outside", power + Units{"faults/recording"}},
  };
}

Order scenarios_order(const Units& below) {
  const Units flow = below + Units{"scenarios/flow"};
  const Units trace = flow + Units{"scenarios/trace"};
  const Units process = trace + Units{"scenarios/process"};
  const Units language = process + Units{"scenarios/language"};
  const Units judge = language + Units{"scenarios/judge"};
  const Units listeners = flow + Units{"scenarios/listeners"};
  const Units runner = language + listeners + Units{"scenarios/runner"};
  const Units readers =
      process + Units{"scenarios/values", "scenarios/pickles", "scenarios/readers"};
  const Units books = judge + runner + Units{"scenarios/suite", "scenarios/books"};
  return {
      {"scenarios/flow", below},
      {"scenarios/trace", flow},
      {"scenarios/process", flow},
      {"scenarios/values", below},
      {"scenarios/pickles", below + Units{"scenarios/values"}},
      {"scenarios/readers", below + Units{"scenarios/values", "scenarios/pickles"}},
      {"scenarios/language", process},
      {"scenarios/judge", language},
      {"scenarios/listeners", flow},
      {"scenarios/runner", language + listeners},
      {"scenarios/assertions", judge},
      {"scenarios/invariants", judge},
      {"scenarios/callback_doubles", listeners},
      {"scenarios/source_doubles", listeners},
      {"scenarios/suite", runner + judge},
      {"scenarios/books", judge + runner},
      {"scenarios/points", readers},
      {"scenarios/campaign", readers + Units{"scenarios/points"}},
      {"scenarios/cli", books + Units{"scenarios/points", "scenarios/campaign"}},
  };
}

// What each unit may include beside itself. It is a straight line on purpose: whoever comes later
// in a list may look at what came before, and nobody looks back.
Order allowed_units() {
  Order allowed = engine_order();
  Units below = units_of(allowed) + Units{"engine"};
  allowed["engine"] = below;
  for (const Order& layer :
       {faults_order(below), scenarios_order(below + units_of(faults_order(below)))}) {
    allowed.insert(layer.begin(), layer.end());
    below = below + units_of(layer);
  }
  for (const char* top : {"fuzz", "bench", "tests"}) allowed[top] = below;
  allowed["tests"].insert("fuzz");
  return allowed;
}

bool is_private_dependency(std::string_view path) {
  for (const std::string_view start : {"Eigen/", "nlohmann/", "httplib", "stb/", "stb_"}) {
    if (path.starts_with(start)) return true;
  }
  return false;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

bool is_header(const SourceFile& file) { return file.path.ends_with(".h"); }
bool is_source(const SourceFile& file) { return file.path.ends_with(".cpp"); }

Listing read_tree(const std::string& root) {
  Listing tree;
  const fs::path top(root);
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator();
       ++it) {
    const std::string path = it->path().lexically_relative(top).generic_string();
    if (path == "build" || path == ".git" || path == ".cache") {
      it.disable_recursion_pending();
    } else if (it->is_regular_file() && ends_with_any(path, {".h", ".cpp", ".in", ".md", ".json",
                                                             ".cmake", ".txt", ".sh"})) {
      std::ostringstream text;
      text << std::ifstream(it->path(), std::ios::binary).rdbuf();
      tree.push_back({.path = path, .text = std::move(text).str()});
    }
  }
  std::sort(tree.begin(), tree.end(), [](auto& a, auto& b) { return a.path < b.path; });
  return tree;
}

Violations wrong_includes(const Listing& tree) {
  const Order allowed = allowed_units();
  std::set<std::string> known;
  for (const SourceFile& file : tree) known.insert(name_of_include(file.path));
  Violations found;
  for (const SourceFile& file : tree) {
    if (!is_code(file) || is_consumer(file)) continue;
    const auto own = allowed.find(unit_of(file.path));
    if (own == allowed.end()) {
      found.push_back(file.path + ": its folder has no place in the include order");
      continue;
    }
    for (const std::string& included : includes_of(file.text, '"')) {
      const std::string unit = unit_of(included);
      // The table of all catalogs: a source may use it to build what is nested in its entry.
      const bool table = included == "engine/catalogs.h" && is_source(file);
      if (!known.contains(included)) {
        found.push_back(file.path + ": includes " + included + ", which is no path from the top");
      } else if (unit != own->first && !own->second.contains(unit) && !table) {
        found.push_back(file.path + ": may not include " + included);
      }
    }
  }
  return found;
}

Violations dead_headers(const Listing& tree) {
  std::set<std::string> included;
  for (const SourceFile& file : tree) {
    for (const char quote : {'"', '<'}) {
      for (const std::string& path : includes_of(file.text, quote)) included.insert(path);
    }
  }
  Violations found;
  for (const SourceFile& file : tree) {
    if (is_header(file) && !is_consumer(file) && !included.contains(name_of_include(file.path))) {
      found.push_back(file.path + ": nobody includes it");
    }
  }
  return found;
}

Violations unbuilt_sources(const Listing& tree, std::string_view compile_commands) {
  Violations found;
  for (const SourceFile& file : tree) {
    const bool elsewhere = is_consumer(file) || ends_with_any(file.path, {".in"}) ||
                           file.path.starts_with("bench/") || file.path.starts_with("fuzz/") ||
                           // The build takes either these or what stands in for them.
                           file.path.starts_with("scenarios/readers/h5_");
    if (!is_source(file) || elsewhere) continue;
    if (compile_commands.find("/" + file.path + "\"") == std::string_view::npos) {
      found.push_back(file.path + ": no target builds it");
    }
  }
  return found;
}

Violations oversized_files(const Listing& tree) {
  constexpr std::size_t kHeaderLines = 200;
  constexpr std::size_t kSourceLines = 400;
  constexpr std::size_t kTestLines = 600;  // a flat list of claims reads well for longer
  constexpr std::ptrdiff_t kColumns = 100;
  Violations found;
  for (const SourceFile& file : tree) {
    if (!is_code(file)) continue;
    const std::vector<std::string_view> lines = lines_of(file.text);
    const bool test = file.path.ends_with("_test.cpp");
    const std::size_t limit = is_header(file) ? kHeaderLines : test ? kTestLines : kSourceLines;
    if (lines.size() > limit) {
      found.push_back(file.path + ": " + std::to_string(lines.size()) + " lines, at most " +
                      std::to_string(limit));
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      // Counts code points: continuation bytes of UTF-8 take no column.
      const auto columns = std::count_if(lines[i].begin(), lines[i].end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
      });
      if (columns > kColumns) {
        found.push_back(file.path + ":" + std::to_string(i + 1) + ": " + std::to_string(columns) +
                        " columns, at most " + std::to_string(kColumns));
      }
    }
  }
  return found;
}

Violations oversized_functions(const Listing& tree) {
  constexpr int kLines = 60;
  Violations found;
  for (const SourceFile& file : tree) {
    if (!is_code(file)) continue;
    for (const FunctionBody& body : function_bodies(file.text)) {
      if (body.lines > kLines) {
        found.push_back(file.path + ":" + std::to_string(body.first_line) + ": a function of " +
                        std::to_string(body.lines) + " lines, at most " + std::to_string(kLines));
      }
    }
  }
  return found;
}

Violations deep_folders(const Listing& tree) {
  Violations found;
  for (const SourceFile& file : tree) {
    if (!is_code(file) || is_consumer(file) || is_public(file.path)) continue;
    const int deepest = file.path.starts_with("tests/") ? 3 : 2;
    if (std::count(file.path.begin(), file.path.end(), '/') > deepest) {
      found.push_back(file.path + ": code stands at most two folders deep");
    }
  }
  return found;
}

Violations crowded_folders(const Listing& tree, const std::vector<std::string>& catalogs) {
  constexpr int kFiles = 25;
  std::map<std::string, int> files;
  for (const SourceFile& file : tree) {
    const bool is_layer = unit_of(file.path) == folder_of(file.path);
    if (is_code(file) && is_layer) ++files[folder_of(file.path)];
  }
  Violations found;
  for (const auto& [folder, count] : files) {
    if (count > kFiles && !contains(catalogs, folder)) {
      found.push_back(folder + ": " + std::to_string(count) + " files, at most " +
                      std::to_string(kFiles));
    }
  }
  return found;
}

Violations banned_words(const Listing& tree) {
  // In two halves, so that this file does not break its own rule.
  struct Word {
    std::string_view start;
    std::string_view end;
    std::string_view instead;
  };
  constexpr std::array<Word, 6> kWords = {{
      {"TO", "DO", "do it or leave it"},
      {"FIX", "ME", "fix it"},
      {"HA", "CK", "say what it is and why"},
      {"std::", "rand", "random numbers come from engine/base/random.h"},
      {"std::", "endl", "write a newline"},
      {"using namespace", " std;", "name what is used"},
  }};
  Violations found;
  for (const SourceFile& file : tree) {
    for (const auto& [start, end, instead] : kWords) {
      const std::string word = std::string(start).append(end);
      if (has_word(file.text, word)) {
        found.push_back(file.path + ": " + word + ": " + std::string(instead));
      }
    }
  }
  return found;
}

Violations leaked_dependencies(const Listing& tree,
                               const std::vector<std::string>& private_headers) {
  Violations found;
  for (const SourceFile& file : tree) {
    const bool private_header = contains(private_headers, file.path);
    if (is_header(file) && !private_header) {
      for (const std::string& path : includes_of(file.text, '<')) {
        if (is_private_dependency(path)) {
          found.push_back(file.path + ": <" + path + "> belongs into sources");
        }
      }
    }
    for (const std::string& path : includes_of(file.text, '"')) {
      if (is_header(file) && !private_header && contains(private_headers, path)) {
        found.push_back(file.path + ": " + path + " is for sources");
      }
    }
  }
  return found;
}

}  // namespace trainwreck::tidy
