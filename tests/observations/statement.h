#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json_node.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck::testing {

// What a scenario states of a profile: its assertions as written, read without their catalog.
class Statement {
 public:
  Statement(const Scenario& scenario, std::string_view profile);

  // All assertions of a kind about the whole story, in the file's order.
  std::vector<const JsonNode*> all(std::string_view kind) const;
  // A key of the first of them.
  const JsonNode* find(std::string_view kind, std::string_view key) const;
  // Everything about the whole story, and about each call.
  const std::vector<JsonNode>& story() const { return story_; }
  const std::vector<std::vector<JsonNode>>& calls() const { return calls_; }
  // A fact's table in the observation's own words; null where nothing states it.
  std::optional<JsonNode> table(const std::string& key) const;

 private:
  JsonNode raised_per_call() const;
  JsonNode file_weights() const;

  std::vector<JsonNode> story_;
  std::vector<std::vector<JsonNode>> calls_;  // each chapter's own
};

}  // namespace trainwreck::testing
