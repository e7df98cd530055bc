#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/base/params.h"

namespace trainwreck {

// The value in at most 60 bytes, for a message.
std::string shown(const JsonNode& node);

// What a Params knows, and how it reads one value. `at` is that value's pointer; whatever does not
// read has been complained about.
struct Params::State {
  std::shared_ptr<const JsonNode> node;
  std::string pointer;
  Diagnostics* out;
  std::vector<ParamDoc> asked{};
  bool read_as_text = false;
  bool refused = false;

  // False, with one complaint, when there is something else than an object. A text that was read
  // as such stands for the object {"kind": text}.
  bool is_object();
  // The value under the key, or null.
  const JsonNode* ask(ParamDoc doc);
  // The same, where an absent key is a mistake.
  const JsonNode* need(ParamDoc doc);
  void complain(const std::string& at, const JsonNode& value, std::string message);

  std::optional<std::int64_t> integer(const std::string& at, const JsonNode& value,
                                      IntegerRange range);
  std::optional<double> number(const std::string& at, const JsonNode& value, NumberRange range);
  std::optional<std::string> text(const std::string& at, const JsonNode& value);
  std::optional<bool> flag(const std::string& at, const JsonNode& value);
  // An index into the choices.
  std::optional<std::size_t> choice(const std::string& at, const JsonNode& value,
                                    std::span<const std::string_view> choices);

  // Every item of the list under `key` that `read` makes something of. `type` is what the key
  // takes: "list of numbers".
  template <class T, class Read>
  std::vector<T> list(std::string_view key, const char* type, std::string_view help, Read read) {
    std::vector<T> result;
    const JsonNode* value = ask({std::string(key), type, "[]", std::string(help), {}, {}, {}});
    if (value == nullptr) return result;
    const std::string at = pointer_to(pointer, key);
    if (!value->is(JsonNode::Kind::list)) {
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

}  // namespace trainwreck
