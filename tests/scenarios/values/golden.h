#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/readers/read_values.h"

namespace trainwreck::values {

// Files that Python, numpy, PyTorch and h5py wrote, as base64; golden/make.py makes them.
struct GoldenFile {
  std::string_view name;
  std::string_view base64;
};
std::span<const GoldenFile> golden_pickles();
std::span<const GoldenFile> golden_arrays();
std::span<const GoldenFile> golden_torch();
std::span<const GoldenFile> golden_archives();

// The bytes of one of them; they live as long as the program.
const std::string& golden(const std::string& name);
std::vector<std::string> golden_names();

// Limits under which every golden file is read and no hostile one takes long.
Limits small_limits();
ReadResult read_golden(const std::string& name);
// "same", or the first difference.
std::string compared(const ReadResult& a, const ReadResult& b, const CompareOptions& options = {});
std::string compared(const std::string& a, const std::string& b,
                     const CompareOptions& options = {});
// A value in a line, with all that is in it: [1, {"a": float32 [2] 0.5 1}].
std::string spelled(const Tree& tree, NodeId id);
std::string spelled(const ReadResult& result);

}  // namespace trainwreck::values
