#include "scenarios/runner/call_message.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace trainwreck {
namespace {

using MessageJson = nlohmann::json;

// Numbers as they are in memory: parent and child are one program, and a NaN stays the same NaN.
template <class T>
MessageJson packed(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return MessageJson::binary(std::move(bytes));
}

template <class T>
std::vector<T> unpacked(const MessageJson& json) {
  const auto& bytes = json.get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

MessageJson json_of(const Instant& at) { return {at.run, at.fit, at.epoch, at.batch}; }
Instant instant_from(const MessageJson& json) {
  return {.run = json[0], .fit = json[1], .epoch = json[2], .batch = json[3]};
}

MessageJson json_of(const ErrorRecord& error) {
  return {{"type", error.type},         {"message", error.message}, {"phase", error.phase},
          {"callback", error.callback}, {"source", error.source},   {"epoch", error.epoch},
          {"batch", error.batch}};
}
ErrorRecord error_from(const MessageJson& json) {
  return {.error = nullptr,
          .type = json.at("type"),
          .message = json.at("message"),
          .phase = json.at("phase"),
          .callback = json.at("callback"),
          .source = json.at("source"),
          .epoch = json.at("epoch"),
          .batch = json.at("batch")};
}

MessageJson json_of(const History& history) {
  MessageJson json = {{"epochs", history.epochs()}, {"series", MessageJson::array()}};
  for (const History::Series& series : history.series()) {
    json["series"].push_back({{"name", series.name},
                              {"epochs", packed(series.epochs)},
                              {"values", packed(series.values)}});
  }
  return json;
}
History history_from(const MessageJson& json) {
  History history;
  for (const std::int64_t epoch : json.at("epochs")) history.add_epoch(epoch);
  for (const MessageJson& series : json.at("series")) {
    const auto epochs = unpacked<std::int64_t>(series.at("epochs"));
    const auto values = unpacked<double>(series.at("values"));
    for (std::size_t i = 0; i < values.size(); ++i) {
      history.add_value(series.at("name").get<std::string>(), epochs[i], values[i]);
    }
  }
  return history;
}

MessageJson json_of(const StopDemand& stop) {
  return {{"reason", stop.reason}, {"by", stop.by}, {"epoch", stop.epoch}, {"batch", stop.batch}};
}
StopDemand stop_from(const MessageJson& json) {
  return {.reason = json.at("reason"),
          .by = json.at("by"),
          .epoch = json.at("epoch"),
          .batch = json.at("batch")};
}

MessageJson json_of(const std::map<std::string, double>& metrics) {
  MessageJson json = MessageJson::object();
  for (const auto& [name, value] : metrics) json[name] = packed(std::vector<double>{value});
  return json;
}

MessageJson json_of(const CallOutcome& call) {
  MessageJson json = {{"began", json_of(call.began)},
                      {"status", static_cast<int>(call.status)},
                      {"history", json_of(call.history)},
                      {"steps", call.steps},
                      {"iterations", call.iterations},
                      {"metrics", json_of(call.metrics)},
                      {"predictions", packed(call.predictions)},
                      {"weights", packed(call.weights)},
                      {"learning_rate", packed(std::vector<double>{call.learning_rate})},
                      {"suppressed", MessageJson::array()},
                      {"warnings", MessageJson::array()}};
  if (call.error) json["error"] = json_of(*call.error);
  if (call.stop) json["stop"] = json_of(*call.stop);
  for (const ErrorRecord& error : call.suppressed) json["suppressed"].push_back(json_of(error));
  for (const Warning& one : call.warnings) json["warnings"].push_back({one.id, one.text});
  return json;
}

CallOutcome call_from(const MessageJson& json) {
  CallOutcome call{.began = instant_from(json.at("began")),
                   .status = static_cast<Status>(json.at("status").get<int>())};
  call.history = history_from(json.at("history"));
  call.steps = json.at("steps");
  call.iterations = json.at("iterations");
  for (const auto& [name, value] : json.at("metrics").items()) {
    call.metrics[name] = unpacked<double>(value).at(0);
  }
  call.predictions = unpacked<float>(json.at("predictions"));
  call.weights = unpacked<float>(json.at("weights"));
  call.learning_rate = unpacked<double>(json.at("learning_rate")).at(0);
  if (json.contains("error")) call.error = error_from(json.at("error"));
  if (json.contains("stop")) call.stop = stop_from(json.at("stop"));
  for (const MessageJson& one : json.at("suppressed")) call.suppressed.push_back(error_from(one));
  for (const MessageJson& one : json.at("warnings"))
    call.warnings.push_back({.id = one[0], .text = one[1]});
  return call;
}

MessageJson json_of(const WeightsAt& weights) {
  MessageJson json = {{"at", json_of(weights.at)},
                      {"weights", packed(weights.weights)},
                      {"iterations", weights.iterations},
                      {"slots", MessageJson::array()}};
  for (const std::vector<float>& slot : weights.slots) json["slots"].push_back(packed(slot));
  return json;
}
WeightsAt weights_from(const MessageJson& json) {
  WeightsAt weights{.at = instant_from(json.at("at")),
                    .weights = unpacked<float>(json.at("weights")),
                    .iterations = json.at("iterations")};
  for (const MessageJson& slot : json.at("slots")) weights.slots.push_back(unpacked<float>(slot));
  return weights;
}

MessageJson json_of(const std::vector<ParameterShape>& parameters) {
  MessageJson all = MessageJson::array();
  for (const ParameterShape& one : parameters) {
    MessageJson dims = MessageJson::array();
    for (int axis = 0; axis < one.shape.rank(); ++axis) dims.push_back(one.shape[axis]);
    all.push_back({{"name", one.name}, {"shape", std::move(dims)}});
  }
  return all;
}
std::vector<ParameterShape> parameters_from(const MessageJson& json) {
  std::vector<ParameterShape> parameters;
  for (const MessageJson& one : json) {
    const auto dims = one.at("shape").get<std::vector<std::int64_t>>();
    parameters.push_back({.name = one.at("name"), .shape = Shape::of(dims)});
  }
  return parameters;
}

MessageJson json_of(const Resources& resources) {
  MessageJson json = {{"peak", resources.memory_peak},
                      {"reserved", resources.memory_left_reserved},
                      {"tasks", resources.tasks_left},
                      {"files", resources.files_left_open}};
  if (resources.handlers_left) json["handlers"] = *resources.handlers_left;
  return json;
}
Resources resources_from(const MessageJson& json) {
  Resources resources{.memory_peak = json.at("peak"),
                      .memory_left_reserved = json.at("reserved"),
                      .tasks_left = json.at("tasks"),
                      .files_left_open = json.at("files")};
  if (json.contains("handlers")) {
    resources.handlers_left = json.at("handlers").get<std::vector<int>>();
  }
  return resources;
}

}  // namespace

std::string bytes_of(const Message& message) {
  MessageJson json = {{"parameters", json_of(message.parameters)},
                      {"harness_failed", message.harness_failed}};
  if (message.weights) json["weights"] = json_of(*message.weights);
  if (message.call) json["call"] = json_of(*message.call);
  if (message.resources) json["resources"] = json_of(*message.resources);
  const std::vector<std::uint8_t> body = MessageJson::to_cbor(json);
  const std::uint64_t size = body.size();
  std::string bytes(sizeof size + body.size(), '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  std::memcpy(bytes.data() + sizeof size, body.data(), body.size());
  return bytes;
}

std::optional<Message> take_message(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (bytes.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, bytes.data(), sizeof size);
  if (bytes.size() - sizeof size < size) return std::nullopt;
  const std::string_view body = bytes.substr(sizeof size, size);
  bytes.remove_prefix(sizeof size + size);
  const MessageJson json = MessageJson::from_cbor(body);
  Message message{.parameters = parameters_from(json.at("parameters")),
                  .harness_failed = json.at("harness_failed")};
  if (json.contains("weights")) message.weights = weights_from(json.at("weights"));
  if (json.contains("call")) message.call = call_from(json.at("call"));
  if (json.contains("resources")) message.resources = resources_from(json.at("resources"));
  return message;
}

}  // namespace trainwreck
