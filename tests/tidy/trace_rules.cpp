#include <algorithm>
#include <array>
#include <regex>

#include "tests/tidy/rules.h"
#include "tests/tidy/source_text.h"

namespace trainwreck::tidy {
namespace {

// The record's own translation, and what copies, writes and shows records of any kind.
constexpr std::array<std::string_view, 6> kWholeRecords{
    "engine/seams/traced.cpp",        "faults/sim/recorder.cpp",
    "faults/sim/shared_trace.cpp",    "scenarios/trace/line_text.cpp",
    "scenarios/trace/trace_file.cpp", "scenarios/trace/trace_names.cpp"};

bool must_use_names(const SourceFile& file) {
  const bool is_code = is_header(file) || is_source(file);
  const bool is_product = !file.path.starts_with("tests/");
  const bool is_exempt =
      std::find(kWholeRecords.begin(), kWholeRecords.end(), file.path) != kWholeRecords.end();
  return is_code && is_product && !is_exempt;
}

bool finds(std::string_view line, const std::regex& pattern) {
  return std::regex_search(line.begin(), line.end(), pattern);
}

// Members that only a TraceEvent has, and those of a line's event that others have as well.
bool reads_members(std::string_view line) {
  static const std::regex own(R"(\bevent(\.|->)(what|who|detail|number|value)\b)");
  static const std::regex of_line(R"((\.|->)event\.(epoch|batch|step)\b)");
  return finds(line, own) || finds(line, of_line);
}

// In a file that has to do with records, `event` is one.
bool reads_its_place(std::string_view line) {
  static const std::regex place(R"(\bevent(\.|->)(epoch|batch|step)\b)");
  return finds(line, place);
}

bool makes_one(std::string_view line) {
  static const std::regex maker(R"(\bTraceEvent\s*\{|\.kind = TraceKind::)");
  const bool is_definition = line.find("struct TraceEvent") != std::string_view::npos;
  return !is_definition && finds(line, maker);
}

bool renames_one(std::string_view line) {
  static const std::regex other(R"(\bTraceEvent\s*[&*]?\s+(?!event\b)[a-z]\w*\s*[;,)={])");
  return finds(line, other);
}

}  // namespace

Violations raw_trace_events(const Listing& tree) {
  Violations violations;
  for (const SourceFile& file : tree) {
    if (!must_use_names(file)) continue;
    const std::string code = without_comments_and_strings(file.text);
    const bool has_records = has_word(code, "TraceEvent");
    int number = 0;
    for (const std::string_view line : lines_of(code)) {
      ++number;
      const std::string place = file.path + ":" + std::to_string(number) + ": ";
      if (line.find("event") == std::string_view::npos && line.find("Trace") == line.npos) continue;
      if (reads_members(line) || (has_records && reads_its_place(line))) {
        violations.push_back(place + "reads a raw TraceEvent; as<traced::...>(line) has names");
      } else if (makes_one(line)) {
        violations.push_back(place + "makes a TraceEvent; a Tracer writes them");
      } else if (renames_one(line)) {
        violations.push_back(place + "calls a TraceEvent something else than event");
      }
    }
  }
  return violations;
}

}  // namespace trainwreck::tidy
