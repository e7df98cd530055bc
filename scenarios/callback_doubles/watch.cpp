#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/callbacks/lambda_callback.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

enum class Reaction : std::uint8_t { warn, stop, raise };
constexpr std::array<std::string_view, 3> kReactions{"warn", "stop", "raise"};

// What comparing a value that is not there comes to.
enum class Missing : std::uint8_t { type_error, key_error, ignored };
constexpr std::array<std::string_view, 3> kMissing{"type_error", "key_error", "ignored"};

struct Condition {
  std::string metric;
  std::optional<double> above;
  std::optional<double> below;
  bool non_finite = false;

  // NaN is neither above nor below anything: the comparison that people write misses it.
  bool holds(double value) const {
    if (non_finite && !std::isfinite(value)) return true;
    if (!above && !below) return false;
    return (!above || value > *above) && (!below || value < *below);
  }
};

struct WatchRules {
  std::vector<Condition> conditions;
  Missing missing = Missing::type_error;
  Reaction reaction = Reaction::warn;
  bool own_loss = false;
};

std::optional<double> value_of(const WatchRules& rules, const Condition& condition,
                               const Event& event) {
  if (rules.own_loss && condition.metric == "loss") return event.session.step_loss();
  const std::optional<double> value = event.logs.find(condition.metric);
  if (value || rules.missing == Missing::ignored) return value;
  if (rules.missing == Missing::key_error) throw KeyError("'" + condition.metric + "'");
  throw TypeError(fmt::format("{} is not in the logs, and nothing cannot be compared with a number",
                              condition.metric));
}

void look(const WatchRules& rules, Event& event) {
  std::string seen;
  for (const Condition& condition : rules.conditions) {
    const std::optional<double> value = value_of(rules, condition, event);
    if (!value || !condition.holds(*value)) return;
    seen +=
        fmt::format("{}{} is {}", seen.empty() ? "" : ", ", condition.metric, number_text(*value));
  }
  if (rules.conditions.empty()) return;
  const std::string text = fmt::format("at {}: {}", event.index, seen);
  if (rules.reaction == Reaction::warn) return event.session.warn("watch.alarm", text);
  if (rules.reaction == Reaction::stop) return event.session.request_stop(text);
  throw Error(text);
}

std::vector<Condition> read_conditions(Params& params) {
  std::vector<Condition> conditions;
  for (Params& item : params.children("when", "conditions; it acts when all of them hold")) {
    Condition condition;
    condition.metric = item.need_text("metric", "its name in the logs");
    condition.above = item.maybe_number("above", "holds for larger values");
    condition.below = item.maybe_number("below", "holds for smaller values");
    condition.non_finite = item.flag("non_finite", false, "holds for NaN and infinity, too");
    item.reject_unknown_keys();
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

CallbackHandle make_watch(Params& params, const BuildContext&) {
  WatchRules rules;
  rules.conditions = read_conditions(params);
  rules.missing = static_cast<Missing>(
      params.choice("missing", kMissing, 0, "what a metric that is not in the logs leads to"));
  rules.reaction = static_cast<Reaction>(params.choice("then", kReactions, 0, "what it does"));
  rules.own_loss = params.flag("own_loss", false, "the batch's own loss, not the running mean");
  const bool batches = params.flag("batches", false, "look at every batch, not at every epoch");
  LambdaOptions options{.name = params.text("name", "watch", "what reports call it")};
  action_for(options, batches ? Hook::train_batch_end : Hook::epoch_end) = [rules](Event& event) {
    if (!is_broken_off(event.status)) look(rules, event);
  };
  return lambda_callback(std::move(options));
}

}  // namespace

CallbackEntry watch() {
  return {"watch",
          "A watchdog as people write it: compares logged values with limits, then warns, stops or "
          "raises.",
          &make_watch};
}

}  // namespace trainwreck::doubles
