#include "engine/base/params.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_node.h"
#include "engine/base/text.h"

namespace trainwreck {
namespace {

using Kind = JsonNode::Kind;

std::string shown(const JsonNode& node) {
  constexpr std::size_t kLongest = 60;
  std::string text = json_text(node);
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  // Never between the bytes of one character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string quoted(std::string_view text) { return json_text(text); }

std::string range_text(const std::string& low, bool has_low, const std::string& high,
                       bool has_high) {
  if (has_low && has_high) return "must be in [" + low + ", " + high + "]";
  return has_low ? "must be at least " + low : "must be at most " + high;
}

std::string integer_complaint(const JsonNode& node) {
  const bool too_big =
      node.is(Kind::number) && node.text.find_first_not_of("-0123456789") == std::string::npos;
  return std::string(too_big ? "must fit in 64 bits" : "must be an integer") + ", got " +
         shown(node);
}

JsonNode empty_object(int line) {
  JsonNode node;
  node.kind = Kind::object;
  node.line = line;
  return node;
}

}  // namespace

struct Params::State {
  std::shared_ptr<const JsonNode> node;
  std::string pointer;
  Diagnostics* out;
  std::vector<ParamDoc> asked{};
  bool read_as_text = false;
  bool refused = false;

  // False, with one complaint, when there is something else than an object. A text that was read
  // as such stands for the object {"kind": text}.
  bool is_object() {
    if (node->is(Kind::object)) return true;
    if (!refused && !(node->is(Kind::text) && read_as_text)) {
      out->push_back({pointer, "must be an object, got " + shown(*node), node->line});
      refused = true;
    }
    return false;
  }

  const JsonNode* find(std::string_view key) { return is_object() ? node->find(key) : nullptr; }

  const JsonNode* ask(ParamDoc doc) {
    const std::string key = doc.key;
    const bool known = std::any_of(asked.begin(), asked.end(),
                                   [&](const ParamDoc& other) { return other.key == key; });
    if (!known) asked.push_back(std::move(doc));
    return find(key);
  }

  const JsonNode* need(ParamDoc doc) {
    const std::string key = doc.key;
    const JsonNode* value = ask(std::move(doc));
    if (value == nullptr && is_object()) {
      out->push_back({pointer_to(pointer, key), "is missing", node->line});
    }
    return value;
  }

  void complain(const std::string& at, const JsonNode& value, std::string message) {
    out->push_back({at, std::move(message), value.line});
  }

  std::optional<std::int64_t> integer(const std::string& at, const JsonNode& value,
                                      IntegerRange range) {
    if (!value.is(Kind::integer)) {
      complain(at, value, integer_complaint(value));
      return std::nullopt;
    }
    if (value.integer >= range.low && value.integer <= range.high) return value.integer;
    const IntegerRange all;
    complain(at, value,
             range_text(std::to_string(range.low), range.low != all.low, std::to_string(range.high),
                        range.high != all.high) +
                 ", got " + shown(value));
    return std::nullopt;
  }

  std::optional<double> number(const std::string& at, const JsonNode& value, NumberRange range) {
    if (!value.is(Kind::integer) && !value.is(Kind::number)) {
      complain(at, value, "must be a number, got " + shown(value));
      return std::nullopt;
    }
    if (value.number >= range.low && value.number <= range.high) return value.number;
    const NumberRange all;
    complain(at, value,
             range_text(number_text(range.low), range.low != all.low, number_text(range.high),
                        range.high != all.high) +
                 ", got " + shown(value));
    return std::nullopt;
  }

  std::optional<std::string> text(const std::string& at, const JsonNode& value) {
    if (value.is(Kind::text)) return value.text;
    complain(at, value, "must be text, got " + shown(value));
    return std::nullopt;
  }

  // Reads every item of the list under `key` with `read`, leaving out what is wrong.
  template <class T, class Read>
  std::vector<T> list(std::string_view key, std::string_view help, Read read) {
    std::vector<T> result;
    const JsonNode* value = ask({std::string(key), "list", "[]", std::string(help), {}, {}, {}});
    if (value == nullptr) return result;
    const std::string at = pointer_to(pointer, key);
    if (!value->is(Kind::list)) {
      complain(at, *value, "must be a list, got " + shown(*value));
      return result;
    }
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (auto item = read(pointer_to(at, std::to_string(i)), value->items[i])) {
        result.push_back(std::move(*item));
      }
    }
    return result;
  }
};

namespace {

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

Params Params::defaults(Diagnostics& out) {
  return Params(
      std::make_unique<State>(State{std::make_shared<const JsonNode>(empty_object(0)), "", &out}));
}

bool Params::has(std::string_view key) const { return state_->node->find(key) != nullptr; }
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
  if (value->is(Kind::flag)) return value->flag;
  state_->complain(pointer_to(pointer(), key), *value,
                   "must be true or false, got " + shown(*value));
  return fallback;
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
  const std::string at = pointer_to(pointer(), key);
  const std::optional<std::string> word = state_->text(at, *value);
  if (!word) return fallback;
  const auto found = std::find(choices.begin(), choices.end(), *word);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::string_view near = closest(*word, choices);
  const std::string advice =
      near.empty() ? "can be " + joined(choices) : "did you mean " + quoted(near) + "?";
  state_->complain(at, *value, shown(*value) + " is unknown; " + advice);
  return fallback;
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
  return state_->list<double>(key, help, [this](const std::string& at, const JsonNode& item) {
    return state_->number(at, item, {});
  });
}

std::vector<std::int64_t> Params::integers(std::string_view key, std::string_view help) {
  return state_->list<std::int64_t>(key, help, [this](const std::string& at, const JsonNode& item) {
    return state_->integer(at, item, {});
  });
}

std::vector<std::string> Params::texts(std::string_view key, std::string_view help) {
  return state_->list<std::string>(key, help, [this](const std::string& at, const JsonNode& item) {
    return state_->text(at, item);
  });
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

std::string Params::dump() const { return json_text(*state_->node); }

const std::vector<ParamDoc>& Params::asked() const { return state_->asked; }

}  // namespace trainwreck
