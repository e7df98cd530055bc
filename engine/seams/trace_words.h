#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trainwreck {

// What our engine says in its trace where there are only so many things to say. The names are part
// of the format.
namespace traced {

enum class Call : std::uint8_t { fit, evaluate, predict };
inline constexpr std::array<std::string_view, 3> kCalls{"fit", "evaluate", "predict"};
constexpr std::string_view name_of(Call call) { return kCalls[static_cast<std::size_t>(call)]; }

enum class Fetching : std::uint8_t { ok, exhausted, raised };
inline constexpr std::array<std::string_view, 3> kFetchings{"ok", "exhausted", "raised"};
constexpr std::string_view name_of(Fetching fetching) {
  return kFetchings[static_cast<std::size_t>(fetching)];
}

// A step that was skipped says why instead.
enum class Stepping : std::uint8_t { committed, failed };
constexpr std::string_view name_of(Stepping stepping) {
  return stepping == Stepping::committed ? "committed" : "failed";
}

enum class Saving : std::uint8_t { begin, publish, fail, remove, load, resume };
inline constexpr std::array<std::string_view, 6> kSavings{"begin",  "publish", "fail",
                                                          "delete", "load",    "resume"};
constexpr std::string_view name_of(Saving saving) {
  return kSavings[static_cast<std::size_t>(saving)];
}

enum class Reserving : std::uint8_t { reserve, release, refused };
inline constexpr std::array<std::string_view, 3> kReservings{"reserve", "release", "refused"};
constexpr std::string_view name_of(Reserving reserving) {
  return kReservings[static_cast<std::size_t>(reserving)];
}

enum class Choosing : std::uint8_t { skip, stop, retry, contained, exhausted_early, delay_stop };
inline constexpr std::array<std::string_view, 6> kChoosings{
    "skip", "stop", "retry", "contained", "exhausted_early", "delay_stop"};
constexpr std::string_view name_of(Choosing choosing) {
  return kChoosings[static_cast<std::size_t>(choosing)];
}

}  // namespace traced

// One of ours, or whatever another engine calls it. Compared with an enum, so that nobody asks for
// a word that does not exist.
template <class Enum>
struct Word {
  std::string_view text{};

  constexpr Word() = default;
  constexpr Word(Enum one) : text(name_of(one)) {}  // NOLINT(google-explicit-constructor)
  constexpr explicit Word(std::string_view name) : text(name) {}
  friend constexpr bool operator==(const Word& word, Enum one) { return word.text == name_of(one); }
};

}  // namespace trainwreck
