#include "faults/inject/address.h"

#include <fmt/format.h>

#include <charconv>

namespace trainwreck {
namespace {

std::string number_or_dash(std::int64_t number) {
  return number < 0 ? std::string("-") : std::to_string(number);
}

// Takes a number or "-" and the character after it off the front.
bool take_number(std::string_view& text, char end, std::int64_t& number) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return false;
  const std::string_view word = text.substr(0, at);
  text.remove_prefix(at + 1);
  number = -1;
  if (word == "-") return true;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && stop == word.data() + word.size() && number >= 0;
}

}  // namespace

std::string text_of(const Address& address) {
  const std::string detail = address.detail.empty() ? "" : "[" + address.detail + "]";
  return fmt::format("{}/{}/{}/{}/{}{}#{}", number_or_dash(address.at.run),
                     number_or_dash(address.at.fit), number_or_dash(address.at.epoch),
                     number_or_dash(address.at.batch), name_of(address.site), detail, address.nth);
}

std::optional<Address> address_from(std::string_view text) {
  Address address;
  for (std::int64_t* number :
       {&address.at.run, &address.at.fit, &address.at.epoch, &address.at.batch}) {
    if (!take_number(text, '/', *number)) return std::nullopt;
  }
  const std::size_t hash = text.rfind('#');
  if (hash == std::string_view::npos) return std::nullopt;
  std::string rest = std::string(text.substr(hash + 1)) + "#";
  std::string_view nth = rest;
  if (!take_number(nth, '#', address.nth) || address.nth < 0) return std::nullopt;
  text = text.substr(0, hash);
  const std::size_t bracket = text.find('[');
  if (bracket != std::string_view::npos) {
    if (text.back() != ']' || text.size() == bracket + 2) return std::nullopt;
    address.detail = text.substr(bracket + 1, text.size() - bracket - 2);
    text = text.substr(0, bracket);
  }
  const std::optional<Site> site = site_named(text);
  if (!site) return std::nullopt;
  address.site = *site;
  return address;
}

}  // namespace trainwreck
