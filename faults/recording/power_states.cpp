#include "faults/recording/power_states.h"

#include <algorithm>
#include <unordered_set>

#include "faults/recording/content_hash.h"
#include "faults/recording/power_cut.h"
#include "faults/recording/power_log.h"

namespace trainwreck::outside {
namespace {

using Answers = PowerCut::Answers;

bool changes_anything(const Operation& operation) {
  return operation.counts() && changes_the_tree(operation.kind);
}

class PowerExplorer {
 public:
  PowerExplorer(const Recording& recording, PersistenceModel model, const PowerBounds& bounds,
                const std::function<void(const PowerState&)>& visit)
      : recording_(recording),
        model_(model),
        bounds_(bounds),
        visit_(visit),
        hash_(*recording.spool) {}

  PowerCount explore() {
    for (const LossPhase phase :
         {LossPhase::none, LossPhase::one_lost, LossPhase::one_torn, LossPhase::several}) {
      phase_ = phase;
      walk();
      if (model_ == PersistenceModel::sigkill) break;
    }
    return count_;
  }

 private:
  void walk() {
    PowerLog log(recording_, model_);
    PowerCut cut(log, hash_);
    claimed_ = claim_at(0);
    at_cut(log, cut);
    while (log.done() < recording_.operations.size()) {
      const Operation& operation = recording_.operations[log.done()];
      log.advance();
      const std::uint64_t before = claimed_;
      claimed_ = claim_at(log.done());
      if (changes_anything(operation) || claimed_ != before) at_cut(log, cut);
    }
  }

  std::uint64_t claim_at(std::size_t done) const { return bounds_.claim ? bounds_.claim(done) : 0; }

  void at_cut(PowerLog& log, PowerCut& cut) {
    cut.begin();
    cut_ = &cut;
    done_ = log.done();
    answers_.assign(cut.questions().size(), 0);
    if (phase_ == LossPhase::none) {
      ++count_.cuts;
      show();
    } else if (phase_ == LossPhase::several) {
      several();
    } else {
      one_operation_at_a_time();
    }
  }

  void one_operation_at_a_time() {
    const auto& questions = cut_->questions();
    std::map<std::size_t, std::vector<std::size_t>> by_operation;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      by_operation[questions[i].operation].push_back(i);
    }
    for (const auto& [operation, asked] : by_operation) combine(asked, 0);
  }

  // With a journal, more than the first answer about the names loses more than one operation.
  void combine(const std::vector<std::size_t>& asked, std::size_t from) {
    if (from == asked.size()) return show();
    const std::size_t question = asked[from];
    const bool is_names = question == 0 && !log_is_weak();
    const std::uint32_t options = is_names ? 2 : cut_->questions()[question].options;
    for (std::uint32_t answer = 0; answer < options; ++answer) {
      answers_[question] = answer;
      combine(asked, from + 1);
    }
    answers_[question] = 0;
  }

  bool log_is_weak() const { return model_ == PersistenceModel::weak; }

  void several() {
    double combinations = 1;
    for (const PowerCut::Question& question : cut_->questions()) combinations *= question.options;
    if (combinations <= static_cast<double>(bounds_.states_per_cut)) return every_combination();
    ++count_.bounded;
    pairs();
  }

  void every_combination() {
    const auto& questions = cut_->questions();
    for (;;) {
      show();
      std::size_t digit = questions.size();
      while (digit > 0 && ++answers_[digit - 1] == questions[digit - 1].options) {
        answers_[--digit] = 0;
      }
      if (digit == 0) return;
    }
  }

  void pairs() {
    std::uint64_t shown = 0;
    for (std::size_t first = 0; first < answers_.size(); ++first) {
      answers_[first] = 1;
      for (std::size_t second = first + 1; second < answers_.size(); ++second) {
        if (shown++ >= bounds_.states_per_cut) break;
        answers_[second] = 1;
        show();
        answers_[second] = 0;
      }
      answers_[first] = 0;
    }
  }

  LossPhase phase_of() {
    if (std::all_of(answers_.begin(), answers_.end(), [](auto answer) { return answer == 0; })) {
      return LossPhase::none;
    }
    cut_->missing(answers_, missing_);
    if (missing_.size() > 1) return LossPhase::several;
    return missing_.empty() || !missing_.begin()->second ? LossPhase::one_torn
                                                         : LossPhase::one_lost;
  }

  // What belongs to another phase is left to that. Among several, most trees have been seen, so
  // what is missing is found out only where it is to be told.
  void show() {
    const bool late = phase_ == LossPhase::several;
    if (!late && phase_of() != phase_) return;
    ++count_.tried[static_cast<std::size_t>(phase_)];
    const std::uint64_t tree = cut_->tree_hash(answers_);
    bool fresh = seen_.insert(tree).second;
    if (bounds_.claim && !late) fresh = seen_.insert(mix(tree, claimed_)).second;
    if (!fresh) return;
    ++count_.different;
    state_.phase = late ? phase_of() : phase_;
    state_.done = done_;
    state_.tree = tree;
    state_.losses.clear();
    if (state_.phase == LossPhase::none) missing_.clear();
    for (const auto& [operation, wholly] : missing_) state_.losses.push_back({operation, !wholly});
    state_.build = [this] { return cut_->build(answers_); };
    visit_(state_);
  }

  const Recording& recording_;
  PersistenceModel model_;
  const PowerBounds& bounds_;
  const std::function<void(const PowerState&)>& visit_;
  ContentHash hash_;
  LossPhase phase_ = LossPhase::none;
  PowerCut* cut_ = nullptr;
  std::size_t done_ = 0;
  std::uint64_t claimed_ = 0;
  Answers answers_;
  std::map<std::size_t, bool> missing_;
  std::unordered_set<std::uint64_t> seen_;
  PowerState state_;
  PowerCount count_;
};

bool is_missing(const PowerState& state, std::size_t operation) {
  return std::any_of(state.losses.begin(), state.losses.end(),
                     [&](const PowerLoss& loss) { return loss.operation == operation; });
}

}  // namespace

PowerCount for_each_power_state(const Recording& recording, PersistenceModel model,
                                const PowerBounds& bounds,
                                const std::function<void(const PowerState&)>& visit) {
  return PowerExplorer(recording, model, bounds, visit).explore();
}

std::string explain(const Recording& recording, const PowerState& state) {
  for (const PowerLoss& loss : state.losses) {
    const std::string lost =
        text_of(recording.operations[loss.operation]) + (loss.torn ? " is torn" : " is lost");
    for (std::size_t later = loss.operation + 1; later < state.done; ++later) {
      const Operation& operation = recording.operations[later];
      if (!changes_anything(operation) || is_missing(state, later)) continue;
      return lost + ", " + text_of(operation) + " is there";
    }
    return lost;
  }
  for (std::size_t i = state.done; i > 0; --i) {
    if (!changes_anything(recording.operations[i - 1])) continue;
    return "all is there up to " + text_of(recording.operations[i - 1]);
  }
  return "all is there as it was at the start";
}

}  // namespace trainwreck::outside
