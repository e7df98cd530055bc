#include "scenarios/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace trainwreck {
namespace {

std::string where(const TraceLine& line) {
  std::string text = fmt::format("{}/{}", line.run, line.fit < 0 ? "-" : std::to_string(line.fit));
  if (line.event.epoch >= 0) text += fmt::format(" epoch {}", line.event.epoch);
  if (line.event.batch >= 0) text += fmt::format(" batch {}", line.event.batch);
  return text;
}

bool contains(const std::vector<std::string>& view, std::string_view name) {
  return std::find(view.begin(), view.end(), name) != view.end();
}

// Turns the lines of one trace into Keras's words, one after the other.
class Wording {
 public:
  explicit Wording(const std::vector<std::string>& view) : view_(view) {}

  void hear(const TraceLine& line) {
    const TraceEvent& event = line.event;
    switch (event.kind) {
      case TraceKind::hook_begin:
        return hook(event);
      case TraceKind::hook_end:
        if (event.detail != "ok" && contains(view_, event.who)) words_.back() += " raises";
        return;
      case TraceKind::fetch_end:
        return fetched(event);
      case TraceKind::source:
        if (contains(view_, event.who))
          words_.push_back(fmt::format("{}.{}", event.who, event.what));
        return;
      case TraceKind::step_begin:
        return step("train_step");
      case TraceKind::scope_begin:
        if (event.what == "test_batch") testing_ = true;
        return;
      default:
        return;
    }
  }
  void begin_call(int number) { words_.push_back(fmt::format("== fit #{} ==", number)); }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  void hook(const TraceEvent& event) {
    const bool first_of_batch = testing_ && event.what == "on_test_batch_end";
    if (first_of_batch) step("test_step");
    if (!contains(view_, event.who)) return;
    const std::int64_t index = event.batch >= 0 ? event.batch : event.epoch;
    const bool indexed = event.what.find("epoch") != std::string_view::npos ||
                         event.what.find("batch") != std::string_view::npos;
    words_.push_back(indexed ? fmt::format("{}.{}({})", event.who, event.what, index)
                             : fmt::format("{}.{}()", event.who, event.what));
  }
  void fetched(const TraceEvent& event) {
    if (event.detail != "ok") return;
    index_ = event.step;
    rows_ = static_cast<std::int64_t>(event.value);
    if (contains(view_, event.who)) words_.push_back(fmt::format("{}[{}]", event.who, index_));
  }
  void step(std::string_view name) {
    testing_ = false;
    if (!contains(view_, name)) return;
    words_.push_back(fmt::format("{}[data={},rows={}]", name, index_, rows_));
  }

  const std::vector<std::string>& view_;
  std::vector<std::string> words_;
  std::int64_t index_ = -1;
  std::int64_t rows_ = 0;
  bool testing_ = false;
};

}  // namespace

std::string text_of(const TraceLine& line) {
  const TraceEvent& event = line.event;
  std::string text = fmt::format("{:>5}  {:<24} {}", line.seq, where(line), name_of(event.kind));
  if (!event.what.empty()) text += fmt::format(" {}", event.what);
  if (!event.who.empty()) text += fmt::format(" of {}", event.who);
  if (event.kind == TraceKind::step_end) text += fmt::format(" loss {}", event.value);
  if (!event.detail.empty()) text += fmt::format(": {}", event.detail);
  return text;
}

std::vector<std::string> keras_words(const Trace& trace, const std::vector<std::string>& view,
                                     int call) {
  Wording wording(view);
  int last_call = -1;
  int calls = 0;
  for (const TraceLine& line : trace.lines) {
    const int here = line.run * 1000 + line.fit;
    if (call >= 0 && line.fit != call) continue;
    if (call < 0 && here != last_call && ++calls > 1) wording.begin_call(calls);
    last_call = here;
    wording.hear(line);
  }
  return wording.take();
}

}  // namespace trainwreck
