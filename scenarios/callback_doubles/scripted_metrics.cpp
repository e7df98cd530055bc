#include <map>
#include <utility>

#include "engine/base/json_node.h"
#include "engine/base/json_values.h"
#include "trainwreck/callback.h"

namespace trainwreck::doubles {
namespace {

// A value for each epoch, or none.
using Script = std::vector<std::optional<double>>;

class ScriptedMetrics final : public Callback {
 public:
  ScriptedMetrics(std::string name, std::map<std::string, Script> scripts,
                  std::optional<std::int64_t> fit)
      : name_(std::move(name)), scripts_(std::move(scripts)), only_fit_(fit) {}
  std::string name() const override { return name_; }

  void on_train_begin(Event&) override { ++fit_; }

  void on_epoch_end(Event& event) override {
    if (only_fit_ && fit_ != *only_fit_) return;
    const auto epoch = static_cast<std::size_t>(event.index);
    for (const auto& [metric, script] : scripts_) {
      if (epoch < script.size() && script[epoch]) event.logs.set(metric, *script[epoch]);
    }
  }

 private:
  std::string name_;
  std::map<std::string, Script> scripts_;
  std::optional<std::int64_t> only_fit_;
  std::int64_t fit_ = -1;
};

Script read_script(Params& values, const std::string& metric) {
  Script script;
  for (Params& item : values.children(metric)) {
    const JsonNode value = json_of(item);
    script.push_back(number_of(value));
    if (!script.back() && !value.is(JsonNode::Kind::null)) {
      item.complain("must be a number, \"nan\", \"inf\", \"-inf\" or null");
    }
  }
  return script;
}

CallbackHandle make_scripted_metrics(Params& params, const BuildContext&) {
  const std::string name = params.text("name", "Z", "what the trace calls it");
  Params values = params.child("values", "metric to its value in each epoch; null: none");
  std::map<std::string, Script> scripts;
  for (const std::string& metric : values.keys()) scripts[metric] = read_script(values, metric);
  const auto fit = params.maybe_integer("fit", "only in this fit since the start, from 0");
  return std::make_shared<ScriptedMetrics>(name, std::move(scripts), fit);
}

}  // namespace

// Whoever comes behind it sees the values where callbacks share the logs.
CallbackEntry scripted_metrics() {
  return {"scripted_metrics", "Writes the metrics of each epoch that a story needs into the logs.",
          &make_scripted_metrics};
}

}  // namespace trainwreck::doubles
