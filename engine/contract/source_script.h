#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// What a loop, or whoever else uses a data source, may do with it in one go.
enum class Move : std::uint8_t {
  fetch,           // batch number `pick`, counted round; of a stream the next one
  again,           // the batch that was fetched last, once more
  walk,            // all that is left of the pass, and a look beyond its end
  begin,           // the next epoch and its pass
  begin_shuffled,  // the same, in another order
  end,             // the epoch
  restart,         // the pass that is under way, from its beginning
  beyond,          // a batch that is not there
  together         // several batches from several threads at once, where the source allows it
};
inline constexpr std::size_t kMoves = static_cast<std::size_t>(Move::together) + 1;

struct Step {
  Move move = Move::fetch;
  std::uint8_t pick = 0;  // meaningless, and then 0, where a move leaves no choice
  friend bool operator==(const Step&, const Step&) = default;
};

// A way to use a data source, which knows nothing of any source: picks are counted round what is
// there.
using Script = std::vector<Step>;

// Scripts come from choices, two bytes for a step, wherever those come from: random numbers, a
// fuzzer, a file. Every sequence of bytes is a script, and every script can be written as bytes.
Script decode_script(std::span<const std::uint8_t> bytes);
std::vector<std::uint8_t> encode_script(const Script& script);
// The number-th script of a seed, of 1 to `most_steps` steps.
Script random_script(std::uint64_t seed, std::int64_t number, std::int64_t most_steps);

// As people write scripts: {"begin", "fetch 3", "end"}, and "begin; fetch 3; end".
std::vector<std::string> words_of(const Script& script);
std::string text_of(const Script& script);
std::optional<Step> read_step(std::string_view words);
// Both complain about what is no step, and leave it out.
Script read_script(std::span<const std::string> steps, std::vector<std::string>& complaints);
Script read_script(std::string_view text, std::vector<std::string>& complaints);

// What a step does, in a sentence.
std::string sentence_of(const Step& step);

// A shorter and simpler script that still breaks what `breaks` looks for, found in at most so many
// attempts: first without ever smaller stretches of steps, then with smaller picks.
Script shrink(Script script, const std::function<bool(const Script&)>& breaks,
              std::int64_t attempts);

}  // namespace trainwreck
