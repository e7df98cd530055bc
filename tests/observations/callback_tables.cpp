#include "tests/observations/callback_tables.h"

#include <algorithm>
#include <functional>
#include <map>

namespace trainwreck::testing {
namespace {

using Kind = JsonNode::Kind;
using Found = std::optional<JsonNode>;
using Assertions = std::vector<JsonNode>;

JsonNode list_of(std::vector<JsonNode> items) {
  return {.kind = Kind::list, .items = std::move(items)};
}

bool is_kind(const JsonNode& assertion, std::string_view kind) {
  const JsonNode* name = assertion.find("kind");
  return name != nullptr && name->text == kind;
}

Found value_in(const Assertions& assertions, std::string_view kind, std::string_view key) {
  for (const JsonNode& assertion : assertions) {
    const JsonNode* value = is_kind(assertion, kind) ? assertion.find(key) : nullptr;
    if (value != nullptr) return *value;
  }
  return std::nullopt;
}

// Every column of a table_is whose name begins like this, call after call.
Found column(const Statement& statement, std::string_view name) {
  Found cells;
  const auto add = [&](const Assertions& assertions) {
    for (const JsonNode& assertion : assertions) {
      if (!is_kind(assertion, "table_is")) continue;
      const std::vector<JsonNode>& columns = assertion.find("columns")->items;
      const auto at = std::find_if(columns.begin(), columns.end(), [&](const JsonNode& column) {
        return column.text.starts_with(name) && (name.ends_with('.') || column.text == name);
      });
      if (at == columns.end()) continue;
      if (!cells) cells = list_of({});
      for (const JsonNode& row : assertion.find("rows")->items) {
        cells->items.push_back(row.items.at(static_cast<std::size_t>(at - columns.begin())));
      }
    }
  };
  for (const Assertions& call : statement.calls()) add(call);
  add(statement.story());
  return cells;
}

// What callback_is says under that name, callback after callback.
std::vector<JsonNode> figures(const Assertions& assertions, std::string_view name) {
  std::vector<JsonNode> values;
  for (const JsonNode& assertion : assertions) {
    const JsonNode* all = is_kind(assertion, "callback_is") ? assertion.find("figures") : nullptr;
    const JsonNode* value = all == nullptr ? nullptr : all->find(name);
    if (value != nullptr) values.push_back(*value);
  }
  return values;
}

// One figure is itself, several are a list.
Found figure(const Statement& statement, std::string_view name) {
  const std::vector<JsonNode> values = figures(statement.story(), name);
  if (values.empty()) return std::nullopt;
  return values.size() == 1 ? values.front() : list_of(values);
}

Found in_first_call(const Statement& statement, std::string_view kind, std::string_view key) {
  if (statement.calls().empty()) return std::nullopt;
  return value_in(statement.calls().front(), kind, key);
}

Found in_story(const Statement& statement, std::string_view kind, std::string_view key) {
  return value_in(statement.story(), kind, key);
}

// The JSON in the one line of a backup's metadata.
Found metadata(const Assertions& assertions) {
  const Found lines = value_in(assertions, "csv_is", "lines");
  if (!lines || lines->items.size() != 1) return std::nullopt;
  Diagnostics mistakes;
  return parse_json(lines->items.front().text, {}, mistakes);
}

Found first_metadata(const Statement& statement) {
  const Found after = statement.calls().empty() ? Found() : metadata(statement.calls().front());
  return after ? after : metadata(statement.story());
}

// In the observation each row is [best, stopped, wait] of one fit.
Found figures_of_each_fit(const Statement& statement) {
  JsonNode rows = list_of({});
  for (const Assertions& call : statement.calls()) {
    JsonNode row = list_of({});
    for (const char* name : {"best", "stopped_epoch", "wait"}) {
      for (const JsonNode& value : figures(call, name)) row.items.push_back(value);
    }
    rows.items.push_back(row);
  }
  return rows;
}

Found two_early_stoppings(const Statement& statement) {
  JsonNode row = list_of(figures(statement.story(), "stopped_epoch"));
  for (const JsonNode& wait : figures(statement.story(), "wait")) row.items.push_back(wait);
  return row;
}

Found rates_before_and_after(const Statement& statement) {
  return in_story(statement, "table_is", "rows");
}

Found first_figure_of_first_call(const Statement& statement, std::string_view name) {
  if (statement.calls().empty()) return std::nullopt;
  const std::vector<JsonNode> values = figures(statement.calls().front(), name);
  return values.empty() ? Found() : values.front();
}

Found epoch_from_1_of_weights(const Statement& statement) {
  const Found instant = in_story(statement, "weights_are", "as_of");
  const JsonNode* epoch = instant ? instant->find("epoch") : nullptr;
  if (epoch == nullptr) return std::nullopt;
  return JsonNode{.kind = Kind::number, .number = epoch->number + 1.0};
}

Found has_learning_rate(const Statement& statement) {
  const Found keys = in_story(statement, "history_is", "keys");
  if (!keys) return std::nullopt;
  const bool found = std::any_of(keys->items.begin(), keys->items.end(),
                                 [](const JsonNode& key) { return key.text == "learning_rate"; });
  return JsonNode{.kind = Kind::flag, .flag = found};
}

Found all_files_closed(const Statement& statement) {
  const Found open = in_story(statement, "leaves_open", "files");
  if (!open) return std::nullopt;
  return JsonNode{.kind = Kind::flag, .flag = open->integer == 0};
}

// Keras raises ValueError for the half of a file that it left; here it is damage like any other.
Found unreadable(const Statement& statement) {
  const Found whole = in_story(statement, "checkpoint_intact", "is");
  if (!whole || whole->flag) return std::nullopt;
  return JsonNode{.kind = Kind::text, .text = "ValueError"};
}

Found no_difference(const Statement& statement) {
  if (!in_story(statement, "ends_as_uninterrupted", "kind")) return std::nullopt;
  return JsonNode{.kind = Kind::number, .number = 0.0};
}

Found good_before(const Statement& statement) {
  if (!in_first_call(statement, "checkpoint_holds", "path")) return std::nullopt;
  return JsonNode{.kind = Kind::flag, .flag = true};
}

// What the observation calls it, and the column that has it.
const std::map<std::string, std::string> kColumns{
    {"per_epoch.value", "logs."},
    {"per_epoch.lr_logged", "logs.learning_rate"},
    {"per_epoch.lr_after", "learning_rate"},
    {"per_epoch.cooldown", "cooldown_left"},
    {"lr_after_epoch", "learning_rate"},
    {"files_after_epoch", "files"},
    {"best_after_epoch", "best"},
    {"file_from_epoch_after_each_epoch", "weights_in."}};

const std::map<std::string, std::function<Found(const Statement&)>> kOthers{
    {"best,stopped,wait", figures_of_each_fit},
    {"a.stopped,b.stopped,b.wait", two_early_stoppings},
    {"[logged_lr, lr_after_epoch]", rates_before_and_after},
    {"model_weights_from_epoch", epoch_from_1_of_weights},
    {"history_keys_contain_lr", has_learning_rate},
    {"file_closed", all_files_closed},
    {"file_after_failed_write_unreadable", unreadable},
    {"good_size", good_before},
    {"max_abs_diff", no_difference},
    {"metadata", first_metadata},
    {"metadata_after_crash", first_metadata},
    {"best_after_failed_write",
     [](const Statement& statement) { return first_figure_of_first_call(statement, "best"); }},
    {"files_after_crash",
     [](const Statement& statement) { return in_first_call(statement, "files_are", "paths"); }},
    {"files_after_refit",
     [](const Statement& statement) { return in_story(statement, "files_are", "paths"); }},
    {"files_after_success",
     [](const Statement& statement) { return in_story(statement, "files_are", "paths"); }},
    {"iterations_after_crash",
     [](const Statement& statement) { return in_first_call(statement, "iterations_are", "is"); }},
    {"iterations_end",
     [](const Statement& statement) { return in_story(statement, "iterations_are", "is"); }},
    {"lr",
     [](const Statement& statement) { return in_story(statement, "learning_rate_is", "is"); }}};

}  // namespace

std::optional<JsonNode> callback_table(const Statement& statement, const std::string& key) {
  constexpr std::string_view kPerEpoch = "per_epoch.";
  const auto named = kColumns.find(key);
  if (named != kColumns.end()) return column(statement, named->second);
  const auto other = kOthers.find(key);
  if (other != kOthers.end()) return other->second(statement);
  if (key.starts_with(kPerEpoch)) return column(statement, key.substr(kPerEpoch.size()));
  return figure(statement, key);
}

}  // namespace trainwreck::testing
