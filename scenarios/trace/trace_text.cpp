#include "scenarios/trace/trace_text.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scenarios/trace/trace_view.h"

namespace trainwreck {
namespace {

std::string where(const TraceLine& line) {
  std::string text = fmt::format("{}/{}", line.run, line.fit < 0 ? "-" : std::to_string(line.fit));
  if (line.event.epoch >= 0) text += fmt::format(" epoch {}", line.event.epoch);
  if (line.event.batch >= 0) text += fmt::format(" batch {}", line.event.batch);
  return text;
}

bool is_indexed(std::string_view hook) {
  return hook.find("epoch") != std::string_view::npos ||
         hook.find("batch") != std::string_view::npos;
}

// Turns the lines of one trace into Keras's words, one after the other.
class Wording {
 public:
  Wording(const std::vector<std::string>& view, bool whole_story)
      : view_(view), whole_story_(whole_story) {}

  void hear(const TraceLine& line) {
    const TraceEvent& event = line.event;
    switch (event.kind) {
      case TraceKind::run_begin:
        return call(event.what);
      case TraceKind::callback:
        if (view_.matches(event.who, "set_model")) say("{}.set_model", event.who);
        return;
      case TraceKind::hook_begin:
        ++hooks_;
        return hook(event);
      case TraceKind::hook_end:
        --hooks_;
        return;
      case TraceKind::fetch_begin:
        asked_ = event.number;
        return;
      case TraceKind::fetch_end:
        remember(line);
        return fetched(event);
      case TraceKind::source:
        if (view_.matches(event.who, event.what)) say("{}.{}", event.who, event.what);
        return;
      case TraceKind::warning:
        if (view_.matches(event.who, "warns")) say("{}.{}", event.who, event.detail);
        return;
      case TraceKind::step_begin:
        if (event.number >= 0) handed_over(event);
        return step("train_step");
      case TraceKind::scope_begin:
        if (event.number >= 0) handed_over(event);
        testing_ = event.what == "test_batch";
        return;
      case TraceKind::scope_end:
        if (testing_ && event.detail == "completed") step("test_step");
        return;
      default:
        return;
    }
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  template <class... Values>
  void say(fmt::format_string<Values...> format, Values&&... values) {
    words_.push_back(fmt::format(format, std::forward<Values>(values)...));
  }
  // A fit inside a hook belongs to the fit around it.
  void call(std::string_view what) {
    const bool fit = what == "fit" && hooks_ == 0;
    fitted_ = fit;
    if (fit && ++fits_ > 1 && whole_story_) say("== fit #{} ==", fits_);
  }
  // train_on_batch: nothing was fetched, the caller brings the batch.
  void handed_over(const TraceEvent& event) {
    index_ = event.number;
    rows_ = static_cast<std::int64_t>(event.value);
    if (std::exchange(fitted_, false) && whole_story_) say("== train_on_batch ==");
  }
  // A test step leaves no line of its own; whoever listens hears of its end first.
  void hook(const TraceEvent& event) {
    if (testing_ && event.what == "on_test_batch_end") step("test_step");
    if (!view_.matches(event.who, event.what)) return;
    if (is_indexed(event.what)) {
      say("{}.{}({})", event.who, event.what, event.batch >= 0 ? event.batch : event.epoch);
    } else {
      say("{}.{}()", event.who, event.what);
    }
  }
  // What the loop deals out again from memory did not come again.
  void remember(const TraceLine& line) {
    const TraceEvent& event = line.event;
    if (event.detail != "ok" || !(line.first || first_)) return;
    std::optional<float>& first = firsts_[{event.number, event.epoch, event.step}];
    if (line.first) first = line.first;
    first_ = first;
  }
  // A stream gives each item once; one that comes again comes from the loop's memory.
  void fetched(const TraceEvent& event) {
    const bool ok = event.detail == "ok";
    if (ok) index_ = event.step;
    if (ok) rows_ = static_cast<std::int64_t>(event.value);
    const bool raised = event.detail == "raised";
    if (raised && view_.matches(event.who, "raises")) say("{} raises", event.who);
    if (event.detail == "exhausted" && view_.matches(event.who, "exhausted") &&
        exhausted_.insert(event.who).second) {
      say("{}.exhausted", event.who);
    }
    if (view_.matches(event.who, "[*]") && (ok || raised)) say("{}[*]", event.who);
    if (const auto first = view_.matches(event.who, "[]"); first && (ok || raised)) {
      say("{}[{}]", event.who, *first + (ok ? index_ : asked_));
    }
    if (const auto first = view_.matches(event.who, "yield"); first && ok) {
      const auto last = yielded_.try_emplace(event.who, -1).first;
      if (index_ <= last->second) return;
      last->second = index_;
      say("{}.yield({})", event.who, *first + index_);
    }
  }
  void step(std::string_view name) {
    testing_ = false;
    if (first_ && view_.matches(name, "data")) say("{}[data={:g},rows={}]", name, *first_, rows_);
    if (view_.matches(name, "rows")) say("{}[rows={}]", name, rows_);
    if (const auto first = view_.matches(name)) {
      say("{}[data={},rows={}]", name, *first + index_, rows_);
    }
  }

  View view_;
  std::vector<std::string> words_;
  std::map<std::string_view, std::int64_t> yielded_;
  std::set<std::string_view> exhausted_;
  std::map<std::array<std::int64_t, 3>, std::optional<float>> firsts_;  // by a batch's identity
  std::optional<float> first_;                                          // of the latest
  std::int64_t asked_ = -1;
  std::int64_t index_ = -1;
  std::int64_t rows_ = 0;
  int fits_ = 0;
  bool whole_story_;
  int hooks_ = 0;        // under way, one inside the other
  bool fitted_ = false;  // by the call before
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
  Wording wording(view, call < 0);
  for (const TraceLine& line : trace.lines) {
    if (call < 0 || line.fit == call) wording.hear(line);
  }
  return wording.take();
}

}  // namespace trainwreck
