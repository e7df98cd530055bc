#include "engine/checkpoint/path_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"

namespace trainwreck {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return text.find_first_of(".[]!{} ") == std::string_view::npos;
}

std::string with_format(double value, std::string format) {
  if (format.empty()) return python_number(value);
  if (format.back() != '%') return fmt::format(fmt::runtime("{:" + format + "}"), value);
  format.back() = 'f';
  return fmt::format(fmt::runtime("{:" + format + "}"), value * 100.0) + "%";
}

std::string with_format(std::int64_t value, const std::string& format) {
  const bool as_float =
      !format.empty() && std::string_view("eEfFgG%").find(format.back()) != std::string_view::npos;
  if (as_float) return with_format(static_cast<double>(value), format);
  return fmt::format(fmt::runtime("{:" + format + "}"), value);
}

std::string with_format(const std::string& value, const std::string& format) {
  return fmt::format(fmt::runtime("{:" + format + "}"), value);
}

bool match(std::string_view name, const std::vector<std::string_view>& literals) {
  if (literals.size() == 1) return name == literals[0];
  if (!name.starts_with(literals.front())) return false;
  name.remove_prefix(literals.front().size());
  for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
    const std::size_t at = name.find(literals[i], 1);  // every field leaves at least a character
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + literals[i].size());
  }
  return name.size() > literals.back().size() && name.ends_with(literals.back());
}

}  // namespace

PathTemplate::PathTemplate(std::string who, std::string text)
    : who_(std::move(who)), text_(std::move(text)) {
  if (text_.empty()) throw ValueError(who_ + ": the path is empty");
  std::string literal;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const char c = rest[0];
    const bool doubled = rest.size() > 1 && rest[1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      rest.remove_prefix(2);
    } else if (c == '{') {
      const std::size_t end = rest.find('}');
      if (end == std::string_view::npos) complain("has a { without its }");
      pieces_.push_back(parse_field(rest.substr(1, end - 1)));
      pieces_.back().literal = std::exchange(literal, {});
      rest.remove_prefix(end + 1);
    } else {
      if (c == '}') complain("has a } without its {");
      literal += c;
      rest.remove_prefix(1);
    }
  }
  pieces_.push_back({std::move(literal), {}, {}});
}

PathTemplate::Piece PathTemplate::parse_field(std::string_view inside) const {
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (!is_name(name)) complain(fmt::format("has {{{}}}, which names nothing", inside));
  const std::string_view format =
      colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
  return {{}, std::string(name), std::string(format)};
}

void PathTemplate::complain(const std::string& what) const {
  throw ValueError(fmt::format("{}: the path \"{}\" {}", who_, text_, what));
}

template <class Value>
void PathTemplate::settle_all(std::string_view name, const Value& value) {
  for (std::size_t i = 0; i + 1 < pieces_.size();) {
    const Piece& piece = pieces_[i];
    if (piece.name != name) {
      ++i;
      continue;
    }
    try {
      pieces_[i + 1].literal.insert(0, piece.literal + with_format(value, piece.format));
    } catch (const fmt::format_error& error) {
      complain(fmt::format("cannot show {} as \"{}\": {}", name, piece.format, error.what()));
    }
    pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void PathTemplate::settle(std::string_view name, std::int64_t value) { settle_all(name, value); }

void PathTemplate::settle(std::string_view name, const std::string& value) {
  settle_all(name, value);
}

std::string PathTemplate::fill(std::int64_t epoch, std::optional<std::int64_t> batch,
                               const Logs& logs) const {
  std::string path;
  for (const Piece& piece : pieces_) {
    path += piece.literal;
    if (piece.name.empty()) continue;
    try {
      path += fill_field(piece, epoch, batch, logs);
    } catch (const fmt::format_error& error) {
      complain(fmt::format("cannot show {} as \"{}\": {}", piece.name, piece.format, error.what()));
    }
  }
  return path;
}

std::string PathTemplate::fill_field(const Piece& piece, std::int64_t epoch,
                                     std::optional<std::int64_t> batch, const Logs& logs) const {
  if (piece.name == "epoch") return with_format(epoch + 1, piece.format);
  // Logs that have a "batch" of their own win, as in Keras.
  if (const auto value = logs.find(piece.name)) return with_format(*value, piece.format);
  if (piece.name == "batch" && batch) return with_format(*batch + 1, piece.format);
  std::vector<std::string_view> there{"epoch"};
  if (batch) there.emplace_back("batch");
  for (const Logs::Item& item : logs.items()) there.push_back(item.key.name());
  throw KeyError(fmt::format("{}: the path \"{}\" asks for \"{}\"; there are only {}", who_, text_,
                             piece.name, fmt::join(there, ", ")));
}

std::vector<std::string> PathTemplate::names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (!piece.name.empty()) names.push_back(piece.name);
  }
  return names;
}

std::optional<std::string> PathTemplate::fixed_directory() const {
  std::string path;
  for (const Piece& piece : pieces_) {
    path += piece.literal;
    if (piece.name.empty()) continue;
    for (const Piece* later = &piece + 1; later != pieces_.data() + pieces_.size(); ++later) {
      if (later->literal.find('/') != std::string::npos) return std::nullopt;
    }
    break;
  }
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool PathTemplate::could_name(std::string_view file_name) const {
  std::vector<std::string_view> literals;
  for (const Piece& piece : pieces_) {
    const std::size_t slash = piece.literal.rfind('/');
    if (slash != std::string::npos) literals.clear();
    literals.push_back(
        std::string_view(piece.literal).substr(slash == std::string::npos ? 0 : slash + 1));
  }
  return match(file_name, literals);
}

}  // namespace trainwreck
