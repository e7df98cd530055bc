#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/resumed.h"
#include "scenarios/trace/stretches.h"

namespace trainwreck::invariants {
namespace {

// A run that goes on from a backup takes its source through the epochs that are done.
// What comes up to this line is that; -1 where nothing is.
std::int64_t end_of_replay(const CallSpan& call) {
  if (!is_resumed(call)) return -1;
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.kind == "epoch") return scope.begin->seq;
  }
  return std::numeric_limits<std::int64_t>::max();
}

bool is_within(const ScopeSpan* scope, const TraceLine& line) {
  return scope != nullptr && scope->begin->seq < line.seq &&
         (scope->end == nullptr || line.seq < scope->end->seq);
}

void look_at_ends(const CallSpan& call, Breaches& breaches) {
  const std::int64_t replayed = end_of_replay(call);
  Stretches scopes =
      stretches_of(call, [](const ScopeSpan& scope) { return scope.kind != "train"; });
  const ScopeSpan* gone_on_in = epoch_taken_up(call);
  std::set<std::string_view> fetched;
  for (const TraceLine* line : call.lines) {
    if (const auto fetch = as<traced::FetchBegin>(*line)) fetched.insert(fetch->source);
    const auto told = as<traced::Source>(*line);
    if (!told || told->told != "on_epoch_end" || line->seq <= replayed) continue;
    if (!scopes.cover(*line)) {
      breaches.add(
          fmt::format("on_epoch_end of the source {} came outside of any epoch", told->source),
          {line});
    } else if (!fetched.contains(told->source) && !is_within(gone_on_in, *line)) {
      breaches.add(fmt::format("on_epoch_end of the source {} came at {} without a fetch before",
                               told->source, place_of(*line)),
                   {line});
    }
    fetched.erase(told->source);
  }
}

void look_at_epoch_d4(const CallSpan& call, const ScopeSpan& epoch, Breaches& breaches) {
  const std::string_view status = epoch.status();
  if (status != "completed" && status != "stopped") return;
  std::map<std::string_view, const TraceLine*> open;
  for (const TraceLine* line : lines_of(call, epoch)) {
    if (const auto fetch = as<traced::FetchBegin>(*line)) open[fetch->source] = line;
    const auto told = as<traced::Source>(*line);
    if (told && told->told == "on_epoch_end") open.erase(told->source);
  }
  for (const auto& [who, line] : open) {
    breaches.add(fmt::format("on_epoch_end of the source {} is missing: {} ended {}", who,
                             place_of(epoch), status),
                 {line, epoch.end});
  }
}

InvariantResult check_d4(const JudgedRun& subject) {
  Breaches breaches;
  for (const CallSpan& call : subject.calls) {
    look_at_ends(call, breaches);
    for (const ScopeSpan& scope : call.scopes) {
      if (scope.kind == "epoch" && scope.end != nullptr) look_at_epoch_d4(call, scope, breaches);
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry d4_source_epoch_ends_once() {
  return {.id = "D4",
          .kind = InvariantKind::trace,
          .meaning =
              "A source hears of the end of each of its epochs once, after the last fetch "
              "of it.",
          .fields = {"scopes", "fetches", "sources"},
          .needs = {},
          .check = &check_d4};
}

}  // namespace trainwreck::invariants
