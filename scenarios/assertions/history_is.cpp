#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/base/json_values.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class HistoryIs final : public Assertion {
 public:
  explicit HistoryIs(Params& params) {
    epochs_ = maybe_integers(params, "epochs", "exactly these epochs");
    keys_ = maybe_texts(params, "keys", "exactly these series, sorted");
    Params values = params.child("values", "series to their values, each within a millionth");
    exactly_ = params.flag("exactly", false, "values are the same doubles, to the last bit");
    for (const std::string& key : values.keys()) values_[key] = read_series(values, key);
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const History& history = call_of(outcome, scope).history;
    if (epochs_ && history.epochs() != *epochs_) {
      return missed(fmt::format("epochs {}", list_text(*epochs_)), list_text(history.epochs()));
    }
    if (keys_ && keys_of(history) != *keys_) {
      return missed(fmt::format("series {}", fmt::join(*keys_, ", ")),
                    fmt::format("{}", fmt::join(keys_of(history), ", ")));
    }
    for (const auto& [key, values] : values_) {
      if (!same(history.values(key), values)) {
        return missed(fmt::format("{} = [{}]", key, fmt::join(values, ", ")),
                      fmt::format("[{}]", fmt::join(history.values(key), ", ")));
      }
    }
    return held();
  }

 private:
  static std::vector<double> read_series(Params& values, const std::string& key) {
    std::vector<double> series;
    for (Params& item : values.children(key)) {
      const std::optional<double> number = number_of(json_of(item));
      if (!number) item.complain("must be a number, \"nan\", \"inf\" or \"-inf\"");
      series.push_back(number.value_or(0.0));
    }
    return series;
  }
  static std::vector<std::string> keys_of(const History& history) {
    std::vector<std::string> keys;
    for (const History::Series& series : history.series()) keys.push_back(series.name);
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  bool same(const std::vector<double>& a, const std::vector<double>& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), exactly_ ? exactly : about);
  }

  std::optional<std::vector<std::int64_t>> epochs_;
  std::optional<std::vector<std::string>> keys_;
  std::map<std::string, std::vector<double>> values_;
  bool exactly_ = false;
};

}  // namespace

AssertionEntry history_is() {
  return {"history_is",
          "What the history holds: its epochs, its keys, and values where they are given.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<HistoryIs>(params);
          }};
}

}  // namespace trainwreck::assertions
