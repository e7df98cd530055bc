#pragma once

#include <string_view>

namespace trainwreck {

// What a story trains that says nothing of it, as a file would write it under "given". Each key
// that is absent has its own: a story may name its data and leave model and compile to these.
inline constexpr std::string_view kDefaultData =
    R"({"kind": "arrays", "samples": 64, "features": 8, "batch_size": 16})";
inline constexpr std::string_view kDefaultLayer = R"({"kind": "dense", "units": 1})";
inline constexpr std::string_view kDefaultOptimizer = R"({"kind": "sgd", "learning_rate": 0.01})";
inline constexpr std::string_view kDefaultLoss = R"("mse")";

// Whether fit shuffles where a file says nothing. Keras's fit does. A file speaks of single batches
// by their numbers ({"epoch": 1, "batch": 2}), and says of what is in them what must hold; both
// mean something only while batch 2 has the same rows in every epoch and under every seed.
inline constexpr bool kDefaultShuffle = false;

}  // namespace trainwreck
