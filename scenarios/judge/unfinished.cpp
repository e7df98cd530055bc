#include "scenarios/judge/unfinished.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/owed_ends.h"
#include "scenarios/judge/resumed.h"

namespace trainwreck {
namespace {

// What these clauses ask for stands at the end of a scope, or of the run.
constexpr std::array<std::string_view, 18> kAboutEnds{"C5", "D4", "D5", "E2", "E3", "G3",
                                                      "G6", "H2", "H3", "H5", "N1", "N4",
                                                      "R1", "R2", "R4", "R5", "S4", "T2"};

bool is_unfinished(const CallSpan& call) {
  if (call.end != nullptr) return false;
  return call.begin != nullptr ||
         std::any_of(call.scopes.begin(), call.scopes.end(),
                     [](const ScopeSpan& scope) { return scope.end == nullptr; });
}

// The latest lines of a process.
struct Tail {
  const TraceLine* last = nullptr;
  const TraceLine* of_another_fit = nullptr;  // than the last is of
  const TraceLine* begin = nullptr;           // of a call
};
using Tails = std::map<std::int32_t, Tail>;  // by run

Tails tails_of(const Trace& trace) {
  Tails tails;
  for (const TraceLine& line : trace.lines) {
    Tail& tail = tails[line.run];
    if (tail.last != nullptr && tail.last->fit != line.fit) tail.of_another_fit = tail.last;
    tail.last = &line;
    if (is<traced::RunBegin>(line)) tail.begin = &line;
  }
  return tails;
}

// A line of the same process that cannot be of this call: whoever wrote it had left the call.
const TraceLine* line_after(const CallSpan& call, const Tails& tails) {
  const TraceLine& last = *call.lines.back();
  const Tail& tail = tails.at(last.run);
  const TraceLine* after = tail.last->fit != last.fit ? tail.last : tail.of_another_fit;
  if (after != nullptr && after->seq <= last.seq) after = nullptr;
  const bool begins_anew =
      !call.errors.empty() && tail.begin != nullptr && tail.begin->seq > last.seq;
  if (!begins_anew) return after;
  return after != nullptr && after->seq > tail.begin->seq ? after : tail.begin;
}

struct Known {
  LeftBy left_by = LeftBy::unknown;
  std::string why;
};

std::optional<Known> known_from_outcome(const CallSpan& call, const Outcome* outcome) {
  if (outcome == nullptr) return std::nullopt;
  const CallOutcome* known = outcome_of(call, *outcome);
  const bool returned =
      known != nullptr && call.begin != nullptr && known->ending == Ending::returned;
  return returned ? Known{LeftBy::escape, "the call returned"} : Known{LeftBy::kill, "it died"};
}

Known how_left(const CallSpan& call, const JudgedRun& subject, const Tails& tails,
               const KnownEnds& ends) {
  if (std::optional<Known> known = known_from_outcome(call, subject.outcome)) return *known;
  if (const TraceLine* after = line_after(call, tails)) {
    return {LeftBy::escape,
            fmt::format("the process went on (seq {}), so an error has escaped", after->seq)};
  }
  const auto watched = ends.watched.find(call.lines.back()->run);
  if (watched != ends.watched.end()) {
    return {watched->second.by_itself ? LeftBy::escape : LeftBy::kill,
            fmt::format("its process {}", watched->second.text)};
  }
  if (ends.must_end) return {LeftBy::escape, "it must have ended by itself"};
  return {LeftBy::unknown,
          "it may have been killed, or an error has escaped (--must-end, or an \"ending\" line of "
          "whoever watched it, settles that)"};
}

std::string last_words(const CallSpan& call) {
  const TraceLine& last = *call.lines.back();
  std::string text =
      fmt::format("call {} of run {} ended in mid-air: there is no run_end after seq {}",
                  std::max(last.fit, 0), last.run, last.seq);
  if (!call.errors.empty()) {
    const RaisedError& error = call.errors.back();
    text += fmt::format("; {} at {}", error.type.empty() ? "an error" : std::string(error.type),
                        place_of(*error.line));
    const std::string_view in = error.hook.empty() ? "" : " of ";
    if (!error.who.empty()) text += fmt::format(" ({}{}{})", error.hook, in, error.who);
  }
  return text;
}

class MissingEnds {
 public:
  MissingEnds(const std::function<bool(std::string_view)>& told, ContractReport& report)
      : told_(told), report_(report) {}

  void look(const CallSpan& call) {
    for (const ScopeSpan& scope : call.scopes) {
      if (scope.end == nullptr) look_at(call, scope);
    }
    std::string message = "no run_end says how the run ended";
    const TraceLine* error = call.errors.empty() ? nullptr : call.errors.front().line;
    if (error != nullptr) {
      message += fmt::format(", and the error at {} is nobody's", place_of(*error));
    }
    const TraceLine* last = call.lines.back();
    add("R1", message, {error == last ? nullptr : error, last});
  }

 private:
  void look_at(const CallSpan& call, const ScopeSpan& scope) {
    for (const ScopeEnding& one : endings_of(call, scope)) {
      if (one.end != nullptr) continue;
      add("N4",
          fmt::format("on_{}_end of {} is missing: {} was left by an error", scope.kind,
                      one.callback->who, place_of(scope)),
          {one.begin != nullptr ? one.begin->begin : scope.begin, call.lines.back()});
    }
    const bool has_own_clause = scope.kind == "epoch" || scope.kind == "train";
    const std::string_view id = !has_own_clause ? "N1" : scope.kind == "epoch" ? "E2" : "T2";
    add(id, fmt::format("{} ({}) was begun and never ended", scope.kind, place_of(scope)),
        {scope.begin, call.lines.back()});
  }

  void add(std::string_view id, std::string message,
           std::initializer_list<const TraceLine*> lines) {
    if (!told_(id)) return;
    Breaches one;
    one.add(std::move(message), lines);
    Breach breach = std::move(one).result().breaches.front();
    breach.id = id;
    InvariantResult& result = report_.results.find(id)->second;
    result.keeping = Keeping::broken;
    result.breaches.push_back(breach);
    report_.breaches.push_back(std::move(breach));
  }

  const std::function<bool(std::string_view)>& told_;
  ContractReport& report_;
};

}  // namespace

std::vector<UnfinishedCall> unfinished_calls(const JudgedRun& subject, const KnownEnds& known) {
  std::vector<UnfinishedCall> calls;
  const Tails tails = tails_of(subject.trace);
  for (const CallSpan& call : subject.calls) {
    if (!is_unfinished(call)) continue;
    const Known how = how_left(call, subject, tails, known);
    calls.push_back({&call, how.left_by, fmt::format("{}; {}", last_words(call), how.why)});
  }
  return calls;
}

void judge_missing_ends(const std::vector<UnfinishedCall>& calls,
                        const std::function<bool(std::string_view id)>& told,
                        ContractReport& report) {
  for (const UnfinishedCall& one : calls) {
    if (one.left_by == LeftBy::escape) MissingEnds(told, report).look(*one.call);
    if (one.left_by == LeftBy::kill) continue;
    for (const std::string_view id : kAboutEnds) {
      const auto found = report.results.find(id);
      if (found == report.results.end() || found->second.keeping != Keeping::kept) continue;
      found->second.keeping = Keeping::unknown;
      found->second.why_unknown = one.text;
    }
  }
}

}  // namespace trainwreck
