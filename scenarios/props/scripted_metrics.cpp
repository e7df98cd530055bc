#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/loop/callback.h"

namespace trainwreck::props {
namespace {

// A value for each epoch, or none.
using Script = std::vector<std::optional<double>>;

// Whoever comes behind it sees the values where callbacks share the logs.
class ScriptedMetrics final : public Callback {
 public:
  ScriptedMetrics(std::string name, std::map<std::string, Script> scripts)
      : name_(std::move(name)), scripts_(std::move(scripts)) {}
  std::string name() const override { return name_; }

  void on_epoch_end(Event& event) override {
    const auto epoch = static_cast<std::size_t>(event.index);
    for (const auto& [metric, script] : scripts_) {
      if (epoch < script.size() && script[epoch]) event.logs.set(metric, *script[epoch]);
    }
  }

 private:
  std::string name_;
  std::map<std::string, Script> scripts_;
};

std::optional<double> number_of(const JsonNode& node) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (node.is(JsonNode::Kind::integer) || node.is(JsonNode::Kind::number)) return node.number;
  if (node.text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (node.text == "inf") return kInfinity;
  if (node.text == "-inf") return -kInfinity;
  return std::nullopt;
}

Script read_script(Params& values, const std::string& metric) {
  Script script;
  for (Params& item : values.children(metric)) {
    Diagnostics none;
    const JsonNode node = parse_json(item.dump(), {}, none);
    script.push_back(number_of(node));
    if (script.back() || node.is(JsonNode::Kind::null)) continue;
    item.complain("must be a number, \"nan\", \"inf\", \"-inf\" or null");
  }
  return script;
}

CallbackHandle make_scripted_metrics(Params& params, const BuildContext&) {
  const std::string name = params.text("name", "Z", "what the trace calls it");
  Params values = params.child("values", "metric to its value in each epoch; null: none");
  std::map<std::string, Script> scripts;
  for (const std::string& metric : values.keys()) scripts[metric] = read_script(values, metric);
  return std::make_shared<ScriptedMetrics>(name, std::move(scripts));
}

}  // namespace

CallbackEntry scripted_metrics() {
  return {"scripted_metrics", "Writes the metrics of each epoch that a story needs into the logs.",
          &make_scripted_metrics};
}

}  // namespace trainwreck::props
