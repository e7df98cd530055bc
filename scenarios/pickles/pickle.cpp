#include "scenarios/pickles/pickle.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "scenarios/pickles/pickle_machine.h"

namespace trainwreck::values {
namespace {

constexpr std::size_t kLongestDecimal = 256;

void append_utf8(std::uint32_t point, std::string& out) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0U | (point >> 6U));
    add(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    add(0xE0U | (point >> 12U));
    add(0x80U | ((point >> 6U) & 0x3FU));
    add(0x80U | (point & 0x3FU));
  } else {
    add(0xF0U | ((point >> 18U) & 7U));
    add(0x80U | ((point >> 12U) & 0x3FU));
    add(0x80U | ((point >> 6U) & 0x3FU));
    add(0x80U | (point & 0x3FU));
  }
}

// The number in the hexadecimal digits behind an escape, or nothing when they are none.
std::optional<std::uint32_t> escaped(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  const char* end = text.data() + at + digits;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string unescape_unicode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    const std::size_t digits = !escape ? 0 : text[i + 1] == 'u' ? 4 : text[i + 1] == 'U' ? 8 : 0;
    const auto point = digits == 0 ? std::nullopt : escaped(text, i + 2, digits);
    append_utf8(point ? *point : static_cast<unsigned char>(text[i]), out);
    if (point) i += digits + 1;
  }
  return out;
}

std::string unescape_string(std::string_view text) {
  constexpr std::string_view kNames = "abfnrtv\\'\"";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    const std::size_t name = kNames.find(text[i]);
    const auto code = text[i] == 'x' ? escaped(text, i + 1, 2) : std::nullopt;
    if (name != std::string_view::npos) {
      out += kValues[name];
    } else if (code) {
      out += static_cast<char>(*code);
      i += 2;
    } else {
      out += '\\';
      out += text[i];
    }
  }
  return out;
}

std::string decimal_of(std::string_view bytes) {
  const bool negative = !bytes.empty() && (bytes.back() & '\x80') != 0;
  if (bytes.size() > kLongestDecimal) {
    // Turning it into decimals takes the square of its length.
    return "0x" + std::to_string(hash_of(bytes)[0]) + " of " + std::to_string(bytes.size());
  }
  std::vector<std::uint8_t> digits = {0};  // of base 10, lowest first
  for (std::size_t i = bytes.size(); i-- > 0;) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    unsigned carry = negative ? 255U - byte : byte;
    for (std::uint8_t& digit : digits) {
      carry += digit * 256U;
      digit = static_cast<std::uint8_t>(carry % 10);
      carry /= 10;
    }
    for (; carry > 0; carry /= 10) digits.push_back(static_cast<std::uint8_t>(carry % 10));
  }
  // A negative number is one more than its complement.
  for (std::size_t i = 0; negative; ++i) {
    if (i == digits.size()) digits.push_back(0);
    if (++digits[i] < 10) break;
    digits[i] = 0;
  }
  std::string text = negative ? "-" : "";
  for (std::size_t i = digits.size(); i-- > 0;) text += static_cast<char>('0' + digits[i]);
  return text;
}

Key key_of_value(const Tree& tree, NodeId value) {
  if (tree.node(value).is(Kind::text)) return {Key::Kind::text, std::string(tree.text(value))};
  return {Key::Kind::other, tree.key_text(value)};
}

std::optional<std::vector<std::int64_t>> integers_of(const Tree& tree, NodeId list) {
  if (!tree.node(list).is(Kind::list)) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const NodeId item : tree.items(list)) {
    if (!tree.node(item).is(Kind::integer) || tree.node(item).has(kBig)) return std::nullopt;
    values.push_back(tree.node(item).integer());
  }
  return values;
}

NodeId read_pickle(std::string_view bytes, std::size_t& at, Reading& reading,
                   const PersistentLoad& load) {
  PickleMachine machine(bytes, at, reading, load);
  const NodeId value = machine.run();
  at = machine.at();
  return value;
}

NodeId read_pickle_file(std::string_view bytes, Reading& reading) {
  std::vector<NodeId> values;
  std::size_t at = 0;
  do {
    values.push_back(read_pickle(bytes, at, reading));
  } while (at < bytes.size());
  return values.size() == 1 ? values.front() : reading.tree.add_list(std::move(values));
}

}  // namespace trainwreck::values
