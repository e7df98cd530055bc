#include "scenarios/flow/scenario.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/base/json_node.h"

namespace trainwreck {
namespace {

std::string kind_named_by(const JsonNode& value) {
  const JsonNode* kind = value.is(JsonNode::Kind::object) ? value.find("kind") : &value;
  return kind != nullptr && kind->is(JsonNode::Kind::text) ? kind->text : std::string();
}

}  // namespace

Part part_of(const Params& params) {
  return {
      .kind = kind_named_by(*params.value()), .value = params.value(), .pointer = params.pointer()};
}

Part part_of(std::string_view json, std::string pointer) {
  Diagnostics mistakes;
  JsonNode value = parse_json(json, {}, mistakes);
  TRAINWRECK_CHECK(mistakes.empty(), "a part of our own is no JSON");
  value.line = 0;
  std::string kind = kind_named_by(value);
  return {.kind = std::move(kind),
          .value = std::make_shared<const JsonNode>(std::move(value)),
          .pointer = std::move(pointer)};
}

}  // namespace trainwreck
