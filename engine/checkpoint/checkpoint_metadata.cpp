#include "engine/checkpoint/checkpoint_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/formats/crc32c.h"

namespace trainwreck {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "trainwreck";
constexpr const char* kVersion = "1";
constexpr const char* kDataChecksum = "crc32c";
constexpr const char* kHeaderChecksum = "header_crc32c";

template <class Number>
Number number_from(std::string_view text, std::string_view what) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) {
    refuse_checkpoint(fmt::format("{} is \"{}\", which is no number", what, text));
  }
  return value;
}

const std::string& text_of(const StoredMetadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) refuse_checkpoint(fmt::format("the metadata has no \"{}\"", key));
  return found->second;
}

template <class Number>
Number number_of(const StoredMetadata& metadata, const std::string& key) {
  return number_from<Number>(text_of(metadata, key), key);
}

std::string shape_text(const Shape& shape) {
  std::string text;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    text += fmt::format("{}{}", axis > 0 ? "," : "", shape[axis]);
  }
  return text;
}

Shape shape_from(std::string_view text) {
  std::vector<std::int64_t> dims;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    dims.push_back(number_from<std::int64_t>(text.substr(0, comma), "input_row"));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (dims.size() > static_cast<std::size_t>(Shape::kMaxRank))
    refuse_checkpoint("input_row has rank above 4");
  return Shape::of(dims);
}

std::string callbacks_text(const std::map<std::string, CallbackState>& callbacks) {
  json all = json::object();
  for (const auto& [key, state] : callbacks) {
    json one = {{"numbers", json::object()}, {"texts", state.texts}};
    for (const auto& [name, value] : state.numbers) one["numbers"][name] = number_text(value);
    all[key] = std::move(one);
  }
  try {
    return all.dump();
  } catch (const json::type_error&) {
    throw ValueError("checkpoint: a callback's state holds text that is no UTF-8");
  }
}

std::map<std::string, CallbackState> callbacks_from(const std::string& text) {
  std::map<std::string, CallbackState> callbacks;
  try {
    const json all = json::parse(text);
    for (const auto& [key, one] : all.items()) {
      CallbackState& state = callbacks[key];
      one.at("texts").get_to(state.texts);
      for (const auto& [name, value] : one.at("numbers").items()) {
        state.numbers[name] = number_from<double>(value.get<std::string>(), name);
      }
    }
  } catch (const json::exception&) {
    refuse_checkpoint("the callbacks' state is garbled");
  }
  return callbacks;
}

void note_run(const SavedRun& run, StoredMetadata& metadata) {
  metadata["epoch"] = std::to_string(run.position.epoch);
  metadata["batch"] = std::to_string(run.position.batch);
  metadata["step"] = std::to_string(run.position.step);
  metadata["seed"] = std::to_string(run.seed);
  metadata["source"] = run.source;
  metadata["sequence"] = std::to_string(run.sequence);
  metadata["callbacks"] = callbacks_text(run.callbacks);
}

SavedRun run_from(const StoredMetadata& metadata) {
  SavedRun run;
  run.position.epoch = number_of<std::int64_t>(metadata, "epoch");
  run.position.batch = number_of<std::int64_t>(metadata, "batch");
  run.position.step = number_of<std::int64_t>(metadata, "step");
  run.seed = number_of<std::uint64_t>(metadata, "seed");
  run.source = text_of(metadata, "source");
  run.sequence = number_of<std::int64_t>(metadata, "sequence");
  run.callbacks = callbacks_from(text_of(metadata, "callbacks"));
  return run;
}

// Everything but the data and the two checksums themselves, in one fixed order.
std::string header_checksum(const StoredMetadata& metadata, std::span<const StoredTensor> tensors,
                            std::span<const std::size_t> order) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    if (key == kDataChecksum || key == kHeaderChecksum) continue;
    text += fmt::format("{}:{}{}:{}", key.size(), key, value.size(), value);
  }
  for (const std::size_t index : order) {
    const StoredTensor& tensor = tensors[index];
    text += fmt::format("{}:{}{}", tensor.name.size(), tensor.name, name_of(tensor.type));
    for (const std::int64_t extent : tensor.shape) text += fmt::format(",{}", extent);
  }
  return fmt::format("{:08x}", crc32c(text));
}

}  // namespace

void refuse_checkpoint(const std::string& what) { throw FormatError("checkpoint: " + what, 0); }

StoredMetadata metadata_of(const Checkpoint& checkpoint) {
  StoredMetadata metadata;
  metadata["format"] = kFormat;
  metadata["version"] = kVersion;
  metadata["tag"] = checkpoint.tag;
  metadata["input_row"] = shape_text(checkpoint.input_row);
  if (checkpoint.optimizer) {
    metadata["optimizer"] = checkpoint.optimizer->kind;
    metadata["iterations"] = std::to_string(checkpoint.optimizer->iterations);
    metadata["learning_rate"] = number_text(checkpoint.optimizer->learning_rate);
    metadata["has_schedule"] = checkpoint.optimizer->has_schedule ? "1" : "0";
  }
  if (checkpoint.run) note_run(*checkpoint.run, metadata);
  if (checkpoint.score) {
    metadata["monitor"] = checkpoint.score->metric;
    metadata["score"] = number_text(checkpoint.score->value);
  }
  return metadata;
}

void add_checksums(StoredMetadata& metadata, const std::vector<StoredTensor>& tensors) {
  metadata[kDataChecksum] = fmt::format("{:08x}", data_crc32c(tensors));
  metadata[kHeaderChecksum] = header_checksum(metadata, tensors, storage_order(tensors));
}

void check_checksums(const SafetensorsFile& file) {
  if (text_of(file.metadata, "format") != kFormat)
    refuse_checkpoint("the file is of another program");
  if (text_of(file.metadata, "version") != kVersion) {
    refuse_checkpoint("the file is of version " + text_of(file.metadata, "version"));
  }
  if (text_of(file.metadata, kDataChecksum) != fmt::format("{:08x}", crc32c(file.data))) {
    refuse_checkpoint("the data's checksum is wrong");
  }
  const auto order = storage_order(file.tensors);
  if (text_of(file.metadata, kHeaderChecksum) !=
      header_checksum(file.metadata, file.tensors, order)) {
    refuse_checkpoint("the header's checksum is wrong");
  }
}

void read_metadata(const StoredMetadata& metadata, Checkpoint& checkpoint) {
  checkpoint.tag = text_of(metadata, "tag");
  checkpoint.input_row = shape_from(text_of(metadata, "input_row"));
  if (metadata.contains("optimizer")) {
    checkpoint.optimizer = {.kind = text_of(metadata, "optimizer"),
                            .iterations = number_of<std::int64_t>(metadata, "iterations"),
                            .learning_rate = number_of<float>(metadata, "learning_rate"),
                            .has_schedule = text_of(metadata, "has_schedule") == "1",
                            .slots = {}};
  }
  if (metadata.contains("callbacks")) checkpoint.run = run_from(metadata);
  if (metadata.contains("score")) {
    checkpoint.score = {text_of(metadata, "monitor"), number_of<double>(metadata, "score")};
  }
}

std::string data_checksum(const StoredMetadata& metadata) {
  return text_of(metadata, kDataChecksum);
}

}  // namespace trainwreck
