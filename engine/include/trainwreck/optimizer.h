#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/parameters.h"
#include "trainwreck/entry.h"
#include "trainwreck/schedule.h"

namespace trainwreck {

// At most one of them, as in Keras.
struct Clipping {
  std::optional<float> norm = {};         // each parameter's gradient
  std::optional<float> global_norm = {};  // all gradients together
  std::optional<float> value = {};        // each element
};

// Per-weight memory of an optimizer, as long as the weights: what a checkpoint saves.
struct OptimizerSlot {
  std::string name;  // "momentum", "velocity"
  std::span<float> values;
};

// Turns gradients into new weights. `step` is the one place where weights change in training. A
// model owns it; one thread at a time. Slots, iterations() and learning_rate() are all
// that it remembers: a checkpoint that puts them back has it go on with the same bits.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual std::string_view kind() const = 0;
  // Makes the slots (zero) for a model of this size. Called once, before the first step.
  virtual void build(const Parameters& parameters) = 0;
  // Clips, updates, counts. Nothing in it throws or allocates once built: a step that reaches this
  // call is committed. An optimizer that cannot promise that says so with no_fail() == false, and
  // the loop takes a snapshot first.
  virtual void step(Parameters& parameters);
  virtual bool no_fail() const { return true; }
  virtual std::vector<OptimizerSlot> slots() = 0;

  // Virtual for whoever wraps an optimizer in another; there is one answer for all the others.
  virtual std::int64_t iterations() const { return iterations_; }
  virtual void set_iterations(std::int64_t iterations) { iterations_ = iterations; }
  // The rate that the next step will use.
  virtual float learning_rate() const;
  // Throws TypeError when a schedule decides.
  virtual void set_learning_rate(float rate);
  virtual bool has_schedule() const { return schedule_ != nullptr; }
  virtual const Clipping& clipping() const { return clipping_; }

 protected:
  Optimizer(float learning_rate, Clipping clipping, std::unique_ptr<Schedule> schedule);
  // The arithmetic of one step with clipped gradients; iterations() still counts the steps before.
  virtual void update(std::span<float> values, std::span<const float> gradients, float rate) = 0;

 private:
  void clip(Parameters& parameters) const;

  float learning_rate_;
  Clipping clipping_;
  std::unique_ptr<Schedule> schedule_;
  std::int64_t iterations_ = 0;
};

using OptimizerEntry = Entry<std::unique_ptr<Optimizer>>;
std::span<const OptimizerEntry> builtin_optimizers();

}  // namespace trainwreck
