#include "engine/sources/checked_source.h"

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

CheckedSource::CheckedSource(std::shared_ptr<DataSource> source, const CheckOptions& options)
    : source_(std::move(source)),
      options_(options),
      rules_(options.rules),
      stream_(source_->traits().access == Access::stream),
      declared_(source_->length()) {}

SourceTraits CheckedSource::traits() const {
  SourceTraits traits = source_->traits();
  traits.name = "checked(" + traits.name + ")";
  traits.thread_safe = false;
  return traits;
}

void CheckedSource::start_pass(const Pass& pass) {
  source_->start_pass(pass);
  pass_ = pass.number;
  given_ = 0;
  declared_ = source_->length();
  rules_.start_pass();
  checksum_.reset();
}

void CheckedSource::throw_if(RuleResult broken, std::int64_t index) {
  if (!broken) return;
  const std::string message = traits().name + ": " + text_of(*broken, index);
  const bool shape = broken->shape;
  finding_ = Finding{pass_, index, std::move(*broken)};
  if (shape) throw ShapeError(message);
  throw BadBatch(message);
}

bool CheckedSource::fetch(std::int64_t index, Batch& out) {
  const bool got =
      options_.watch_handed_out ? fetch_watched(index, out) : fetch_checked(index, out);
  if (!got) {
    throw_if(length_is_honest(declared_, given_, true), index);
    return false;
  }
  ++given_;
  throw_if(rules_.check(out), index);
  if (stream_) throw_if(length_is_honest(declared_, given_, false), index);
  if (options_.ask_twice && !stream_) check_again(index, out);
  return true;
}

bool CheckedSource::fetch_checked(std::int64_t index, Batch& out) {
  try {
    return source_->fetch(index, out);
  } catch (const IndexError&) {
    // Beyond its end it may say so; before that it does not keep its word.
    if (!stream_ && declared_ && index >= 0 && index < *declared_) {
      throw_if(length_is_honest(declared_, index, true), index);
    }
    throw;
  }
}

bool CheckedSource::fetch_watched(std::int64_t index, Batch& out) {
  Batch& before = watched_[turn_];
  turn_ = 1 - turn_;
  Batch& now = watched_[turn_];
  const bool got = fetch_checked(index, now);
  const std::optional<std::uint64_t> then = std::exchange(checksum_, std::nullopt);
  if (then) throw_if(untouched_after_hand_out(*then, before), before.id.index);
  if (!got) return false;
  checksum_ = checksum(now);
  out = now;
  return true;
}

void CheckedSource::check_again(std::int64_t index, const Batch& out) {
  fetch_checked(index, again_);
  throw_if(same_when_asked_twice(out, again_), index);
}

std::shared_ptr<DataSource> CheckedSource::split_off(double fraction) {
  return std::make_shared<CheckedSource>(source_->split_off(fraction), options_);
}

}  // namespace trainwreck
