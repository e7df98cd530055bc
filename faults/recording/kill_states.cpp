#include "faults/recording/kill_states.h"

namespace trainwreck::outside {
namespace {

constexpr std::uint64_t kPageSize = 4096;

void add_page_states(const Operation& write, std::size_t done, std::vector<KillState>& states) {
  const std::uint64_t first = kPageSize - write.offset % kPageSize;
  if (first >= write.length) return;
  const std::uint64_t pages = (write.length - first - 1) / kPageSize;
  states.push_back({.done = done, .bytes = first});
  if (pages > 1) states.push_back({.done = done, .bytes = first + pages / 2 * kPageSize});
  if (pages > 0) states.push_back({.done = done, .bytes = first + pages * kPageSize});
}

}  // namespace

std::vector<KillState> kill_states(const Recording& recording) {
  std::vector<KillState> states;
  for (std::size_t i = 0; i < recording.operations.size(); ++i) {
    const Operation& operation = recording.operations[i];
    const bool empty = operation.kind == OpKind::write && operation.length == 0;
    if (!operation.counts() || !changes_the_tree(operation.kind) || empty) continue;
    states.push_back({.done = i});
    if (operation.kind == OpKind::write) add_page_states(operation, i, states);
  }
  states.push_back({.done = recording.operations.size()});
  return states;
}

void for_each_kill_state(const Recording& recording,
                         const std::function<void(const KillState&, const Tree&)>& visit) {
  Tree tree = recording.start;
  std::size_t done = 0;
  for (const KillState& state : kill_states(recording)) {
    for (; done < state.done; ++done) apply(tree, recording.operations[done]);
    if (state.bytes == 0) {
      visit(state, tree);
      continue;
    }
    Tree torn = tree;
    apply(torn, recording.operations[done], state.bytes);
    visit(state, torn);
  }
}

}  // namespace trainwreck::outside
