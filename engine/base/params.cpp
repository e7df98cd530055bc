#include "engine/base/params.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_node.h"
#include "engine/base/params_state.h"
#include "engine/base/text.h"

namespace trainwreck {
namespace {

using Kind = JsonNode::Kind;

std::string quoted(std::string_view text) { return json_text(text); }

JsonNode empty_object(int line) {
  JsonNode node;
  node.kind = Kind::object;
  node.line = line;
  return node;
}

ParamDoc doc_of(std::string_view key, const char* type, std::string fallback,
                std::string_view help) {
  return {std::string(key), type, std::move(fallback), std::string(help), {}, {}, {}};
}

ParamDoc integer_doc(std::string_view key, std::string fallback, std::string_view help,
                     IntegerRange range) {
  ParamDoc doc = doc_of(key, "integer", std::move(fallback), help);
  const IntegerRange all;
  if (range.low != all.low) doc.low = static_cast<double>(range.low);
  if (range.high != all.high) doc.high = static_cast<double>(range.high);
  return doc;
}

ParamDoc number_doc(std::string_view key, std::string fallback, std::string_view help,
                    NumberRange range) {
  ParamDoc doc = doc_of(key, "number", std::move(fallback), help);
  const NumberRange all;
  if (range.low != all.low) doc.low = range.low;
  if (range.high != all.high) doc.high = range.high;
  return doc;
}

}  // namespace

Params::Params(std::unique_ptr<State> state) : state_(std::move(state)) {}
Params::Params(Params&&) noexcept = default;
Params& Params::operator=(Params&&) noexcept = default;
Params::~Params() = default;

Params Params::parse(std::string_view text, Diagnostics& out) {
  JsonLimits limits;
  limits.comments = true;
  auto root = std::make_shared<const JsonNode>(parse_json(text, limits, out));
  return Params(std::make_unique<State>(State{std::move(root), "", &out}));
}

Params Params::over(std::shared_ptr<const JsonNode> value, std::string pointer, Diagnostics& out) {
  return Params(std::make_unique<State>(State{std::move(value), std::move(pointer), &out}));
}

Params Params::defaults(Diagnostics& out) {
  return Params(
      std::make_unique<State>(State{std::make_shared<const JsonNode>(empty_object(0)), "", &out}));
}

bool Params::has(std::string_view key) const { return state_->node->find(key) != nullptr; }
bool Params::has_list(std::string_view key) const {
  const JsonNode* value = state_->node->find(key);
  return value != nullptr && value->is(Kind::list);
}
bool Params::is_object() const { return state_->node->is(Kind::object); }
bool Params::is_text() const { return state_->node->is(Kind::text); }

std::string Params::own_text() const {
  if (!is_text()) return {};
  state_->read_as_text = true;
  return state_->node->text;
}

std::int64_t Params::integer(std::string_view key, std::int64_t fallback, std::string_view help,
                             IntegerRange range) {
  const JsonNode* value = state_->ask(integer_doc(key, std::to_string(fallback), help, range));
  if (value == nullptr) return fallback;
  return state_->integer(pointer_to(pointer(), key), *value, range).value_or(fallback);
}

double Params::number(std::string_view key, double fallback, std::string_view help,
                      NumberRange range) {
  const JsonNode* value = state_->ask(number_doc(key, number_text(fallback), help, range));
  if (value == nullptr) return fallback;
  return state_->number(pointer_to(pointer(), key), *value, range).value_or(fallback);
}

bool Params::flag(std::string_view key, bool fallback, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "flag", fallback ? "true" : "false", help));
  if (value == nullptr) return fallback;
  return state_->flag(pointer_to(pointer(), key), *value).value_or(fallback);
}

std::optional<bool> Params::maybe_flag(std::string_view key, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "flag", "null", help));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return state_->flag(pointer_to(pointer(), key), *value);
}

std::string Params::text(std::string_view key, std::string_view fallback, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "text", quoted(fallback), help));
  if (value == nullptr) return std::string(fallback);
  return state_->text(pointer_to(pointer(), key), *value).value_or(std::string(fallback));
}

std::size_t Params::choice(std::string_view key, std::span<const std::string_view> choices,
                           std::size_t fallback, std::string_view help) {
  ParamDoc doc = doc_of(key, "choice", quoted(choices[fallback]), help);
  doc.choices.assign(choices.begin(), choices.end());
  const JsonNode* value = state_->ask(std::move(doc));
  if (value == nullptr) return fallback;
  return state_->choice(pointer_to(pointer(), key), *value, choices).value_or(fallback);
}

std::optional<std::size_t> Params::maybe_choice(std::string_view key,
                                                std::span<const std::string_view> choices,
                                                std::string_view help) {
  ParamDoc doc = doc_of(key, "choice", "null", help);
  doc.choices.assign(choices.begin(), choices.end());
  const JsonNode* value = state_->ask(std::move(doc));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return state_->choice(pointer_to(pointer(), key), *value, choices);
}

std::optional<std::int64_t> Params::maybe_integer(std::string_view key, std::string_view help,
                                                  IntegerRange range) {
  const JsonNode* value = state_->ask(integer_doc(key, "null", help, range));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return state_->integer(pointer_to(pointer(), key), *value, range);
}

std::optional<double> Params::maybe_number(std::string_view key, std::string_view help,
                                           NumberRange range) {
  const JsonNode* value = state_->ask(number_doc(key, "null", help, range));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return state_->number(pointer_to(pointer(), key), *value, range);
}

std::optional<std::string> Params::maybe_text(std::string_view key, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "text", "null", help));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return state_->text(pointer_to(pointer(), key), *value);
}

std::vector<double> Params::numbers(std::string_view key, std::string_view help) {
  return state_->list<double>(
      key, "list of numbers", help,
      [this](const std::string& at, const JsonNode& item) { return state_->number(at, item, {}); });
}

std::vector<std::int64_t> Params::integers(std::string_view key, std::string_view help) {
  return state_->list<std::int64_t>(key, "list of integers", help,
                                    [this](const std::string& at, const JsonNode& item) {
                                      return state_->integer(at, item, {});
                                    });
}

std::vector<std::string> Params::texts(std::string_view key, std::string_view help) {
  return state_->list<std::string>(
      key, "list of texts", help,
      [this](const std::string& at, const JsonNode& item) { return state_->text(at, item); });
}

std::int64_t Params::need_integer(std::string_view key, std::string_view help, IntegerRange range) {
  // What nobody will use is at least a value that the caller can live with.
  const std::int64_t stand_in = std::clamp<std::int64_t>(0, range.low, range.high);
  const JsonNode* value = state_->need(integer_doc(key, "", help, range));
  if (value == nullptr) return stand_in;
  return state_->integer(pointer_to(pointer(), key), *value, range).value_or(stand_in);
}

double Params::need_number(std::string_view key, std::string_view help, NumberRange range) {
  const double stand_in = std::clamp(0.0, range.low, range.high);
  const JsonNode* value = state_->need(number_doc(key, "", help, range));
  if (value == nullptr) return stand_in;
  return state_->number(pointer_to(pointer(), key), *value, range).value_or(stand_in);
}

std::string Params::need_text(std::string_view key, std::string_view help) {
  const JsonNode* value = state_->need(doc_of(key, "text", "", help));
  if (value == nullptr) return {};
  return state_->text(pointer_to(pointer(), key), *value).value_or(std::string());
}

Params Params::child(std::string_view key, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "object", "{}", help));
  auto node = value != nullptr ? std::shared_ptr<const JsonNode>(state_->node, value)
                               : std::make_shared<const JsonNode>(empty_object(state_->node->line));
  return Params(
      std::make_unique<State>(State{std::move(node), pointer_to(pointer(), key), state_->out}));
}

std::optional<Params> Params::maybe_child(std::string_view key, std::string_view help) {
  const JsonNode* value = state_->ask(doc_of(key, "object", "null", help));
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return child(key);
}

std::vector<Params> Params::children(std::string_view key, std::string_view help) {
  std::vector<Params> result;
  const JsonNode* value = state_->ask(doc_of(key, "list", "[]", help));
  if (value == nullptr) return result;
  const std::string at = pointer_to(pointer(), key);
  const auto add = [&](const JsonNode& item, std::string place) {
    result.push_back(Params(std::make_unique<State>(State{
        std::shared_ptr<const JsonNode>(state_->node, &item), std::move(place), state_->out})));
  };
  if (value->is(Kind::object) || value->is(Kind::text)) {
    add(*value, at);
  } else if (value->is(Kind::list)) {
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      add(value->items[i], pointer_to(at, std::to_string(i)));
    }
  } else {
    state_->complain(at, *value, "must be a list, got " + shown(*value));
  }
  return result;
}

std::vector<std::string> Params::keys() const { return state_->node->keys; }

void Params::complain(std::string_view key, std::string message) {
  const JsonNode* value = state_->node->find(key);
  state_->complain(pointer_to(pointer(), key), value == nullptr ? *state_->node : *value,
                   std::move(message));
}

void Params::complain(std::string message) {
  state_->complain(pointer(), *state_->node, std::move(message));
}

void Params::reject_unknown_keys() {
  if (!state_->is_object()) return;
  std::vector<std::string_view> known;
  for (const ParamDoc& doc : state_->asked) known.push_back(doc.key);
  for (const std::string& key : state_->node->keys) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string_view near = closest(key, known);
    complain(key, near.empty() ? "is not a known key"
                               : "is not a known key; did you mean " + quoted(near) + "?");
  }
}

const std::string& Params::pointer() const { return state_->pointer; }

std::shared_ptr<const JsonNode> Params::value() const { return state_->node; }

std::string Params::dump() const { return json_text(*state_->node); }

const std::vector<ParamDoc>& Params::asked() const { return state_->asked; }

}  // namespace trainwreck
