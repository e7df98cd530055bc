#include "engine/contract/source_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/random.h"
#include "engine/base/text.h"

namespace trainwreck {
namespace {

struct MoveInfo {
  SourceOp move;
  std::string_view word;
  bool picks;
  std::string_view sentence;
};

constexpr std::array<MoveInfo, kMoves> kMoveInfos{{
    {SourceOp::fetch, "fetch", true, "fetch batch {}, counted round; of a stream the next one"},
    {SourceOp::again, "again", false, "fetch the last batch again"},
    {SourceOp::walk, "walk", false, "fetch all that is left of the pass, and look beyond its end"},
    {SourceOp::begin, "begin", false, "begin the next epoch and a pass"},
    {SourceOp::begin_shuffled, "begin_shuffled", false,
     "begin the next epoch and a pass that is to be shuffled"},
    {SourceOp::end, "end", false, "end the epoch"},
    {SourceOp::restart, "restart", false, "begin the same pass once more"},
    {SourceOp::beyond, "beyond", true, "ask for a batch that is not there ({})"},
    {SourceOp::together, "together", true, "fetch from several threads at once, from batch {} on"},
}};

// How often which move is drawn: what costs much or hides others is rare.
constexpr std::array<SourceOp, 24> kDraws{
    SourceOp::fetch,          SourceOp::again, SourceOp::walk,    SourceOp::begin,
    SourceOp::begin_shuffled, SourceOp::end,   SourceOp::restart, SourceOp::beyond,
    SourceOp::together,       SourceOp::fetch, SourceOp::fetch,   SourceOp::fetch,
    SourceOp::fetch,          SourceOp::fetch, SourceOp::fetch,   SourceOp::fetch,
    SourceOp::again,          SourceOp::again, SourceOp::walk,    SourceOp::begin,
    SourceOp::begin_shuffled, SourceOp::end,   SourceOp::end,     SourceOp::beyond};

const MoveInfo& info_of(SourceOp move) { return kMoveInfos[static_cast<std::size_t>(move)]; }

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string complaint_about(std::string_view words) {
  std::array<std::string_view, kMoves> known{};
  for (std::size_t i = 0; i < kMoves; ++i) known[i] = kMoveInfos[i].word;
  const std::string_view near = closest(words.substr(0, words.find(' ')), known);
  if (!near.empty()) return fmt::format("\"{}\" is no step; did you mean \"{}\"?", words, near);
  return fmt::format("\"{}\" is no step: {}, some with a number from 0 to 255", words,
                     joined(known));
}

void read_one(std::string_view words, SourceScript& script, std::vector<std::string>& complaints) {
  if (const std::optional<ScriptStep> step = read_step(words)) {
    script.push_back(*step);
  } else {
    complaints.push_back(complaint_about(words));
  }
}

}  // namespace

SourceScript decode_script(std::span<const std::uint8_t> bytes) {
  SourceScript script;
  script.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const SourceOp move = kDraws[bytes[i] % kDraws.size()];
    script.push_back({move, info_of(move).picks ? bytes[i + 1] : std::uint8_t{0}});
  }
  return script;
}

std::vector<std::uint8_t> encode_script(const SourceScript& script) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(2 * script.size());
  for (const ScriptStep& step : script) {
    const auto draw = std::find(kDraws.begin(), kDraws.end(), step.move);
    bytes.push_back(static_cast<std::uint8_t>(draw - kDraws.begin()));
    bytes.push_back(step.pick);
  }
  return bytes;
}

SourceScript random_script(std::uint64_t seed, std::int64_t number, std::int64_t most_steps) {
  const Random random(seed, Purpose::user, number);
  const std::uint64_t steps =
      1 + random.below(0, static_cast<std::uint64_t>(std::max<std::int64_t>(most_steps, 1)));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(2 * steps));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(random.below(i + 1, 240));  // a multiple of the draws
  }
  return decode_script(bytes);
}

std::vector<std::string> words_of(const SourceScript& script) {
  std::vector<std::string> words;
  for (const ScriptStep& step : script) {
    const MoveInfo& info = info_of(step.move);
    words.push_back(info.picks ? fmt::format("{} {}", info.word, step.pick)
                               : std::string(info.word));
  }
  return words;
}

std::string text_of(const SourceScript& script) {
  return fmt::format("{}", fmt::join(words_of(script), "; "));
}

std::optional<ScriptStep> read_step(std::string_view words) {
  const std::string_view text = without_blanks(words);
  const std::size_t space = text.find(' ');
  const auto info = std::find_if(kMoveInfos.begin(), kMoveInfos.end(), [&](const MoveInfo& one) {
    return one.word == text.substr(0, space);
  });
  if (info == kMoveInfos.end() || info->picks != (space != std::string_view::npos)) {
    return std::nullopt;
  }
  ScriptStep step{.move = info->move};
  if (!info->picks) return step;
  const std::string_view number = without_blanks(text.substr(space));
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), step.pick);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return step;
}

SourceScript read_script(std::span<const std::string> steps, std::vector<std::string>& complaints) {
  SourceScript script;
  for (const std::string& words : steps) read_one(words, script, complaints);
  return script;
}

SourceScript read_script(std::string_view text, std::vector<std::string>& complaints) {
  SourceScript script;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t until = std::min(text.find(';', from), text.size());
    const std::string_view words = without_blanks(text.substr(from, until - from));
    if (!words.empty()) read_one(words, script, complaints);
    from = until + 1;
  }
  return script;
}

std::string sentence_of(const ScriptStep& step) {
  return fmt::format(fmt::runtime(info_of(step.move).sentence), step.pick);
}

namespace {

class Shrinker {
 public:
  Shrinker(SourceScript script, const std::function<bool(const SourceScript&)>& breaks,
           std::int64_t attempts)
      : best_(std::move(script)), breaks_(breaks), left_(attempts) {}

  SourceScript shrink() {
    for (bool better = true; better && left_ > 0;) {
      better = without_stretches();
      better = with_smaller_picks() || better;
      better = with_simpler_moves() || better;
    }
    return std::move(best_);
  }

 private:
  bool accept(const SourceScript& candidate) {
    if (left_-- <= 0 || !breaks_(candidate)) return false;
    best_ = candidate;
    return true;
  }

  // From the end, so that what comes after the break goes first.
  bool without_stretches() {
    bool better = false;
    for (std::size_t size = std::max<std::size_t>(best_.size() / 2, 1); size > 0; size /= 2) {
      for (std::size_t end = best_.size(); end >= size && end > 0 && left_ > 0; --end) {
        if (end > best_.size()) continue;
        SourceScript shorter = best_;
        const auto last = shorter.begin() + static_cast<std::ptrdiff_t>(end);
        shorter.erase(last - static_cast<std::ptrdiff_t>(size), last);
        better = accept(shorter) || better;
      }
    }
    return better;
  }

  bool with_smaller_picks() {
    bool better = false;
    for (std::size_t i = 0; i < best_.size() && left_ > 0; ++i) {
      for (const int pick : {0, 1, 2, best_[i].pick / 2, best_[i].pick - 1}) {
        if (pick < 0 || pick >= best_[i].pick) continue;
        SourceScript smaller = best_;
        smaller[i].pick = static_cast<std::uint8_t>(pick);
        if (!accept(smaller)) continue;
        better = true;
        break;
      }
    }
    return better;
  }

  // Moves that stand earlier in the table are simpler, and one batch is simpler than many.
  bool with_simpler_moves() {
    bool better = false;
    for (std::size_t i = 0; i < best_.size() && left_ > 0; ++i) {
      better = with_one_of(i, {{SourceOp::again}, {SourceOp::begin}}) || better;
      if (best_[i].move == SourceOp::fetch) continue;
      std::vector<ScriptStep> fetches;
      for (std::uint8_t pick = 0; pick < 8; ++pick) fetches.push_back({SourceOp::fetch, pick});
      better = with_one_of(i, fetches) || better;
    }
    return better;
  }

  bool with_one_of(std::size_t place, const std::vector<ScriptStep>& steps) {
    for (const ScriptStep& step : steps) {
      if (step.move >= best_[place].move) continue;
      SourceScript simpler = best_;
      simpler[place] = step;
      if (accept(simpler)) return true;
    }
    return false;
  }

  SourceScript best_;
  const std::function<bool(const SourceScript&)>& breaks_;
  std::int64_t left_;
};

}  // namespace

SourceScript shrink(SourceScript script, const std::function<bool(const SourceScript&)>& breaks,
                    std::int64_t attempts) {
  return Shrinker(std::move(script), breaks, attempts).shrink();
}

}  // namespace trainwreck
