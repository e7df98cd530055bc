#pragma once

#include <span>
#include <string_view>

#include "engine/contract/script_run.h"

namespace trainwreck::testing {

// A generator with one bug of the kind that people write, and the same code without it.
struct Planted {
  Rule rule;  // the one that the bug breaks
  std::string_view bug;
  std::shared_ptr<DataSource> (*make)(bool bugged);

  SourceFactory bugged() const {
    return [make = make] { return make(true); };
  }
  SourceFactory sound() const {
    return [make = make] { return make(false); };
  }
};
std::span<const Planted> planted();
// One bug in each kind of source: a last batch of two rows where four are given.
std::span<const Planted> planted_leftovers();

}  // namespace trainwreck::testing
