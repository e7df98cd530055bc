#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "engine/contract/data_rules.h"
#include "engine/contract/row_book.h"
#include "engine/contract/sample_ledger.h"

namespace trainwreck {

struct ContractOptions {
  RuleSet without;                   // rules that this source need not keep
  std::int64_t longest = 1'000'000;  // by then a stream that tells no length has ended
  std::int64_t keep_bytes = 0;       // of batches, to tell how a second answer differs
  std::optional<std::int64_t> rows = std::nullopt;  // that a pass has at most
};

// The rules of a data source, held against what it says and does. Every way of checking a source
// tells its life to one of these, call by call in the order in which it happened; each call returns
// the first rule that is broken by it. A broken rule leaves the contract fit to go on.
class DataContract {
 public:
  explicit DataContract(const ContractOptions& options = {}) : options_(options) {}

  // start_pass(pass), and what the source says of itself after that.
  RuleResult begins(const Pass& pass, const SourceTraits& traits,
                    std::optional<std::int64_t> length);
  // fetch(index) filled a batch, said that there are no more, or threw.
  RuleResult gives(std::int64_t index, const Batch& batch);
  RuleResult exhausts(std::int64_t index);
  RuleResult refuses(std::int64_t index, const std::exception& error);
  // length() after a fetch.
  RuleResult says_length(std::optional<std::int64_t> length);
  // on_epoch_begin or on_epoch_end returned or threw.
  RuleResult turns_epoch(const SourceTraits& traits, std::optional<std::int64_t> length);
  RuleResult throws_in_hook(const std::exception& error);

  // Judged by others, who saw the evidence: nothing where the rule does not apply here.
  RuleResult broken(RuleBreak found);
  bool asks(Rule rule);

  // Rules that something was held against.
  const RuleSet& looked_at() const { return looked_at_; }
  // Batches in this pass; over the whole life where a source does not begin again.
  std::int64_t given() const { return given_; }

 private:
  // What was answered at an index, or at a position of a stream.
  struct Answer {
    bool known = false;
    std::uint64_t sum = 0;
    std::int64_t errors = 0;  // how many there had been
    std::int64_t begun = 0;   // how often this very pass had been begun
    Batch batch;              // while keep_bytes allow
  };

  bool stream() const { return traits_.access == Access::stream; }
  bool within(std::int64_t index) const { return index >= 0 && declared_ && index < *declared_; }
  RuleResult check_kind(const SourceTraits& traits);
  RuleResult check_place(std::int64_t index);
  RuleResult check_alone(const Batch& batch);
  RuleResult check_beside(const Batch& batch);
  RuleResult check_count();
  RuleResult check_end(std::int64_t position);
  RuleResult check_whole_pass();
  RuleResult check_samples(std::int64_t position, const Batch& batch);
  RuleResult check_rows(std::int64_t position, const Batch& batch);
  RuleResult check_answer(std::int64_t position, const Batch& batch);
  void keep(Answer& answer, const Batch& batch);
  void forget_answers();
  template <class Check>
  RuleResult hold(Rule rule, Check check);

  ContractOptions options_;
  RuleSet looked_at_;
  SourceTraits traits_;
  bool has_traits_ = false;
  std::optional<Pass> pass_;
  std::int64_t begun_ = 0;
  std::optional<std::int64_t> declared_;
  std::int64_t given_ = 0;
  bool ended_ = false;
  bool just_failed_ = false;
  std::int64_t errors_ = 0;
  std::optional<std::int64_t> whole_pass_;
  Batch first_;       // of the pass
  Batch first_ever_;  // of the source's life
  bool has_first_ = false;
  bool has_first_ever_ = false;
  std::vector<Answer> answers_;
  std::int64_t kept_bytes_ = 0;
  SampleLedger samples_;
  RowBook rows_;
};

}  // namespace trainwreck
