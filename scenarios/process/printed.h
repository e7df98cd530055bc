#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trainwreck {

// What a program has printed: its first and its last words, so many bytes of each.
class Printed {
 public:
  static constexpr std::size_t kFirst = 8 << 10;
  static constexpr std::size_t kLast = 24 << 10;

  void add(std::string_view bytes);
  // With a line that says how much is left out between the two.
  std::string text() const;

 private:
  std::string first_;
  std::string last_;
  std::size_t dropped_ = 0;
};

}  // namespace trainwreck
