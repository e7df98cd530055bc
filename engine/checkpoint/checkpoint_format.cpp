#include "engine/checkpoint/checkpoint_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_metadata.h"
#include "engine/checkpoint/pieces.h"
#include "engine/formats/safetensors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

constexpr std::string_view kOptimizer = "@optimizer/";
constexpr std::string_view kCallback = "@callback/";
constexpr std::string_view kMetrics = "@run/metrics";

using Index = std::map<std::string_view, const StoredTensor*>;

std::vector<std::int64_t> dims_of(const Shape& shape) {
  std::vector<std::int64_t> dims;
  for (int axis = 0; axis < shape.rank(); ++axis) dims.push_back(shape[axis]);
  return dims;
}

void add_weights(const Checkpoint& checkpoint, std::vector<StoredTensor>& out) {
  for (const SavedParameter& saved : checkpoint.weights) {
    if (saved.name.starts_with('@')) {
      throw ValueError("checkpoint: a parameter's name must not begin with @: " + saved.name);
    }
    out.push_back({saved.name, StoredType::f32, dims_of(saved.shape), bytes_of(saved.values)});
  }
}

void add_slots(const Checkpoint& checkpoint, std::vector<StoredTensor>& out) {
  for (const SavedOptimizer::Slot& slot : checkpoint.optimizer->slots) {
    std::span<const float> rest = slot.values;
    for (const SavedParameter& saved : checkpoint.weights) {
      out.push_back({fmt::format("{}{}/{}", kOptimizer, slot.name, saved.name), StoredType::f32,
                     dims_of(saved.shape), bytes_of(rest.first(saved.values.size()))});
      rest = rest.subspan(saved.values.size());
    }
  }
}

void add_run(const SavedRun& run, std::vector<StoredTensor>& out) {
  const auto add = [&out](std::string name, StoredType type, std::size_t size,
                          std::string_view bytes) {
    out.push_back({std::move(name), type, {static_cast<std::int64_t>(size)}, bytes});
  };
  const std::vector<double>& metrics = run.position.running_metrics;
  if (!metrics.empty()) {
    add(std::string(kMetrics), StoredType::f64, metrics.size(), bytes_of(metrics));
  }
  for (const auto& [key, state] : run.callbacks) {
    for (const auto& [name, values] : state.tensors) {
      add(fmt::format("{}{}/{}", kCallback, key, name), StoredType::f32, values.size(),
          bytes_of(values));
    }
  }
}

std::vector<float> floats_of(const StoredTensor& tensor) {
  if (tensor.type != StoredType::f32) {
    refuse_checkpoint(fmt::format("{} is {} instead of F32", tensor.name, name_of(tensor.type)));
  }
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  copy_values(tensor, std::span<float>(values));
  return values;
}

void read_weights(const SafetensorsFile& file, Checkpoint& checkpoint) {
  for (const StoredTensor& tensor : file.tensors) {
    if (tensor.name.starts_with('@')) continue;
    if (tensor.shape.size() > static_cast<std::size_t>(Shape::kMaxRank)) {
      refuse_checkpoint(tensor.name + " has a rank above 4");
    }
    checkpoint.weights.push_back({tensor.name, Shape::of(tensor.shape), floats_of(tensor)});
  }
}

std::vector<std::string> slots_in(const SafetensorsFile& file, const std::string& parameter) {
  std::vector<std::string> names;
  for (const StoredTensor& tensor : file.tensors) {
    std::string_view name = tensor.name;
    if (!name.starts_with(kOptimizer) || !name.ends_with("/" + parameter)) continue;
    name.remove_prefix(kOptimizer.size());
    if (name.size() <= parameter.size() + 1) continue;
    name.remove_suffix(parameter.size() + 1);
    // "velocity" of "velocity/dense/kernel", but not of a parameter that merely ends alike.
    if (name.find('/') == std::string_view::npos) names.emplace_back(name);
  }
  return names;
}

void read_slots(const SafetensorsFile& file, Checkpoint& checkpoint) {
  if (checkpoint.weights.empty()) return;
  Index index;
  for (const StoredTensor& tensor : file.tensors) index[tensor.name] = &tensor;
  for (const std::string& name : slots_in(file, checkpoint.weights.front().name)) {
    std::vector<float> all;
    for (const SavedParameter& parameter : checkpoint.weights) {
      const std::string full = fmt::format("{}{}/{}", kOptimizer, name, parameter.name);
      const auto found = index.find(full);
      if (found == index.end()) refuse_checkpoint(full + " is missing");
      const std::vector<float> values = floats_of(*found->second);
      if (values.size() != parameter.values.size()) refuse_checkpoint(full + " has another size");
      all.insert(all.end(), values.begin(), values.end());
    }
    checkpoint.optimizer->slots.push_back({name, std::move(all)});
  }
}

void read_callback_tensor(const StoredTensor& tensor, SavedRun& run) {
  std::string_view name = tensor.name;
  if (!name.starts_with(kCallback)) return;
  name.remove_prefix(kCallback.size());
  const std::size_t slash = name.find('/');
  const auto found = run.callbacks.find(std::string(name.substr(0, slash)));
  if (slash == std::string_view::npos || found == run.callbacks.end()) {
    refuse_checkpoint(tensor.name + " belongs to no callback");
  }
  found->second.tensors[std::string(name.substr(slash + 1))] = floats_of(tensor);
}

void read_run(const SafetensorsFile& file, SavedRun& run) {
  if (const StoredTensor* metrics = file.find(kMetrics)) {
    if (metrics->type != StoredType::f64) refuse_checkpoint("the running metrics are no F64");
    run.position.running_metrics.resize(metrics->bytes.size() / sizeof(double));
    copy_values(*metrics, std::span<double>(run.position.running_metrics));
  }
  for (const StoredTensor& tensor : file.tensors) read_callback_tensor(tensor, run);
}

}  // namespace

EncodedCheckpoint lay_out(const Checkpoint& checkpoint) {
  std::vector<StoredTensor> tensors;
  add_weights(checkpoint, tensors);
  if (checkpoint.optimizer) add_slots(checkpoint, tensors);
  if (checkpoint.run) add_run(*checkpoint.run, tensors);
  StoredMetadata metadata = metadata_of(checkpoint);
  add_checksums(metadata, tensors);
  StoredLayout layout = lay_out_safetensors(tensors, metadata);
  EncodedCheckpoint encoded{std::move(layout.head), {}, data_checksum(metadata)};
  for (const std::size_t index : layout.order) encoded.tensors.push_back(tensors[index].bytes);
  return encoded;
}

std::vector<std::string_view> EncodedCheckpoint::pieces() const {
  std::vector<std::string_view> all{head};
  all.insert(all.end(), tensors.begin(), tensors.end());
  return all;
}

std::string encode(const Checkpoint& checkpoint) {
  const EncodedCheckpoint encoded = lay_out(checkpoint);
  const std::vector<std::string_view> pieces = encoded.pieces();
  std::string bytes;
  bytes.reserve(size_of(pieces));
  for (const std::string_view piece : pieces) bytes += piece;
  return bytes;
}

Checkpoint decode(std::string_view bytes) {
  const SafetensorsFile file = read_safetensors(bytes);
  check_checksums(file);
  Checkpoint checkpoint;
  read_metadata(file.metadata, checkpoint);
  read_weights(file, checkpoint);
  if (checkpoint.optimizer) read_slots(file, checkpoint);
  if (checkpoint.run) read_run(file, *checkpoint.run);
  return checkpoint;
}

std::string checksum_of(std::string_view encoded) {
  return data_checksum(read_safetensors(encoded).metadata);
}

std::int64_t steps_noted_in(FileSystem& files, const std::string& path) {
  constexpr std::size_t kMostHeads = 1 << 16;
  std::string head(kMostHeads, '\0');
  files.read_part(path, 0, head);
  try {
    if (head.size() == kMostHeads && head_size(head) > kMostHeads) {
      head.resize(std::min(head_size(head), static_cast<std::uint64_t>(files.size(path))));
      files.read_part(path, 0, head);
    }
    Checkpoint noted;
    read_metadata(read_safetensors_metadata(head), noted);
    const std::int64_t model = noted.optimizer ? noted.optimizer->iterations : -1;
    return noted.run ? std::max(model, noted.run->position.step) : model;
  } catch (const FormatError& error) {
    throw error.in_file(path);
  }
}

Checkpoint load_checkpoint(FileSystem& files, const std::string& path) {
  const std::string bytes = files.read(path);
  try {
    return decode(bytes);
  } catch (const FormatError& error) {
    throw error.in_file(path);
  }
}

}  // namespace trainwreck
