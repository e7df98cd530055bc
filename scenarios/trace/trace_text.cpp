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
    switch (line.event.kind) {
      case TraceKind::run_begin:
        return call(as<traced::RunBegin>(line)->call);
      case TraceKind::callback:
        return introduce(as<traced::Listed>(line)->callback);
      case TraceKind::hook_begin:
        ++hooks_;
        return hook(*as<traced::HookBegin>(line));
      case TraceKind::hook_end:
        --hooks_;
        return;
      case TraceKind::fetch_begin:
        asked_ = as<traced::FetchBegin>(line)->position;
        return;
      case TraceKind::fetch_end:
        remember(line, *as<traced::FetchEnd>(line));
        return fetched(*as<traced::FetchEnd>(line));
      case TraceKind::source:
        return tell(*as<traced::Source>(line));
      case TraceKind::warning:
        return warn(*as<traced::Warning>(line));
      case TraceKind::step_begin:
        return begin_step(*as<traced::StepBegin>(line));
      case TraceKind::scope_begin:
        return begin_scope(*as<traced::ScopeBegin>(line));
      case TraceKind::scope_end:
        if (testing_ && as<traced::ScopeEnd>(line)->status == "completed") step("test_step");
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
  void call(const Word<traced::Call>& call) {
    const bool fit = call == traced::Call::fit && hooks_ == 0;
    fitted_ = fit;
    if (fit && ++fits_ > 1 && whole_story_) say("== fit #{} ==", fits_);
  }
  void introduce(std::string_view callback) {
    if (view_.matches(callback, "set_model")) say("{}.set_model", callback);
  }
  void tell(const traced::Source& source) {
    if (view_.matches(source.source, source.told)) say("{}.{}", source.source, source.told);
  }
  void warn(const traced::Warning& warning) {
    if (view_.matches(warning.callback, "warns")) say("{}.{}", warning.callback, warning.text);
  }
  void begin_step(const traced::StepBegin& begun) {
    if (begun.item >= 0) handed_over(begun.item, begun.rows);
    step("train_step");
  }
  void begin_scope(const traced::ScopeBegin& scope) {
    if (scope.item >= 0) handed_over(scope.item, scope.rows);
    testing_ = scope.scope == "test_batch";
  }
  // train_on_batch: nothing was fetched, the caller brings the batch.
  void handed_over(std::int64_t item, double rows) {
    index_ = item;
    rows_ = static_cast<std::int64_t>(rows);
    if (std::exchange(fitted_, false) && whole_story_) say("== train_on_batch ==");
  }
  // A test step leaves no line of its own; whoever listens hears of its end first.
  void hook(const traced::HookBegin& begun) {
    if (testing_ && begun.hook == "on_test_batch_end") step("test_step");
    if (!view_.matches(begun.callback, begun.hook)) return;
    if (is_indexed(begun.hook)) {
      say("{}.{}({})", begun.callback, begun.hook, begun.batch >= 0 ? begun.batch : begun.epoch);
    } else {
      say("{}.{}()", begun.callback, begun.hook);
    }
  }
  // What the loop deals out again from memory did not come again.
  void remember(const TraceLine& line, const traced::FetchEnd& fetch) {
    if (fetch.outcome != traced::Fetching::ok || !(line.first || first_)) return;
    std::optional<float>& first = firsts_[{fetch.source_number, fetch.epoch, fetch.item}];
    if (line.first) first = line.first;
    first_ = first;
  }
  // A stream gives each item once; one that comes again comes from the loop's memory.
  void fetched(const traced::FetchEnd& fetch) {
    const std::string_view source = fetch.source;
    const bool ok = fetch.outcome == traced::Fetching::ok;
    if (ok) index_ = fetch.item;
    if (ok) rows_ = static_cast<std::int64_t>(fetch.rows);
    const bool raised = fetch.outcome == traced::Fetching::raised;
    if (raised && view_.matches(source, "raises")) say("{} raises", source);
    if (fetch.outcome == traced::Fetching::exhausted && view_.matches(source, "exhausted") &&
        exhausted_.insert(source).second) {
      say("{}.exhausted", source);
    }
    if (view_.matches(source, "[*]") && (ok || raised)) say("{}[*]", source);
    if (const auto first = view_.matches(source, "[]"); first && (ok || raised)) {
      say("{}[{}]", source, *first + (ok ? index_ : asked_));
    }
    if (const auto first = view_.matches(source, "yield"); first && ok) {
      const auto last = yielded_.try_emplace(source, -1).first;
      if (index_ <= last->second) return;
      last->second = index_;
      say("{}.yield({})", source, *first + index_);
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

std::vector<std::string> keras_words(const Trace& trace, const std::vector<std::string>& view,
                                     int call) {
  Wording wording(view, call < 0);
  for (const TraceLine& line : trace.lines) {
    if (call < 0 || line.fit == call) wording.hear(line);
  }
  return wording.take();
}

}  // namespace trainwreck
