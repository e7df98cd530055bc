#include "engine/checkpoint/checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

void capture_floats(std::span<const float> numbers, Floats& into, Capture how) {
  if (how == Capture::borrowed) {
    into.borrow(numbers);
  } else {
    into.copy(numbers);
  }
}

void capture_optimizer(Optimizer& optimizer, SavedOptimizer& into, Capture how) {
  into.kind = std::string(optimizer.kind());
  into.iterations = optimizer.iterations();
  into.learning_rate = optimizer.learning_rate();
  into.has_schedule = optimizer.has_schedule();
  const std::vector<OptimizerSlot> slots = optimizer.slots();
  into.slots.resize(slots.size());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    into.slots[i].name = slots[i].name;
    capture_floats(slots[i].values, into.slots[i].values, how);
  }
}

const SavedParameter* find(const Checkpoint& checkpoint, std::string_view name) {
  for (const SavedParameter& parameter : checkpoint.weights) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

using Differences = std::vector<std::string>;

void compare_weights(const Checkpoint& checkpoint, const Model& model, Differences& out) {
  for (const ParameterInfo& info : model.parameters().infos()) {
    const SavedParameter* saved = find(checkpoint, info.name);
    if (saved == nullptr) {
      out.push_back(fmt::format("{} is missing", info.name));
    } else if (saved->shape != info.shape) {
      out.push_back(fmt::format("{} is {}, the model's is {}", info.name, saved->shape.text(),
                                info.shape.text()));
    }
  }
  for (const SavedParameter& saved : checkpoint.weights) {
    if (model.parameters().find(saved.name) == nullptr) {
      out.push_back(fmt::format("{} is not in the model", saved.name));
    }
  }
}

std::vector<std::string> slot_names(const SavedOptimizer& saved) {
  std::vector<std::string> names;
  for (const SavedOptimizer::Slot& slot : saved.slots) names.push_back(slot.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> slot_names(Optimizer& optimizer) {
  std::vector<std::string> names;
  for (const OptimizerSlot& slot : optimizer.slots()) names.push_back(slot.name);
  std::sort(names.begin(), names.end());
  return names;
}

void compare_optimizer(const SavedOptimizer& saved, Optimizer& optimizer, Differences& out) {
  if (saved.kind != optimizer.kind()) {
    out.push_back(
        fmt::format("the optimizer is {}, the model's is {}", saved.kind, optimizer.kind()));
    return;
  }
  const auto there = slot_names(saved);
  const auto here = slot_names(optimizer);
  if (there != here) {
    out.push_back(fmt::format("the optimizer's slots are [{}], the model's are [{}]",
                              fmt::join(there, ", "), fmt::join(here, ", ")));
  }
}

// The saved order of parameters need not be the model's.
void copy_slot(const Checkpoint& checkpoint, const Floats& values, const Parameters& parameters,
               std::span<float> out) {
  std::size_t at = 0;
  for (const SavedParameter& saved : checkpoint.weights) {
    const ParameterInfo* info = parameters.find(saved.name);
    std::copy_n(values.begin() + at, saved.values.size(),
                out.begin() + static_cast<std::ptrdiff_t>(info->offset));
    at += saved.values.size();
  }
}

void restore_optimizer(const Checkpoint& checkpoint, Model& model) {
  const SavedOptimizer& saved = *checkpoint.optimizer;
  Optimizer& optimizer = model.optimizer();
  for (const OptimizerSlot& slot : optimizer.slots()) {
    const auto from =
        std::find_if(saved.slots.begin(), saved.slots.end(),
                     [&](const SavedOptimizer::Slot& other) { return other.name == slot.name; });
    copy_slot(checkpoint, from->values, model.parameters(), slot.values);
  }
  optimizer.set_iterations(saved.iterations);
  if (!optimizer.has_schedule()) optimizer.set_learning_rate(saved.learning_rate);
}

}  // namespace

Checkpoint capture_model(Model& model) {
  Checkpoint checkpoint;
  capture_model(model, checkpoint, Capture::copied);
  return checkpoint;
}

void capture_model(Model& model, Checkpoint& into, Capture how) {
  if (!model.built()) throw StateError("a model that is not built has no weights to save");
  into.input_row = model.input_row();
  const auto& infos = model.parameters().infos();
  into.weights.resize(infos.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const auto values = std::as_const(model).parameters().values_of(infos[i]);
    into.weights[i].name = infos[i].name;
    into.weights[i].shape = infos[i].shape;
    capture_floats(values, into.weights[i].values, how);
  }
  if (!model.compiled()) {
    into.optimizer.reset();
    return;
  }
  if (!into.optimizer) into.optimizer.emplace();
  capture_optimizer(model.optimizer(), *into.optimizer, how);
}

std::int64_t bytes_to_capture(Model& model) {
  const std::size_t slots = model.compiled() ? model.optimizer().slots().size() : 0;
  return model.parameters().bytes() * static_cast<std::int64_t>(1 + slots);
}

std::string non_finite_parameter(const Checkpoint& checkpoint) {
  for (const SavedParameter& parameter : checkpoint.weights) {
    if (!all_finite(parameter.values)) return parameter.name;
  }
  return {};
}

void restore_model(const Checkpoint& checkpoint, Model& model) {
  if (!model.built()) model.build(checkpoint.input_row);
  Differences differences;
  compare_weights(checkpoint, model, differences);
  const bool with_optimizer = checkpoint.optimizer && model.compiled();
  if (with_optimizer) compare_optimizer(*checkpoint.optimizer, model.optimizer(), differences);
  if (!differences.empty()) {
    throw ValueError(
        fmt::format("the checkpoint is of another model: {}", fmt::join(differences, "; ")));
  }
  for (const SavedParameter& saved : checkpoint.weights) {
    const ParameterInfo* info = model.parameters().find(saved.name);
    std::copy(saved.values.begin(), saved.values.end(),
              model.parameters().values_of(*info).begin());
  }
  if (with_optimizer) restore_optimizer(checkpoint, model);
}

}  // namespace trainwreck
