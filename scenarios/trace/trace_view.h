#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// Whom a story listens to, and for what. Each entry of a scenario's "of" is one of
//   A                              a callback's hooks; a source's epoch begin, epoch end and items
//   A.on_epoch_end                 that alone
//   A except on_train_batch_end    all but that
//   train_step, test_step          the steps
//   train_step.data                the steps, each by the first feature of its batch: where
//                                  batches are not marked by their numbers
//   ds.[*], train_step.rows        an item, a step, but not which one: where chance decides
// A callback's set_model and its own warnings (warns), and a source's yield, exhausted and raises,
// are heard where they are named. "+100" at the end counts batches from 100 on: "test_step+100".
class View {
 public:
  explicit View(const std::vector<std::string>& entries);

  // Whether `what` of `who` is heard; the number of the first batch then.
  std::optional<std::int64_t> matches(std::string_view who, std::string_view what = {}) const;

 private:
  struct Entry {
    std::string who;
    std::string what;  // empty: all of it
    std::vector<std::string> except{};
    std::int64_t first = 0;
  };
  static Entry read(std::string_view text);

  std::vector<Entry> entries_;
};

}  // namespace trainwreck
