#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

struct JsonNode;

// One complaint about user input: a JSON pointer into the document and what is wrong there. `line`
// is filled when the document's text is known, else 0.
struct Diagnostic {
  std::string pointer;
  std::string message;
  int line = 0;
};
using Diagnostics = std::vector<Diagnostic>;

// What a reader asked for under a key: the documentation of an entry is collected by running its
// maker once over an empty object.
struct ParamDoc {
  std::string key;
  std::string type;      // "integer", "text", "flag", "choice", "object", "list", "list of texts"
  std::string fallback;  // as JSON text; empty: required
  std::string help;
  std::vector<std::string> choices;
  // Inclusive bounds where there are any.
  std::optional<double> low;
  std::optional<double> high;
};

struct IntegerRange {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};
struct NumberRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

// Typed, path-aware reader over one JSON value. It never throws and never coerces: a bad value
// becomes a Diagnostic and the caller gets the fallback, so one pass over a file reports every
// mistake in it. Hides the JSON library.
class Params {
 public:
  // Parses `text`; a syntax error is one Diagnostic (with its line) and an empty object. Comments
  // are allowed; duplicate keys are mistakes.
  static Params parse(std::string_view text, Diagnostics& out);
  // Reads a value that was parsed before, where `pointer` says that it stands.
  static Params over(std::shared_ptr<const JsonNode> value, std::string pointer, Diagnostics& out);
  // An empty object that nobody wrote: for building an entry with its defaults.
  static Params defaults(Diagnostics& out);

  Params(Params&&) noexcept;
  Params& operator=(Params&&) noexcept;
  ~Params();

  bool has(std::string_view key) const;
  // For keys that take one value or a list of them.
  bool has_list(std::string_view key) const;
  bool is_object() const;
  bool is_text() const;
  // The value itself where the whole Params stands for a string, e.g. "adam" for {"kind": "adam"}.
  std::string own_text() const;

  std::int64_t integer(std::string_view key, std::int64_t fallback, std::string_view help = {},
                       IntegerRange range = {});
  double number(std::string_view key, double fallback, std::string_view help = {},
                NumberRange range = {});
  bool flag(std::string_view key, bool fallback, std::string_view help = {});
  std::string text(std::string_view key, std::string_view fallback, std::string_view help = {});
  // One of `choices`, as an index.
  std::size_t choice(std::string_view key, std::span<const std::string_view> choices,
                     std::size_t fallback, std::string_view help = {});
  // Present or not decides: absent and null give nullopt.
  std::optional<std::int64_t> maybe_integer(std::string_view key, std::string_view help = {},
                                            IntegerRange range = {});
  std::optional<double> maybe_number(std::string_view key, std::string_view help = {},
                                     NumberRange range = {});
  std::optional<std::string> maybe_text(std::string_view key, std::string_view help = {});
  std::optional<bool> maybe_flag(std::string_view key, std::string_view help = {});
  std::optional<std::size_t> maybe_choice(std::string_view key,
                                          std::span<const std::string_view> choices,
                                          std::string_view help = {});
  std::vector<double> numbers(std::string_view key, std::string_view help = {});
  std::vector<std::int64_t> integers(std::string_view key, std::string_view help = {});
  std::vector<std::string> texts(std::string_view key, std::string_view help = {});

  // Required variants complain when the key is absent.
  std::int64_t need_integer(std::string_view key, std::string_view help = {},
                            IntegerRange range = {});
  double need_number(std::string_view key, std::string_view help = {}, NumberRange range = {});
  std::string need_text(std::string_view key, std::string_view help = {});

  // A nested value; absent gives an empty object at that path.
  Params child(std::string_view key, std::string_view help = {});
  std::optional<Params> maybe_child(std::string_view key, std::string_view help = {});
  // The items of a list; a single object or text counts as a list of one.
  std::vector<Params> children(std::string_view key, std::string_view help = {});
  // All keys of the object, in the document's order.
  std::vector<std::string> keys() const;

  void complain(std::string_view key, std::string message);
  void complain(std::string message);  // about this value itself
  // Reports keys that nobody asked for, with the nearest key that somebody did.
  void reject_unknown_keys();
  const std::string& pointer() const;
  // The value, shared and never changed; and as compact JSON text.
  std::shared_ptr<const JsonNode> value() const;
  std::string dump() const;
  // Everything asked of this reader so far.
  const std::vector<ParamDoc>& asked() const;

 private:
  struct State;
  explicit Params(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trainwreck
