#include "tests/tidy/include_order.h"

namespace trainwreck::tidy {
namespace {

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

Units operator+(Units left, const Units& right) {
  left.insert(right.begin(), right.end());
  return left;
}

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
  const Units suite = runner + judge + Units{"scenarios/suite"};
  const Units readers =
      process + Units{"scenarios/values", "scenarios/pickles", "scenarios/readers"};
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
      {"scenarios/bench", suite},
      {"scenarios/points", readers},
      {"scenarios/campaign", readers + Units{"scenarios/points"}},
      {"scenarios/sweep", suite},
      {"scenarios/cli", suite + Units{"scenarios/books", "scenarios/bench", "scenarios/points",
                                      "scenarios/campaign", "scenarios/sweep"}},
  };
}

}  // namespace

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash));
}

bool is_public(std::string_view path) {
  return path.find("/include/trainwreck/") != std::string_view::npos;
}

std::string name_of_include(const std::string& path) {
  return is_public(path) ? path.substr(path.find("trainwreck/")) : path;
}

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

}  // namespace trainwreck::tidy
