#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace trainwreck {

// Texts in colour, or not: only on a terminal, and not where NO_COLOR is set.
class Colours {
 public:
  static Colours none() { return Colours(false); }
  static Colours on(std::FILE* stream);

  std::string red(std::string_view text) const { return painted(text, "31"); }
  std::string green(std::string_view text) const { return painted(text, "32"); }
  std::string yellow(std::string_view text) const { return painted(text, "33"); }
  std::string bold(std::string_view text) const { return painted(text, "1"); }
  std::string faint(std::string_view text) const { return painted(text, "2"); }

 private:
  explicit Colours(bool on) : on_(on) {}
  std::string painted(std::string_view text, std::string_view code) const;

  bool on_;
};

}  // namespace trainwreck
