#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/logs.h"

namespace trainwreck {

// A path with places for numbers, in Python's notation: "m-{epoch:02d}-{val_loss:.2f}.safetensors".
// {epoch} and {batch} count from 1; every other name is looked up in the logs, unless it was
// settled before.
class PathTemplate {
 public:
  // `who` complains, in messages. Throws ValueError for unbalanced braces and fields that name
  // nothing.
  PathTemplate(std::string who, std::string text);

  // From now on the path has this in the place of {name}. Throws ValueError for a format that does
  // not suit it.
  void settle(std::string_view name, std::int64_t value);
  void settle(std::string_view name, const std::string& value);

  // `batch` is absent for a path that is made at an epoch's end. Throws KeyError for a name that is
  // not there, ValueError for a format that does not suit its number.
  std::string fill(std::int64_t epoch, std::optional<std::int64_t> batch, const Logs& logs) const;

  const std::string& text() const { return text_; }
  // In their order; empty for a plain path.
  std::vector<std::string> names() const;
  // The directory, where that has no places; else nothing.
  std::optional<std::string> fixed_directory() const;
  // Whether fill() could have made a file of this name, whatever the numbers.
  bool could_name(std::string_view file_name) const;

 private:
  struct Piece {
    std::string literal;  // stands before the field
    std::string name;     // empty: no field, the end of the path
    std::string format;   // after the colon
  };
  Piece parse_field(std::string_view inside) const;
  template <class Value>
  void settle_all(std::string_view name, const Value& value);
  std::string fill_field(const Piece& piece, std::int64_t epoch, std::optional<std::int64_t> batch,
                         const Logs& logs) const;
  [[noreturn]] void complain(const std::string& what) const;

  std::string who_;
  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace trainwreck
