#pragma once

#include <memory>
#include <vector>

#include "trainwreck/data.h"

namespace trainwreck {

// Several sources with batches by index as one. Each child keeps its own epoch apart from the epoch
// of the whole: it hears on_epoch_begin before its first batch and on_epoch_end once, after its
// last batch and before its next one, wherever in the whole's epoch that is and also when the epoch
// was cut short. A child that gave nothing hears nothing. Each child shuffles only itself, with a
// seed of its own; the whole keeps its pattern. A batch's id names the child as its source.

using Sources = std::vector<std::shared_ptr<DataSource>>;

// One after the other.
std::shared_ptr<DataSource> concatenate_sources(Sources sources);

enum class Until : std::uint8_t {
  all,     // every child once; who has finished is left out
  first,   // as many rounds as the shortest has batches
  longest  // who has finished begins again, until the longest has finished
};
// One batch of each in turn.
std::shared_ptr<DataSource> interleave_sources(Sources sources, Until until = Until::all);

enum class Unequal : std::uint8_t { error, shortest };
// The i-th batch holds the rows of everybody's i-th batch, in the order of the children. Its id is
// the whole's own.
std::shared_ptr<DataSource> zip_sources(Sources sources, Unequal unequal = Unequal::error);

}  // namespace trainwreck
