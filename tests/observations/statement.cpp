#include "tests/observations/statement.h"

#include <fmt/format.h>

#include "tests/observations/callback_tables.h"

namespace trainwreck::testing {
namespace {

using Kind = JsonNode::Kind;

std::vector<JsonNode> read(const Expectations& then, std::string_view profile) {
  std::vector<JsonNode> nodes;
  const auto add = [&](const std::vector<Expectation>& expectations) {
    for (const Expectation& one : expectations) nodes.push_back(*one.part.value);
  };
  add(then.both);
  add(profile == "keras" ? then.keras : then.hardened);
  return nodes;
}

bool has_kind(const JsonNode& assertion, std::string_view kind) {
  const JsonNode* name = assertion.find("kind");
  return name != nullptr && name->text == kind;
}

JsonNode integer(std::int64_t value) {
  return {.kind = Kind::integer, .integer = value, .number = static_cast<double>(value)};
}

// The observation counts epochs from 1 here.
std::optional<JsonNode> epoch_from_1(const JsonNode* instant) {
  const JsonNode* epoch = instant == nullptr ? nullptr : instant->find("epoch");
  if (epoch == nullptr || instant->keys.size() != 1) return std::nullopt;
  return integer(epoch->integer + 1);
}

}  // namespace

Statement::Statement(const Scenario& scenario, std::string_view profile)
    : story_(read(scenario.then, profile)) {
  for (const Chapter& chapter : scenario.chapters) {
    const bool on_batch =
        chapter.action == Action::train_on_batch || chapter.action == Action::test_on_batch;
    const bool warms_up = on_batch && chapter.then.empty();
    if (chapter.action == Action::restart || warms_up) continue;
    calls_.push_back(read(chapter.then, profile));
  }
}

// What a story does not say of itself, its last call says for it.
std::vector<const JsonNode*> Statement::all(std::string_view kind) const {
  std::vector<const JsonNode*> found;
  const auto add = [&](const std::vector<JsonNode>& assertions) {
    for (const JsonNode& assertion : assertions) {
      if (has_kind(assertion, kind)) found.push_back(&assertion);
    }
  };
  add(story_);
  if (found.empty() && !calls_.empty()) add(calls_.back());
  return found;
}

const JsonNode* Statement::find(std::string_view kind, std::string_view key) const {
  const auto found = all(kind);
  return found.empty() ? nullptr : found.front()->find(key);
}

std::optional<JsonNode> Statement::table(const std::string& key) const {
  if (key == "raised_per_call") return raised_per_call();
  if (key == "file_weights_from_epoch") return file_weights();
  if (key == "final_weights_from_epoch_1based") return epoch_from_1(find("weights_are", "as_of"));
  if (key == "csv") {
    const JsonNode* lines = find("csv_is", "lines");
    return lines == nullptr ? std::nullopt : std::optional(*lines);
  }
  return callback_table(*this, key);
}

// Our error types; the caller knows which of Python's they stand for.
JsonNode Statement::raised_per_call() const {
  JsonNode list{.kind = Kind::list};
  for (const std::vector<JsonNode>& call : calls_) {
    JsonNode raised{.kind = Kind::text, .text = "not stated"};
    for (const JsonNode& assertion : call) {
      const JsonNode* error = has_kind(assertion, "raises") ? assertion.find("error") : nullptr;
      if (error != nullptr) raised.text = error->text;
    }
    list.items.push_back(raised);
  }
  return list;
}

JsonNode Statement::file_weights() const {
  JsonNode files{.kind = Kind::object};
  for (const JsonNode* assertion : all("checkpoint_holds")) {
    const JsonNode* path = assertion->find("path");
    const auto epoch = epoch_from_1(assertion->find("weights_as_of"));
    if (path == nullptr || !epoch) continue;
    files.keys.push_back(path->text);
    files.items.push_back(*epoch);
  }
  return files;
}

}  // namespace trainwreck::testing
