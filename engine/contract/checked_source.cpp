#include "engine/contract/checked_source.h"

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

CheckedSource::CheckedSource(std::shared_ptr<DataSource> source, const CheckOptions& options)
    : source_(std::move(source)),
      options_(options),
      contract_(options.contract),
      stream_(source_->traits().access == Access::stream) {
  // A loop may ask for batches before it starts a pass.
  contract_.begins({.number = -1}, source_->traits(), source_->length());
}

SourceTraits CheckedSource::traits() const {
  SourceTraits traits = source_->traits();
  traits.name = "checked(" + traits.name + ")";
  traits.thread_safe = false;
  return traits;
}

void CheckedSource::start_pass(const Pass& pass) {
  source_->start_pass(pass);
  pass_ = pass.number;
  check_handed_out();
  throw_if(contract_.begins(pass, source_->traits(), source_->length()), 0);
}

void CheckedSource::turn_epoch(void (DataSource::*hook)()) {
  try {
    (source_.get()->*hook)();
  } catch (const std::exception& error) {
    if (RuleResult broken = contract_.throws_in_hook(error)) {
      finding_ = DataFinding{pass_, contract_.given(), std::move(*broken)};
    }
    throw;
  }
  check_handed_out();
  throw_if(contract_.turns_epoch(source_->traits(), source_->length()), contract_.given());
}

void CheckedSource::throw_if(RuleResult broken, std::int64_t index) {
  if (!broken) return;
  const std::string message = traits().name + ": " + text_of(*broken, index);
  const bool shape = broken->shape;
  finding_ = DataFinding{pass_, index, std::move(*broken)};
  if (shape) throw ShapeError(message);
  throw BadBatch(message);
}

bool CheckedSource::fetch(std::int64_t index, Batch& out) {
  const bool got =
      options_.watch_handed_out ? fetch_watched(index, out) : fetch_from_source(index, out);
  throw_if(got ? contract_.gives(index, out) : contract_.exhausts(index), index);
  throw_if(contract_.says_length(source_->length()), index);
  if (got && options_.ask_twice && !stream_) check_again(index, out);
  return got;
}

bool CheckedSource::fetch_from_source(std::int64_t index, Batch& out) {
  try {
    return source_->fetch(index, out);
  } catch (const std::exception& error) {
    RuleResult broken = contract_.refuses(index, error);
    if (!broken) throw;
    if (broken->rule != Rule::does_not_throw) throw_if(broken, index);
    finding_ = DataFinding{pass_, index, std::move(*broken)};
    throw;
  }
}

bool CheckedSource::fetch_watched(std::int64_t index, Batch& out) {
  Batch& now = watched_[1 - turn_];
  lay_traps(now);
  const bool got = fetch_from_source(index, now);
  lift_traps(now);
  check_handed_out();
  if (!got) return false;
  turn_ = 1 - turn_;
  checksum_ = checksum(now);
  if (contract_.asks(Rule::writes_every_value)) throw_if(writes_every_value(now), index);
  out = now;
  return true;
}

// What was handed out lies still while the source does anything.
void CheckedSource::check_handed_out() {
  const std::optional<std::uint64_t> then = std::exchange(checksum_, std::nullopt);
  if (!then || !contract_.asks(Rule::untouched_after_hand_out)) return;
  const Batch& before = watched_[turn_];
  throw_if(untouched_after_hand_out(*then, before), before.id.index);
}

void CheckedSource::check_again(std::int64_t index, const Batch& out) {
  fetch_from_source(index, again_);
  if (contract_.asks(Rule::same_when_asked_twice)) {
    throw_if(same_when_asked_twice(out, again_), index);
  }
}

std::shared_ptr<DataSource> CheckedSource::split_off(double fraction) {
  return std::make_shared<CheckedSource>(source_->split_off(fraction), options_);
}

}  // namespace trainwreck
