#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "trainwreck/data.h"
#include "trainwreck/fault.h"

// Most kinds of fault are one function at one moment. These make a Fault of it, so that a kind's
// file says what goes wrong and nothing else.
namespace trainwreck {

enum class When : std::uint8_t { before, after };
// Reads the flag "after": whether the real thing is done first.
When read_when(Params& params);
// Reads "seconds".
std::chrono::nanoseconds read_seconds(Params& params, double fallback, std::string_view help);

// All sites of some seams: "callback", "data", "compute", "file_system", ...
std::vector<Site> sites_of(std::initializer_list<std::string_view> seams);
// The four steps of training, without the one that cannot fail half-way: apply.
std::vector<Site> fallible_steps();

// A batch that was fetched.
std::unique_ptr<Fault> bend_batches(std::function<void(Batch&, const Random&)> bend);
std::unique_ptr<Fault> bend_fetches(When when, std::function<void(FetchOperation&)> bend);
std::unique_ptr<Fault> bend_sources(std::vector<Site> sites, When when,
                                    std::function<void(SourceOperation&)> bend);
// Any hook.
std::unique_ptr<Fault> bend_hooks(When when, std::function<void(HookOperation&, World&)> bend);
std::unique_ptr<Fault> bend_steps(std::vector<Site> sites, When when,
                                  std::function<void(ComputeOperation&, const Random&)> bend);
std::unique_ptr<Fault> bend_files(std::vector<Site> sites, When when,
                                  std::function<void(FileOperation&, const Random&)> bend);
// Before operations of any kind, whatever they are about; after those of sources, callbacks, steps
// and files.
std::unique_ptr<Fault> strike(std::vector<Site> sites, When when,
                              std::function<void(World&)> action);
std::unique_ptr<Fault> strike_at_random(std::vector<Site> sites, When when,
                                        std::function<void(World&, const Random&)> action);
// Fails files' operations with an errno.
std::unique_ptr<Fault> fail_files(std::vector<Site> sites, int error);

// Reads "part": "x", "y" or "sample_weight".
Tensor Batch::*read_part(Params& params, std::string_view help);
// The first rows alone, of one part or of all of them.
void keep_rows(Tensor& tensor, std::int64_t rows);
void keep_rows(Batch& batch, std::int64_t rows);
// Changes `bits` bits of these floats: bit `which` of each (0 is the lowest), or any.
void flip_bits(std::span<float> values, std::int64_t bits, std::optional<std::int64_t> which,
               const Random& random);
// Puts `value` at `count` random places.
void scatter(std::span<float> values, std::int64_t count, float value, const Random& random);

// Reads "error" and "message": what to throw, by the name that reports use ("ShapeError").
std::function<void()> read_error(Params& params);

}  // namespace trainwreck
