#pragma once

#include <string>
#include <utility>

#include "trainwreck/callback.h"

namespace trainwreck {

// Overrides every hook and does nothing in it: what a hook costs, and where it comes.
class Probe final : public Callback {
 public:
  explicit Probe(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }

  void on_train_begin(Event&) override {}
  void on_train_end(Event&) override {}
  void on_epoch_begin(Event&) override {}
  void on_epoch_end(Event&) override {}
  void on_train_batch_begin(Event&) override {}
  void on_train_batch_end(Event&) override {}
  void on_test_begin(Event&) override {}
  void on_test_end(Event&) override {}
  void on_test_batch_begin(Event&) override {}
  void on_test_batch_end(Event&) override {}
  void on_predict_begin(Event&) override {}
  void on_predict_end(Event&) override {}
  void on_predict_batch_begin(Event&) override {}
  void on_predict_batch_end(Event&) override {}
  void on_exception(Event&) override {}

 private:
  std::string name_;
};

}  // namespace trainwreck
