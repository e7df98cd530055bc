#include "scenarios/trace/timeline.h"

#include <fmt/format.h>

#include <algorithm>

namespace trainwreck {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Hears one call's lines.
class CallReader {
 public:
  void hear(CallSpan& call, const TraceLine& line) {
    call.lines.push_back(&line);
    switch (line.event.kind) {
      case TraceKind::callback:
        return list(call, *as<traced::Listed>(line));
      case TraceKind::scope_begin:
        return open(call, line, *as<traced::ScopeBegin>(line));
      case TraceKind::scope_end:
        return close(call, line, *as<traced::ScopeEnd>(line));
      case TraceKind::hook_begin:
        return begin_hook(call, line, *as<traced::HookBegin>(line));
      case TraceKind::hook_end:
        return end_hook(call, line, *as<traced::HookEnd>(line));
      case TraceKind::fetch_end:
        return failed_fetch(call, line, *as<traced::FetchEnd>(line));
      case TraceKind::step_end:
        return failed_step(call, line, *as<traced::StepEnd>(line));
      case TraceKind::signal:
        return interrupt(call, line);
      case TraceKind::policy:
        return contain(call, *as<traced::Policy>(line));
      default:
        return;
    }
  }

 private:
  // Whoever is ending for a signal is told nothing new by another one.
  static void interrupt(CallSpan& call, const TraceLine& line) {
    const bool is_ending =
        std::any_of(call.errors.begin(), call.errors.end(),
                    [](const RaisedError& error) { return error.type == "Interrupted"; });
    if (!is_ending) call.errors.push_back({.line = &line, .type = "Interrupted"});
  }

  void list(CallSpan& call, const traced::Listed& listed) {
    call.callbacks.push_back({.who = std::string(listed.callback),
                              .position = listed.index,
                              .hooks = words_of(listed.hooks)});
    listed_ = true;
  }

  void open(CallSpan& call, const TraceLine& line, const traced::ScopeBegin& scope) {
    const std::ptrdiff_t parent = open_.empty() ? -1 : static_cast<std::ptrdiff_t>(open_.back());
    open_.push_back(call.scopes.size());
    call.scopes.push_back({.kind = scope.scope,
                           .epoch = scope.epoch,
                           .batch = scope.batch,
                           .begin = &line,
                           .parent = parent});
  }

  void close(CallSpan& call, const TraceLine& line, const traced::ScopeEnd& end) {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](std::size_t at) {
      const ScopeSpan& scope = call.scopes[at];
      return scope.kind == end.scope && scope.batch == end.batch;
    });
    if (found == open_.rend()) {
      call.misnested.push_back(&line);
      return;
    }
    call.scopes[*found].end = &line;
    open_.erase(std::prev(found.base()), open_.end());
  }

  // Where hook calls are kept: a scope's, or one of the call's own lists.
  enum class List : std::uint8_t { none, begins, ends, strays, exceptions };
  struct Place {
    List list = List::none;
    std::size_t scope = 0;
  };

  static std::vector<HookCall>& hooks_at(CallSpan& call, const Place& place) {
    if (place.list == List::begins) return call.scopes[place.scope].begins;
    if (place.list == List::ends) return call.scopes[place.scope].ends;
    return place.list == List::exceptions ? call.exceptions : call.strays;
  }

  Place place_for(const CallSpan& call, std::string_view hook) const {
    if (hook == "on_exception") return {List::exceptions};
    const std::optional<HookName> name = parse_hook(hook);
    if (!name) return {List::strays};
    for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
      if (call.scopes[*at].kind != name->scope) continue;
      return {name->is_end ? List::ends : List::begins, *at};
    }
    return {List::strays};
  }

  void begin_hook(CallSpan& call, const TraceLine& line, const traced::HookBegin& hook) {
    if (!listed_) note(call, hook);
    latest_ = place_for(call, hook.hook);
    hooks_at(call, latest_).push_back({.begin = &line, .said = hook});
    ending_ = parse_hook(hook.hook).value_or(HookName{}).is_end;
    const bool failed = hook.status == "failed" || hook.status == "interrupted";
    if (failed && call.errors.empty()) call.failed_unseen = true;
  }

  void end_hook(CallSpan& call, const TraceLine& line, const traced::HookEnd& end) const {
    if (latest_.list == List::none) return;
    HookCall& hook = hooks_at(call, latest_).back();
    if (hook.end != nullptr || hook.hook() != end.hook) return;
    hook.end = &line;
    if (!end.raised()) return;
    call.errors.push_back({.line = &line,
                           .type = end.error,
                           .hook = end.hook,
                           .who = end.callback,
                           .in_end_hook = ending_});
  }

  static void failed_fetch(CallSpan& call, const TraceLine& line, const traced::FetchEnd& fetch) {
    if (fetch.outcome != traced::Fetching::raised) return;
    call.errors.push_back({.line = &line, .who = fetch.source});
  }

  static void failed_step(CallSpan& call, const TraceLine& line, const traced::StepEnd& step) {
    if (step.outcome == traced::Stepping::failed) call.errors.push_back({.line = &line});
  }

  // A policy that lives with an error says so right after it.
  void contain(CallSpan& call, const traced::Policy& policy) const {
    if (policy.choice != traced::Choosing::contained || call.errors.empty()) return;
    if (latest_.list != List::none) hooks_at(call, latest_).back().contained = true;
    call.errors.pop_back();
  }

  // An engine that does not list its callbacks shows by calling which hooks they have.
  static void note(CallSpan& call, const traced::HookBegin& hook) {
    auto known =
        std::find_if(call.callbacks.begin(), call.callbacks.end(), [&](const ListedCallback& one) {
          return one.who == hook.callback && one.position == hook.index;
        });
    if (known == call.callbacks.end()) {
      call.callbacks.push_back({.who = std::string(hook.callback), .position = hook.index});
      known = std::prev(call.callbacks.end());
    }
    if (!known->has(hook.hook)) known->hooks.emplace_back(hook.hook);
  }

  std::vector<std::size_t> open_;
  Place latest_;
  bool ending_ = false;
  bool listed_ = false;
};

// Deals the lines out to the innermost call that is under way.
class StoryReader {
 public:
  void hear(const TraceLine& line) {
    if (line.run != run_ || line.fit != fit_) {
      under_way_.clear();
      run_ = line.run;
      fit_ = line.fit;
    }
    if (is<traced::RunBegin>(line)) {
      const std::ptrdiff_t parent =
          under_way_.empty() ? -1 : static_cast<std::ptrdiff_t>(under_way_.back());
      begin({.begin = &line, .parent = parent});
      calls_.back().lines.push_back(&line);
      return;
    }
    if (under_way_.empty()) begin({});
    const std::size_t at = under_way_.back();
    readers_[at].hear(calls_[at], line);
    if (!is<traced::RunEnd>(line)) return;
    calls_[at].end = &line;
    under_way_.pop_back();
  }
  std::vector<CallSpan> take() { return std::move(calls_); }

 private:
  void begin(CallSpan call) {
    under_way_.push_back(calls_.size());
    calls_.push_back(std::move(call));
    readers_.emplace_back();
  }

  std::vector<CallSpan> calls_;
  std::vector<CallReader> readers_;
  std::vector<std::size_t> under_way_;
  std::int32_t run_ = -1;
  std::int32_t fit_ = -2;
};

std::string place(std::string_view otherwise, std::int64_t epoch, std::int64_t batch) {
  if (epoch >= 0 && batch >= 0) return fmt::format("epoch {}, batch {}", epoch, batch);
  if (epoch >= 0) return fmt::format("epoch {}", epoch);
  if (batch >= 0) return fmt::format("batch {}", batch);
  return std::string(otherwise);
}

}  // namespace

bool ListedCallback::has(std::string_view hook) const {
  return std::find(hooks.begin(), hooks.end(), hook) != hooks.end();
}

std::vector<CallSpan> story_of(const Trace& trace) {
  StoryReader reader;
  for (const TraceLine& line : trace.lines) reader.hear(line);
  return reader.take();
}

std::optional<HookName> parse_hook(std::string_view hook) {
  constexpr std::string_view kOn = "on_";
  if (!hook.starts_with(kOn)) return std::nullopt;
  hook.remove_prefix(kOn.size());
  if (hook.ends_with("_begin")) return HookName{hook.substr(0, hook.size() - 6), false};
  if (hook.ends_with("_end")) return HookName{hook.substr(0, hook.size() - 4), true};
  return std::nullopt;
}

std::string place_of(const TraceLine& line) {
  const traced::Moment at = traced::moment_of(line.event);
  return place("the run", at.epoch, at.batch);
}

std::string place_of(const ScopeSpan& scope) { return place(scope.kind, scope.epoch, scope.batch); }

}  // namespace trainwreck
