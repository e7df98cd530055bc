#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/checkpoint/checkpoint.h"
#include "scenarios/flow/outcome.h"
#include "trainwreck/assertion.h"

namespace trainwreck {

// What assertions share.
inline Finding held() { return {}; }
Finding missed(std::string expected, std::string actual, std::vector<std::int64_t> lines = {});

// The call that an assertion speaks of: its chapter's, else the story's last.
const CallOutcome& call_of(const Outcome& outcome, const AssertionScope& scope);
// The disk as it was after that chapter's call, or at the end of the story.
const std::map<std::string, std::string>& files_of(const Outcome& outcome,
                                                   const AssertionScope& scope);
// One file of it, or null.
const std::string* file_of(const Outcome& outcome, const AssertionScope& scope,
                           const std::string& path);
// The trace lines of that call, or of the whole story where the assertion stands at its end.
std::vector<const TraceLine*> lines_of(const Outcome& outcome, const AssertionScope& scope);

// A hook by Keras's name; complains with the nearest one.
std::string read_hook(Params& params, std::string_view key);

// Figures in a scenario file have seven digits or so: equal within a millionth of the larger one.
// A NaN is about a NaN, and an infinity about itself alone.
bool about(double value, double wanted);
// The same number, or a NaN each.
bool exactly(double value, double wanted);
// Bit by bit: a NaN equals itself.
bool same_bits(const std::vector<float>& one, const std::vector<float>& other);

// The weights kept at that instant of the scope's call; null when the run never came there.
const WeightsAt* weights_at(const Outcome& outcome, const AssertionScope& scope,
                            const Instant& instant);
// "epoch 1, batch 2", "epoch 1", "the beginning".
std::string instant_text(const Instant& instant);
// Of bytes that are a whole checkpoint.
std::optional<Checkpoint> checkpoint_in(std::string_view bytes);

// For keys whose absence says something else than an empty list or false. They are asked for in any
// case, so that the catalog knows them.
std::optional<std::vector<std::int64_t>> maybe_integers(Params& params, std::string_view key,
                                                        std::string_view help);
std::optional<std::vector<double>> maybe_numbers(Params& params, std::string_view key,
                                                 std::string_view help);
std::optional<std::vector<std::string>> maybe_texts(Params& params, std::string_view key,
                                                    std::string_view help);
std::optional<bool> maybe_flag(Params& params, std::string_view key, std::string_view help);

// "[0, 1, 2]".
std::string list_text(const std::vector<std::int64_t>& numbers);

}  // namespace trainwreck
