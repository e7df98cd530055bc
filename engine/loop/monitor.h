#pragma once

#include <optional>
#include <string>

#include "engine/base/logs.h"
#include "engine/policy/policy.h"
#include "trainwreck/metric.h"

namespace trainwreck {

class Params;
class Session;

// Which figure a callback looks at, and what counts as better.
struct MonitorOptions {
  std::string metric = "val_loss";
  std::string mode = "auto";  // "auto", "min", "max"
  double min_delta = 0.0;     // its absolute value counts
};
// Reads "monitor" and "mode", and "min_delta" too, over the defaults.
MonitorOptions read_monitor(Params& params, MonitorOptions defaults);
MonitorOptions read_monitor_with_delta(Params& params, MonitorOptions defaults);

// "Is it better?", asked alike by everything that watches a metric. The policy decides about the
// precision, the first NaN and names that mean nothing.
class Monitor {
 public:
  // `who` asks, for messages: "EarlyStopping".
  Monitor(std::string who, MonitorOptions options);

  // Before a run: judges the mode. Throws ValueError.
  void start(Session& session);
  // Once the run's metrics are known: throws ValueError for a name that they cannot contain, where
  // the policy wants that.
  void check_name(const Session& session) const;

  // Settles what "auto" means; throws ValueError where nobody knows. Does nothing the second time.
  void resolve(const Session& session);
  bool resolved() const { return direction_.has_value(); }

  // The monitored value. A missing one is a warning ("monitor.missing"), or a ValueError where the
  // run can never produce it and the policy minds.
  std::optional<double> value(Session& session, const Logs& logs) const;
  // Whether `value` beats `reference` by more than min_delta; anything beats nothing. Only for a
  // resolved monitor, or without a reference.
  bool improves(double value, std::optional<double> reference) const;

  const std::string& metric() const { return options_.metric; }

 private:
  std::string unknown_text(const Session& session, const Logs* logs) const;

  std::string who_;
  MonitorOptions options_;
  std::string mode_;
  std::optional<Direction> direction_;
  MonitorPolicy policy_;
};

}  // namespace trainwreck
