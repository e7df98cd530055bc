#include "scenarios/trace/trace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "scenarios/trace/trace_names.h"

namespace trainwreck {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;
constexpr std::size_t kMostLines = 10'000'000;
constexpr std::size_t kMostMistakes = 100;

// Under which key each member of an event stands. A kind with a prefix carries `what` in its name:
// "file_rename".
struct Keys {
  TraceKind kind;
  std::string_view name;
  bool prefix = false;
  std::string_view what = "what";
  std::string_view who = "who";
  std::string_view detail = "x";
  std::string_view number = "n";
  std::string_view value = "v";
};

using enum TraceKind;
constexpr Keys kKeys[] = {
    {.kind = run_begin, .name = "run_begin", .what = "call", .who = "source", .number = "seed"},
    {.kind = run_end,
     .name = "run_end",
     .what = "err",
     .who = "call",
     .detail = "status",
     .number = "suppressed"},
    {.kind = callback, .name = "callback", .who = "cb", .detail = "hooks", .number = "index"},
    {.kind = scope_begin, .name = "scope_begin", .what = "scope", .detail = "status"},
    {.kind = scope_end, .name = "scope_end", .what = "scope", .detail = "status"},
    {.kind = hook_begin,
     .name = "hook_begin",
     .what = "hook",
     .who = "cb",
     .detail = "status",
     .number = "index"},
    {.kind = hook_end,
     .name = "hook_end",
     .what = "hook",
     .who = "cb",
     .detail = "err",
     .number = "index"},
    {.kind = fetch_begin, .name = "fetch_begin", .who = "source", .number = "position"},
    {.kind = fetch_end,
     .name = "fetch_end",
     .who = "source",
     .detail = "status",
     .number = "source_number",
     .value = "rows"},
    {.kind = source, .name = "source_", .prefix = true, .who = "source"},
    {.kind = step_begin, .name = "step_begin"},
    {.kind = step_end, .name = "step_end", .detail = "status", .value = "loss"},
    {.kind = stop_request, .name = "stop_req", .who = "cb", .detail = "reason"},
    {.kind = signal, .name = "signal", .number = "signal"},
    {.kind = fault, .name = "fault", .what = "kind", .detail = "address"},
    {.kind = file,
     .name = "file_",
     .prefix = true,
     .who = "path",
     .detail = "status",
     .number = "length",
     .value = "offset"},
    {.kind = checkpoint,
     .name = "ckpt_",
     .prefix = true,
     .who = "path",
     .number = "bytes",
     .value = "score"},
    {.kind = memory, .name = "memory_", .prefix = true, .who = "purpose", .number = "bytes"},
    {.kind = policy, .name = "policy", .what = "choice", .detail = "reason"},
    {.kind = warning, .name = "warning", .what = "id", .who = "cb", .detail = "text"},
    {.kind = history, .name = "history", .what = "metric"},
    {.kind = watchdog, .name = "watchdog"},
    {.kind = deferred_begin, .name = "deferred_begin", .what = "hook", .who = "cb"},
    {.kind = deferred_end, .name = "deferred_end", .what = "hook", .who = "cb"},
};

const Keys& keys_of(TraceKind kind) {
  for (const Keys& keys : kKeys) {
    if (keys.kind == kind) return keys;
  }
  return kKeys[0];
}

void put(std::string& line, std::string_view key, std::string_view text) {
  if (!text.empty()) line += fmt::format(",\"{}\":{}", key, json_text(text));
}

void put(std::string& line, std::string_view key, std::int64_t number, std::int64_t absent) {
  if (number != absent) line += fmt::format(",\"{}\":{}", key, number);
}

// JSON has no word for what is not finite.
void put(std::string& line, std::string_view key, double value) {
  if (value == 0.0 && !std::signbit(value)) return;
  line += std::isfinite(value) ? fmt::format(",\"{}\":{}", key, value)
                               : fmt::format(",\"{}\":\"{}\"", key, value);
}

std::string text_line(const TraceLine& line) {
  const TraceEvent& event = line.event;
  const Keys& keys = keys_of(event.kind);
  std::string text =
      fmt::format("{{\"seq\":{},\"t\":{},\"ev\":{}", line.seq, line.time_ns,
                  json_text(fmt::format("{}{}", keys.name, keys.prefix ? event.what : "")));
  put(text, "run", line.run, 0);
  put(text, "fit", line.fit, -1);
  put(text, "epoch", event.epoch, -1);
  put(text, "batch", event.batch, -1);
  put(text, "step", event.step, -1);
  if (!keys.prefix) put(text, keys.what, event.what);
  put(text, keys.who, event.who);
  put(text, keys.detail, event.detail);
  put(text, keys.number, event.number, -1);
  put(text, keys.value, event.value);
  put(text, "checksum", line.checksum, -1);
  put(text, "digest", line.digest, -1);
  return text + "}\n";
}

// Reads the members of one line; the first thing wrong with it is its mistake.
class LineReader {
 public:
  explicit LineReader(const JsonNode& node) : node_(node) {}

  std::int64_t integer(std::string_view key, std::int64_t absent) {
    const JsonNode* found = node_.find(key);
    if (found == nullptr || found->is(JsonNode::Kind::null)) return absent;
    if (!found->is(JsonNode::Kind::integer)) return wrong(key, "an integer"), absent;
    return found->integer;
  }
  std::int32_t small(std::string_view key, std::int32_t absent) {
    const std::int64_t number = integer(key, absent);
    const bool fits = number >= -1 && number <= std::numeric_limits<std::int32_t>::max();
    if (!fits) wrong(key, "a small integer");
    return fits ? static_cast<std::int32_t>(number) : absent;
  }
  std::string text(std::string_view key) {
    const JsonNode* found = node_.find(key);
    if (found == nullptr || found->is(JsonNode::Kind::null)) return {};
    if (!found->is(JsonNode::Kind::text)) return wrong(key, "a text"), std::string();
    return found->text;
  }
  double number(std::string_view key) {
    const JsonNode* found = node_.find(key);
    if (found == nullptr || found->is(JsonNode::Kind::null)) return 0.0;
    if (found->is(JsonNode::Kind::integer) || found->is(JsonNode::Kind::number)) {
      return found->number;
    }
    if (found->text == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (found->text == "inf") return std::numeric_limits<double>::infinity();
    if (found->text == "-inf") return -std::numeric_limits<double>::infinity();
    wrong(key, "a number");
    return 0.0;
  }
  void wrong(std::string_view key, std::string_view wanted) {
    if (mistake.empty()) mistake = fmt::format("\"{}\" must be {}", key, wanted);
  }

  std::string mistake;

 private:
  const JsonNode& node_;
};

// Who watched the process adds this line: it is no event of the run and may have no `seq`.
std::optional<TracedEnding> traced_ending(LineReader& reader, std::string& mistake) {
  const std::string status = reader.text("status");
  const std::int64_t signal = reader.integer("signal", 0);
  const std::int64_t code = reader.integer("code", 0);
  mistake = reader.mistake;
  if (status == "exited") return TracedEnding{true, fmt::format("exited with {}", code)};
  if (status == "killed")
    return TracedEnding{false, fmt::format("was killed by signal {}", signal)};
  if (status == "hung") return TracedEnding{false, "hung, and was killed"};
  if (mistake.empty()) {
    mistake = fmt::format("unknown status {}; there is exited, killed and hung", json_text(status));
  }
  return std::nullopt;
}

class TraceReader {
 public:
  TraceReading read(std::string_view text) {
    const bool broken_off = !text.empty() && text.back() != '\n';
    while (!text.empty() && reading_.mistakes.size() < kMostMistakes) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      if (reading_.trace.lines.size() >= kMostLines) {
        complain(fmt::format("more than {} events", kMostLines));
        break;
      }
      read_line(line);
    }
    settle_torn(broken_off && torn_ && torn_->line == number_);
    if (!has_header_ && reading_.mistakes.empty()) complain(std::string(kNoHeader));
    return std::move(reading_);
  }

 private:
  static constexpr std::string_view kNoHeader = "a trace begins with {\"trace\": 1, ...}";

  void complain(std::string message) {
    reading_.mistakes.push_back({"", std::move(message), number_});
  }

  void read_line(std::string_view line) {
    if (line.size() > kLongestLine) {
      settle_torn(false);
      return complain(fmt::format("longer than {} bytes", kLongestLine));
    }
    Diagnostics broken;
    const JsonNode node = parse_json(line, {.depth = 8, .nodes = 1000}, broken);
    const JsonNode* name = node.find("ev");
    const bool is_ending =
        broken.empty() && has_header_ && name != nullptr && name->text == "ending";
    settle_torn(is_ending);
    if (!broken.empty() && has_header_) {
      torn_ = Diagnostic{"", broken.front().message, number_};
      return;
    }
    if (!broken.empty()) return complain(broken.front().message);
    if (!node.is(JsonNode::Kind::object)) return complain("not an object");
    if (is_ending) return read_ending(node);
    if (has_header_) return read_event(node);
    has_header_ = true;
    read_header(node);
  }

  // A line that is no JSON is forgiven where its writer died over it: nothing of it comes after.
  void settle_torn(bool writer_died) {
    if (!torn_) return;
    if (writer_died) {
      torn_->message = "the last line breaks off, and is left out: " + torn_->message;
      reading_.remarks.push_back(std::move(*torn_));
    } else {
      reading_.mistakes.push_back(std::move(*torn_));
    }
    torn_.reset();
  }

  void read_header(const JsonNode& node) {
    LineReader reader(node);
    if (reader.integer("trace", 0) != 1) return complain(std::string(kNoHeader));
    reading_.trace.engine = reader.text("engine");
    const JsonNode* fields = node.find("fields");
    if (fields == nullptr || !fields->is(JsonNode::Kind::list)) {
      return complain("\"fields\" must list what the engine tells");
    }
    for (const JsonNode& field : fields->items) {
      if (!trace_fields().contains(field.text)) {
        complain(fmt::format("unknown field {}", json_text(field)));
      } else {
        reading_.trace.fields.insert(field.text);
      }
    }
  }

  void read_ending(const JsonNode& node) {
    LineReader reader(node);
    const std::int32_t run = reader.small("run", 0);
    std::string mistake;
    if (std::optional<TracedEnding> end = traced_ending(reader, mistake)) {
      reading_.endings[run] = std::move(*end);
    }
    if (!mistake.empty()) complain(std::move(mistake));
  }

  void read_event(const JsonNode& node) {
    LineReader reader(node);
    const std::string name = reader.text("ev");
    const Keys* keys = find_keys(name);
    if (keys == nullptr) return complain(unknown_event(name));
    const TraceLine line = event_line(reader, *keys, name);
    if (!reader.mistake.empty()) return complain(reader.mistake);
    const std::int64_t due = next_seq_;
    next_seq_ = line.seq < std::numeric_limits<std::int64_t>::max() ? line.seq + 1 : 0;
    if (line.seq != due) complain(fmt::format("\"seq\" is {}, and {} was due", line.seq, due));
    if (std::string mistake = misnamed(line.event); !mistake.empty()) complain(std::move(mistake));
    reading_.trace.lines.push_back(line);
  }

  TraceLine event_line(LineReader& reader, const Keys& keys, const std::string& name) {
    Trace& trace = reading_.trace;
    TraceLine line{.seq = reader.integer("seq", -1), .time_ns = reader.integer("t", 0)};
    line.run = reader.small("run", 0);
    line.fit = reader.small("fit", -1);
    TraceEvent& event = line.event;
    event.kind = keys.kind;
    event.epoch = reader.integer("epoch", -1);
    event.batch = reader.integer("batch", -1);
    event.step = reader.integer("step", -1);
    event.what = trace.keep(keys.prefix ? name.substr(keys.name.size()) : reader.text(keys.what));
    event.who = trace.keep(reader.text(keys.who));
    event.detail = trace.keep(reader.text(keys.detail));
    event.number = reader.integer(keys.number, -1);
    event.value = reader.number(keys.value);
    line.checksum = reader.integer("checksum", -1);
    line.digest = reader.integer("digest", -1);
    return line;
  }

  static const Keys* find_keys(std::string_view name) {
    for (const Keys& keys : kKeys) {
      if (keys.prefix ? name.starts_with(keys.name) : name == keys.name) return &keys;
    }
    return nullptr;
  }

  static std::string unknown_event(std::string_view name) {
    std::vector<std::string_view> known{"ending"};
    for (const Keys& keys : kKeys) {
      if (!keys.prefix) known.push_back(keys.name);
    }
    const std::string_view near = closest(name, known);
    const std::string hint = near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
    return fmt::format("unknown event {}{}", json_text(name), hint);
  }

  TraceReading reading_;
  std::optional<Diagnostic> torn_;
  int number_ = 0;
  std::int64_t next_seq_ = 0;
  bool has_header_ = false;
};

}  // namespace

const std::set<std::string>& trace_fields() {
  static const std::set<std::string> fields{
      "scopes",   "hooks",   "callbacks", "fetches", "sources",     "steps",
      "stops",    "signals", "faults",    "files",   "checkpoints", "policies",
      "warnings", "history", "checksums", "digests", "memory"};
  return fields;
}

std::string write_trace(const Trace& trace) {
  std::string text = fmt::format("{{\"trace\":1,\"engine\":{},\"fields\":[",
                                 json_text(trace.engine.empty() ? "trainwreck" : trace.engine));
  const std::set<std::string>& fields = trace.fields.empty() ? trace_fields() : trace.fields;
  std::string_view comma;
  for (const std::string& field : fields) {
    text += fmt::format("{}{}", comma, json_text(field));
    comma = ",";
  }
  text += "]}\n";
  for (const TraceLine& line : trace.lines) text += text_line(line);
  return text;
}

TraceReading read_trace_file(std::string_view text) { return TraceReader().read(text); }

Trace read_trace(std::string_view text, Diagnostics& mistakes) {
  TraceReading reading = read_trace_file(text);
  for (Diagnostics* some : {&reading.mistakes, &reading.remarks}) {
    mistakes.insert(mistakes.end(), some->begin(), some->end());
  }
  return std::move(reading.trace);
}

}  // namespace trainwreck
