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
enum class SourceOp : std::uint8_t {
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
inline constexpr std::size_t kMoves = static_cast<std::size_t>(SourceOp::together) + 1;

struct ScriptStep {
  SourceOp move = SourceOp::fetch;
  std::uint8_t pick = 0;  // meaningless, and then 0, where a move leaves no choice
  friend bool operator==(const ScriptStep&, const ScriptStep&) = default;
};

// A way to use a data source, which knows nothing of any source: picks are counted round what is
// there.
using SourceScript = std::vector<ScriptStep>;

// Scripts come from choices, two bytes for a step, wherever those come from: random numbers, a
// fuzzer, a file. Every sequence of bytes is a script, and every script can be written as bytes.
SourceScript decode_script(std::span<const std::uint8_t> bytes);
std::vector<std::uint8_t> encode_script(const SourceScript& script);
// The number-th script of a seed, of 1 to `most_steps` steps.
SourceScript random_script(std::uint64_t seed, std::int64_t number, std::int64_t most_steps);

// As people write scripts: {"begin", "fetch 3", "end"}, and "begin; fetch 3; end".
std::vector<std::string> words_of(const SourceScript& script);
std::string text_of(const SourceScript& script);
std::optional<ScriptStep> read_step(std::string_view words);
// Both complain about what is no step, and leave it out.
SourceScript read_script(std::span<const std::string> steps, std::vector<std::string>& complaints);
SourceScript read_script(std::string_view text, std::vector<std::string>& complaints);

// What a step does, in a sentence.
std::string sentence_of(const ScriptStep& step);

// A shorter and simpler script that still breaks what `breaks` looks for, found in at most so many
// attempts: first without ever smaller stretches of steps, then with smaller picks.
SourceScript shrink(SourceScript script, const std::function<bool(const SourceScript&)>& breaks,
                    std::int64_t attempts);

}  // namespace trainwreck
