#include "engine/sources/check_data.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

namespace {

class Examination {
 public:
  Examination(std::shared_ptr<DataSource> source, const CheckPlan& plan)
      : source_(std::move(source), plan.options), plan_(plan), traits_(source_.traits()) {}

  CheckReport report;

  void walk(std::int64_t number) {
    pass_ = {.number = number, .seed = plan_.seed, .shuffle = plan_.shuffle};
    given_ = 0;
    if (!holds(0, [this] { source_.start_pass(pass_); })) return;
    holds(0, [this] { source_.on_epoch_begin(); });
    if (traits_.access == Access::stream) {
      walk_stream();
    } else {
      walk_indices();
    }
    holds(given_, [this] { source_.on_epoch_end(); });
  }

  bool enough() const {
    return static_cast<std::int64_t>(report.findings.size()) >= plan_.findings;
  }

 private:
  // Runs one step; false when it broke a rule. What is no std::exception passes.
  template <class Step>
  bool holds(std::int64_t batch, Step step) {
    try {
      step();
      return true;
    } catch (const std::exception& error) {
      if (std::optional<Finding> finding = source_.take_finding()) {
        report.findings.push_back(std::move(*finding));
      } else {
        find(batch, "does_not_throw", "a batch",
             std::string(error_name(error)) + ": " + error.what());
      }
      return false;
    }
  }

  void find(std::int64_t batch, std::string_view rule, std::string expected, std::string actual) {
    report.findings.push_back(
        {pass_.number, batch, {rule, std::move(expected), std::move(actual), false}});
  }

  void walk_stream() {
    bool more = true;
    while (more && given_ < plan_.batches && !enough()) {
      holds(given_, [this, &more] { more = source_.fetch(given_, batch_); });
      if (more) ++given_;
    }
    report.batches += given_;
    if (more) {
      report.complete = false;
      return;
    }
    bool again = false;
    holds(given_, [this, &again] { again = source_.fetch(given_, batch_); });
    if (again) find(given_, "stays_exhausted", "nothing after the end", "a batch");
    compare_with_first_pass();
  }

  void compare_with_first_pass() {
    if (pass_.number == 0) {
      first_pass_ = given_;
    } else if (traits_.replayable && first_pass_ && given_ != *first_pass_) {
      find(given_, "replays", std::to_string(*first_pass_) + " batches as in pass 0",
           std::to_string(given_));
    }
  }

  void walk_indices() {
    const std::optional<std::int64_t> length = source_.length();
    if (!length || *length < 0) {
      find(0, "length_is_honest", "a length, because batches are asked for by index",
           length ? std::to_string(*length) : "none");
      return;
    }
    std::vector<std::int64_t> order(static_cast<std::size_t>(std::min(*length, plan_.batches)));
    std::iota(order.begin(), order.end(), 0);
    if (pass_.shuffle && !traits_.shuffles_rows) shuffled_order(pass_, order);
    for (const std::int64_t index : order) {
      if (enough()) break;
      holds(index, [this, index] { source_.fetch(index, batch_); });
      ++given_;
    }
    report.batches += given_;
    if (given_ < *length) report.complete = false;
    check_end(*length);
  }

  void check_end(std::int64_t length) {
    try {
      source_.fetch(length, batch_);
      find(length, "index_is_checked", "IndexError", "a batch");
    } catch (const IndexError&) {
      // As it should be.
    } catch (const std::exception& error) {
      source_.take_finding();
      find(length, "index_is_checked", "IndexError",
           std::string(error_name(error)) + ": " + error.what());
    }
  }

  CheckedSource source_;
  CheckPlan plan_;
  SourceTraits traits_;
  Pass pass_;
  Batch batch_;
  std::int64_t given_ = 0;
  std::optional<std::int64_t> first_pass_;
};

}  // namespace

CheckReport check_data(std::shared_ptr<DataSource> source, const CheckPlan& plan) {
  Examination examination(std::move(source), plan);
  for (std::int64_t number = 0; number < plan.passes && !examination.enough(); ++number) {
    examination.walk(number);
  }
  examination.report.complete = examination.report.complete && !examination.enough();
  return std::move(examination.report);
}

}  // namespace trainwreck
