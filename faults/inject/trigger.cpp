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
  return allowed[at.choice(
      "site", names, 0, "The operation that goes wrong. A fault that knows one alone needs none.")];
}

// The detail goes by the name that the site gives it: "callback", "path", "layer", "purpose", ...
std::optional<std::string> read_detail(Params& at, Site site) {
  const std::string_view key = sites()[static_cast<std::size_t>(site)].detail;
  if (key.empty()) return std::nullopt;
  return at.maybe_text(
      key, fmt::format("Which {}; \"ab*\" is each that begins with ab; absent: any.", key));
}

constexpr std::string_view kTimesHelp = "How many strikes at most, or \"always\".";

std::optional<std::int64_t> read_times(Params& fault) {
  if (fault.has("times")) {
    Params times = fault.child("times", kTimesHelp);
    if (times.is_text()) {
      if (times.own_text() != "always") {
        fault.complain("times",
                       fmt::format("must be a number or \"always\", got \"{}\"", times.own_text()));
      }
      return std::nullopt;
    }
  }
  return fault.integer("times", 1, kTimesHelp, {.low = 1});
}

}  // namespace

bool Trigger::matches(const Instant& now, Site where, std::string_view what,
                      std::int64_t ordinal) const {
  if (where != site || !fits(run, now.run) || !fits(fit, now.fit)) return false;
  if (!fits(epoch, now.epoch) || !fits(batch, now.batch) || !fits(nth, ordinal)) return false;
  if (until_epoch && now.epoch >= *until_epoch) return false;
  return fits_detail(detail, what);
}

void read_place(Params& at, std::span<const Site> allowed, Trigger& trigger) {
  trigger.site = read_site(at, allowed);
  trigger.run = at.maybe_integer("run", "The process of the story, from 0; a restart begins one.");
  trigger.fit = at.maybe_integer("fit", "The call of that process (fit, evaluate, ...), from 0.");
  trigger.epoch = at.maybe_integer("epoch", "The epoch, from 0; -1: outside of any.");
  trigger.batch = at.maybe_integer("batch", "The batch of the epoch, from 0; -1: outside of any.");
  trigger.nth = at.maybe_integer("nth", "Which one of several at that instant, from 0.");
  trigger.detail = read_detail(at, trigger.site);
  at.reject_unknown_keys();
}

Trigger read_trigger(Params& fault, std::span<const Site> allowed) {
  Trigger trigger;
  Params at = fault.child("at", "Where and when it strikes; what is absent means any.");
  read_place(at, allowed, trigger);
  trigger.skip =
      fault.integer("skip", 0, "How many matching crossings are let pass first.", {.low = 0});
  trigger.times = read_times(fault);
  trigger.every = fault.integer("every", 1, "Of the matching crossings each n-th.", {.low = 1});
  trigger.probability = fault.number("probability", 1.0, "Of each strike, drawn from the seed.",
                                     {.low = 0.0, .high = 1.0});
  trigger.until_epoch = fault.maybe_integer("until", "No strike from this epoch on.");
  return trigger;
}

}  // namespace trainwreck
