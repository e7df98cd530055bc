#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/base/errors.h"
#include "engine/base/json_values.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

// A row, cell by cell, as value_text has them.
using Row = std::vector<std::string>;
using Files = std::map<std::string, std::string>;

constexpr std::string_view kLogs = "logs.";
constexpr std::string_view kWeightsIn = "weights_in.";

template <class Map>
std::optional<double> number_in(const Map& numbers, const std::string& key) {
  const auto found = numbers.find(key);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> paths_of(const Files& files) {
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files) paths.push_back(path);
  return paths;
}

// The number that all weights of a checkpoint are; nothing where they differ, or where there is no
// checkpoint that can be read.
std::optional<double> weights_in(const Files& files, const std::string& path) {
  const auto file = files.find(path);
  if (file == files.end()) return std::nullopt;
  std::optional<double> number;
  try {
    for (const SavedParameter& saved : decode(file->second).weights) {
      for (const float weight : saved.values) {
        const auto value = static_cast<double>(weight);
        if (number.value_or(value) != value) return std::nullopt;
        number = value;
      }
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  return number;
}

class TableIs final : public Assertion {
 public:
  explicit TableIs(Params& params)
      : of_(params.text("of", "", "the callback whose own figures the other columns are")),
        columns_(params.texts("columns",
                              "epoch, stop_training, learning_rate, iterations, files, logs.NAME, "
                              "weights_in.PATH (the number that all weights of a checkpoint are); "
                              "any other is what the callback saves under that name")) {
    for (Params& row : params.children("rows", "one list per epoch, a cell per column")) {
      rows_.push_back(read_row(row));
    }
  }

  EvidenceRequest needs() const override {
    EvidenceRequest evidence;
    evidence.states = true;
    return evidence;
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::vector<EpochView>& epochs = call_of(outcome, scope).epochs;
    for (std::size_t row = 0; row < std::min(rows_.size(), epochs.size()); ++row) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string actual = cell(epochs[row], columns_[i]);
        if (actual == rows_[row][i]) continue;
        return missed(fmt::format("row {}: {} {}", row, columns_[i], rows_[row][i]), actual);
      }
    }
    if (epochs.size() == rows_.size()) return held();
    return missed(fmt::format("{} rows", rows_.size()), fmt::format("{} rows", epochs.size()));
  }

 private:
  Row read_row(Params& params) const {
    Row row;
    for (const JsonNode& item : json_of(params).items) row.push_back(value_text(item));
    if (row.size() != columns_.size()) {
      params.complain(fmt::format("must have one cell for each of the {} columns, has {}",
                                  columns_.size(), row.size()));
      row.resize(columns_.size());
    }
    return row;
  }

  std::string cell(const EpochView& view, const std::string& column) const {
    if (column == "epoch") return std::to_string(view.epoch);
    if (column == "stop_training") return view.stop_training ? "true" : "false";
    if (column == "learning_rate") return value_text(view.learning_rate);
    if (column == "iterations") return std::to_string(view.iterations);
    if (column == "files") return value_text(paths_of(view.files));
    if (column.starts_with(kLogs)) {
      return value_text(number_in(view.logs, column.substr(kLogs.size())));
    }
    if (column.starts_with(kWeightsIn)) {
      return value_text(weights_in(view.files, column.substr(kWeightsIn.size())));
    }
    const auto callback = view.callbacks.find(of_);
    if (callback == view.callbacks.end()) return "null";
    return value_text(number_in(callback->second.numbers, column));
  }

  std::string of_;
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

}  // namespace

AssertionEntry table_is() {
  return {"table_is", "How things stood at the end of each epoch, exactly, as a table.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<TableIs>(params);
          }};
}

}  // namespace trainwreck::assertions
