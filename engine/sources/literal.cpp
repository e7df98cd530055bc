#include "engine/sources/literal.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/json_node.h"

namespace trainwreck {

namespace {

using Kind = JsonNode::Kind;

std::optional<float> number_of(const JsonNode& node) {
  if (node.is(Kind::integer) || node.is(Kind::number)) return static_cast<float>(node.number);
  if (!node.is(Kind::text)) return std::nullopt;
  if (node.text == "nan") return std::numeric_limits<float>::quiet_NaN();
  if (node.text == "inf") return std::numeric_limits<float>::infinity();
  if (node.text == "-inf") return -std::numeric_limits<float>::infinity();
  return std::nullopt;
}

// Walks nested lists and holds every one against the extents that the first branch set.
class Nest {
 public:
  explicit Nest(Params& place) : place_(place) {}

  std::vector<float> values;

  // The extents from `node` downwards, as the first items tell them.
  std::vector<std::int64_t> extents(const JsonNode& node) {
    std::vector<std::int64_t> dims;
    for (const JsonNode* at = &node; at->is(Kind::list); at = &at->items.front()) {
      dims.push_back(static_cast<std::int64_t>(at->items.size()));
      if (at->items.empty()) break;
    }
    return dims;
  }

  bool read(const JsonNode& node, std::span<const std::int64_t> dims, const std::string& where) {
    if (dims.empty()) return read_number(node, where);
    if (!node.is(Kind::list)) {
      return complain(where, fmt::format("must be a list of {}, got {}", dims[0], json_text(node)));
    }
    if (static_cast<std::int64_t>(node.items.size()) != dims[0]) {
      return complain(where, fmt::format("has {} items where the first one has {}",
                                         node.items.size(), dims[0]));
    }
    return read_items(node, dims.subspan(1), where);
  }

  bool read_items(const JsonNode& node, std::span<const std::int64_t> inner,
                  const std::string& where) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (!read(node.items[i], inner, fmt::format("{}[{}]", where, i))) return false;
    }
    return true;
  }

  bool complain(const std::string& where, const std::string& what) {
    place_.complain(where.empty() ? what : where + " " + what);
    return false;
  }

 private:
  bool read_number(const JsonNode& node, const std::string& where) {
    const std::optional<float> value = number_of(node);
    if (!value) {
      return complain(where, fmt::format("must be a number, \"nan\", \"inf\" or \"-inf\", got {}",
                                         json_text(node)));
    }
    values.push_back(*value);
    return true;
  }

  Params& place_;
};

struct Literal {
  Params place;
  JsonNode node;
};

std::optional<Literal> find_list(Params& params, std::string_view key, std::string_view help) {
  std::optional<Params> place = params.maybe_child(key, help);
  if (!place) return std::nullopt;
  Diagnostics none;  // what was parsed once parses again
  JsonNode node = parse_json(place->dump(), {}, none);
  if (!node.is(Kind::list)) {
    place->complain("must be a list of rows, got " + place->dump());
    return std::nullopt;
  }
  return Literal{std::move(*place), std::move(node)};
}

}  // namespace

std::int64_t RaggedRows::length(std::int64_t row) const {
  const auto i = static_cast<std::size_t>(row);
  return (starts[i + 1] - starts[i]) / step.size();
}

std::optional<Tensor> read_tensor(Params& params, std::string_view key, std::string_view help) {
  std::optional<Literal> literal = find_list(params, key, help);
  if (!literal) return std::nullopt;
  Nest nest(literal->place);
  const std::vector<std::int64_t> dims = nest.extents(literal->node);
  if (dims.size() > static_cast<std::size_t>(Shape::kMaxRank)) {
    nest.complain("", fmt::format("has {} dimensions, at most {}", dims.size(), Shape::kMaxRank));
    return std::nullopt;
  }
  if (!nest.read(literal->node, dims, "")) return std::nullopt;
  return Tensor(Shape::of(dims), std::move(nest.values));
}

std::optional<RaggedRows> read_ragged(Params& params, std::string_view key, std::string_view help) {
  std::optional<Literal> literal = find_list(params, key, help);
  if (!literal) return std::nullopt;
  Nest nest(literal->place);
  RaggedRows rows;
  rows.starts.push_back(0);
  std::vector<std::int64_t> step;
  bool stepped = false;
  for (std::size_t i = 0; i < literal->node.items.size(); ++i) {
    const JsonNode& row = literal->node.items[i];
    const std::string where = fmt::format("[{}]", i);
    if (!row.is(Kind::list)) {
      nest.complain(where, "must be a list of steps, got " + json_text(row));
      return std::nullopt;
    }
    if (!stepped && !row.items.empty()) {
      step = nest.extents(row.items.front());
      stepped = true;
    }
    if (step.size() > 2) {
      nest.complain(where, fmt::format("has steps of {} dimensions, at most 2", step.size()));
      return std::nullopt;
    }
    if (!nest.read_items(row, step, where)) return std::nullopt;
    rows.starts.push_back(static_cast<std::int64_t>(nest.values.size()));
  }
  rows.step = Shape::of(step);
  if (rows.step.size() == 0) {
    nest.complain("", "has empty steps");
    return std::nullopt;
  }
  rows.values = std::move(nest.values);
  return rows;
}

std::optional<ArrayData> read_arrays(Params& params) {
  std::optional<Tensor> x = read_tensor(params, "x", "rows as nested lists, in place of a problem");
  std::optional<Tensor> y = read_tensor(params, "y", "labels as nested lists, one item per row");
  std::optional<Tensor> weight = read_tensor(params, "sample_weight", "one number per row");
  if (!x) {
    for (const std::string_view key : {"y", "sample_weight"}) {
      if (params.has(key) && !params.has("x")) params.complain(key, "means nothing without x");
    }
    return std::nullopt;
  }
  ArrayData data{std::move(*x), y ? std::move(*y) : Tensor(),
                 weight ? std::move(*weight) : Tensor()};
  try {
    check_rows("arrays", data);
  } catch (const Error& error) {
    params.complain(error.what());
    return std::nullopt;
  }
  return data;
}

}  // namespace trainwreck
