#include "faults/inject/trigger.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/params.h"
#include "engine/base/text.h"

namespace trainwreck {
namespace {

bool fits(const std::optional<std::int64_t>& wanted, std::int64_t actual) {
  return !wanted || *wanted == actual;
}

bool fits_detail(const std::optional<std::string>& wanted, std::string_view actual) {
  if (!wanted) return true;
  if (wanted->ends_with('*')) {
    return actual.starts_with(std::string_view(*wanted).substr(0, wanted->size() - 1));
  }
  return *wanted == actual;
}

std::vector<std::string_view> names_of(std::span<const Site> sites) {
  std::vector<std::string_view> names;
  for (const Site site : sites) names.push_back(name_of(site));
  return names;
}

Site read_site(Params& at, std::span<const Site> allowed) {
  const std::vector<std::string_view> names = names_of(allowed);
  if (!at.has("site") && allowed.size() > 1) {
    at.complain("site", fmt::format("is needed: one of {}", joined(names)));
    return allowed.front();
  }
  if (at.has("site") && at.child("site").is_text()) {
    const std::string name = at.child("site").own_text();
    const std::optional<Site> known = site_named(name);
    if (known && std::find(allowed.begin(), allowed.end(), *known) == allowed.end()) {
      at.complain("site", fmt::format("\"{}\" is no place for this fault; it strikes at {}", name,
                                      joined(names)));
      return allowed.front();
    }
  }
  return allowed[at.choice("site", names, 0, "the operation that goes wrong")];
}

// The detail goes by the name that the site gives it: "callback", "path", "layer", "purpose", ...
std::optional<std::string> read_detail(Params& at, Site site) {
  const std::string_view key = sites()[static_cast<std::size_t>(site)].detail;
  if (key.empty()) return std::nullopt;
  return at.maybe_text(key, "which one; absent: any");
}

std::optional<std::int64_t> read_times(Params& fault) {
  if (fault.has("times")) {
    Params times = fault.child("times", "how many strikes, or \"always\"");
    if (times.is_text()) {
      if (times.own_text() != "always") {
        fault.complain("times",
                       fmt::format("must be a number or \"always\", got \"{}\"", times.own_text()));
      }
      return std::nullopt;
    }
  }
  return fault.integer("times", 1, "how many strikes, or \"always\"", {.low = 1});
}

}  // namespace

bool Trigger::matches(const Instant& now, Site where, std::string_view what,
                      std::int64_t ordinal) const {
  if (where != site || !fits(run, now.run) || !fits(fit, now.fit)) return false;
  if (!fits(epoch, now.epoch) || !fits(batch, now.batch) || !fits(nth, ordinal)) return false;
  if (until_epoch && now.epoch >= *until_epoch) return false;
  return fits_detail(detail, what);
}

Trigger read_trigger(Params& fault, std::span<const Site> allowed) {
  Trigger trigger;
  Params at = fault.child("at", "where: run, fit, epoch, batch, site, nth; absent: any");
  trigger.site = read_site(at, allowed);
  trigger.run = at.maybe_integer("run", "process of the story, counting restarts");
  trigger.fit = at.maybe_integer("fit", "call of that process");
  trigger.epoch = at.maybe_integer("epoch", "0-based; -1: outside of any");
  trigger.batch = at.maybe_integer("batch", "0-based; -1: outside of any");
  trigger.nth = at.maybe_integer("nth", "ordinal at that instant");
  trigger.detail = read_detail(at, trigger.site);
  at.reject_unknown_keys();
  trigger.skip = fault.integer("skip", 0, "matching crossings let pass first", {.low = 0});
  trigger.times = read_times(fault);
  trigger.every = fault.integer("every", 1, "each n-th matching crossing", {.low = 1});
  trigger.probability =
      fault.number("probability", 1.0, "of each strike", {.low = 0.0, .high = 1.0});
  trigger.until_epoch = fault.maybe_integer("until", "no strike from this epoch on");
  return trigger;
}

}  // namespace trainwreck
