#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Sources that are joined give batches that have numbers of their own.
bool is_joined(const CallSpan& call) {
  return std::any_of(call.lines.begin(), call.lines.end(), [](const TraceLine* line) {
    const auto fetch = as<traced::FetchEnd>(*line);
    return fetch && fetch->source_number > 0;
  });
}

// How far a source's own numbers are from those that it was asked for.
struct Counting {
  std::int64_t distance = 0;
  std::int64_t last = -1;
};

// A stream goes on counting where the run or the pass before has left it: what is kept is the
// distance.
void look_d2(const CallSpan& call, Breaches& breaches) {
  if (is_joined(call)) return breaches.doubt("joined sources number their batches themselves");
  const TraceLine* asked = nullptr;
  std::int64_t due = -1;  // the batch that was asked for
  std::map<std::pair<std::string_view, std::int64_t>, Counting> countings;
  for (const TraceLine* line : call.lines) {
    if (const auto begun = as<traced::FetchBegin>(*line)) {
      asked = line;
      due = begun->item;
    }
    const auto fetch = as<traced::FetchEnd>(*line);
    if (!fetch || fetch->outcome != traced::Fetching::ok || asked == nullptr) continue;
    if (fetch->item < 0 || due < 0) continue;
    const std::int64_t distance = fetch->item - due;
    const auto [found, is_new] = countings.try_emplace(std::pair(fetch->source, fetch->epoch));
    Counting& counting = found->second;
    const bool next_pass = due == 0 && fetch->item == counting.last + 1;
    if (is_new || next_pass) counting.distance = distance;
    counting.last = fetch->item;
    if (counting.distance == distance) continue;
    breaches.add(fmt::format("{} was asked for batch {} at {} and gave {}", fetch->source, due,
                             place_of(*asked), fetch->item),
                 {asked, line});
  }
}

InvariantResult check_d2(const JudgedRun& subject) { return in_each_call(subject, look_d2); }

}  // namespace

InvariantEntry d2_batches_keep_their_order() {
  return {.id = "D2",
          .kind = InvariantKind::trace,
          .meaning = "Each batch is the one that the source was asked for.",
          .fields = {"fetches"},
          .needs = {},
          .check = &check_d2};
}

}  // namespace trainwreck::invariants
