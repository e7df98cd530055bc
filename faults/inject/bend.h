#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/base/random.h"
#include "faults/inject/operations.h"
#include "trainwreck/data.h"

// What faults have in common: parameters that several kinds read, and damage that several do.
namespace trainwreck {

// Reads the flag "after": whether the real thing is done first.
When read_when(Params& params);
// Reads "seconds".
std::chrono::nanoseconds read_seconds(Params& params, double fallback, std::string_view help);
// Reads "part": "x", "y" or "sample_weight".
Tensor Batch::*read_part(Params& params, std::string_view help);
// Reads "error" and "message": what to throw, by the name that reports use ("ShapeError").
std::function<void()> read_error(Params& params);

// All sites of some seams: "callback", "data", "compute", "memory", "file_system", "clock",
// "executor", "signals". Throws ValueError for a seam that does not exist.
std::vector<Site> sites_of(std::initializer_list<std::string_view> seams);

// The first rows alone, of one part or of all of them.
void keep_rows(Tensor& tensor, std::int64_t rows);
void keep_rows(Batch& batch, std::int64_t rows);
// Changes `bits` bits of these floats: bit `which` of each (0 is the lowest), or any.
void flip_bits(std::span<float> values, std::int64_t bits, std::optional<std::int64_t> which,
               const Random& random);
// Puts `value` at `count` random places.
void scatter(std::span<float> values, std::int64_t count, float value, const Random& random);

}  // namespace trainwreck
