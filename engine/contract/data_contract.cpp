#include "engine/contract/data_contract.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

// More answers than these are not remembered: a stream need not end.
constexpr std::int64_t kMostAnswers = 1 << 16;

std::string batches(std::int64_t count) {
  return fmt::format("{} batch{}", count, count == 1 ? "" : "es");
}

std::string length_text(std::optional<std::int64_t> length) {
  return length ? std::to_string(*length) : "none";
}

std::string text_of(const std::exception& error) {
  return fmt::format("{}: {}", error_name(error), error.what());
}

std::string text_of(const SourceTraits& traits) {
  return fmt::format("\"{}\", {}{}{}{}", traits.name,
                     traits.access == Access::stream ? "a stream" : "random access",
                     traits.shuffles_rows ? ", shuffles rows" : "",
                     traits.thread_safe ? ", thread-safe" : "",
                     traits.replayable ? ", replayable" : "");
}

bool same_kind(const SourceTraits& a, const SourceTraits& b) {
  return a.name == b.name && a.access == b.access && a.shuffles_rows == b.shuffles_rows &&
         a.thread_safe == b.thread_safe && a.replayable == b.replayable;
}

bool same_pass(const Pass& a, const Pass& b) {
  return a.number == b.number && a.seed == b.seed && a.shuffle == b.shuffle;
}

RuleResult same_shapes(const Batch& first, const Batch& batch) {
  if (RuleResult broken = one_dtype(first, batch)) return broken;
  if (RuleResult broken = one_rank(first, batch)) return broken;
  return one_shape(first, batch);
}

}  // namespace

bool DataContract::asks(Rule rule) {
  if (options_.without.has(rule)) return false;
  looked_at_.add(rule);
  return true;
}

RuleResult DataContract::broken(RuleBreak found) {
  if (!asks(found.rule)) return std::nullopt;
  return found;
}

template <class Check>
RuleResult DataContract::hold(Rule rule, Check check) {
  if (!asks(rule)) return std::nullopt;
  return check();
}

void DataContract::forget_answers() {
  for (Answer& answer : answers_) answer.known = false;
  kept_bytes_ = 0;
  samples_.forget();
  rows_.forget();
}

RuleResult DataContract::check_kind(const SourceTraits& traits) {
  if (!has_traits_) {
    traits_ = traits;
    has_traits_ = true;
    return std::nullopt;
  }
  if (same_kind(traits_, traits)) return std::nullopt;
  return broken({Rule::epoch_end_keeps_kind, text_of(traits_), text_of(traits)});
}

RuleResult DataContract::begins(const Pass& pass, const SourceTraits& traits,
                                std::optional<std::int64_t> length) {
  RuleResult kind = check_kind(traits);
  const bool again = pass_ && same_pass(*pass_, pass);
  if (!again) begun_ = 0;
  ++begun_;
  pass_ = pass;
  just_failed_ = false;
  declared_ = length;
  has_first_ = false;
  // What cannot begin again goes on: its length, its end and its answers are those of its life.
  if (!stream() || traits_.replayable) {
    given_ = 0;
    ended_ = false;
    samples_.forget();
    rows_.forget();
    if (!again) forget_answers();
  }
  if (kind) return kind;
  if (declared_ ? *declared_ >= 0 : stream()) return std::nullopt;
  return broken({Rule::length_is_honest,
                 stream() ? "a length of at least 0" : "a length, because batches have an index",
                 length_text(declared_)});
}

RuleResult DataContract::says_length(std::optional<std::int64_t> length) {
  if (!asks(Rule::length_is_stable) || length == declared_) return std::nullopt;
  return RuleBreak{Rule::length_is_stable, length_text(std::exchange(declared_, length)),
                   length_text(length)};
}

RuleResult DataContract::turns_epoch(const SourceTraits& traits,
                                     std::optional<std::int64_t> length) {
  forget_answers();
  pass_.reset();
  declared_ = length;
  return check_kind(traits);
}

RuleResult DataContract::throws_in_hook(const std::exception& error) {
  ++errors_;
  return broken({Rule::does_not_throw, "nothing", text_of(error)});
}

RuleResult DataContract::exhausts(std::int64_t index) {
  const bool failed = std::exchange(just_failed_, false);
  if (!stream() && !within(index)) {
    return broken({Rule::index_is_checked, "IndexError", "the end"});
  }
  const bool too_soon = !ended_ && (!declared_ || given_ < *declared_);
  if (stream() && failed && too_soon) {
    if (RuleResult found =
            broken({Rule::usable_or_dead, "a batch or another error after the error", "the end"})) {
      return found;
    }
  }
  const bool first_time = !std::exchange(ended_, true);
  if (!first_time) asks(Rule::stays_exhausted);
  if (first_time && stream()) rows_.end_pass(given_);
  if (declared_) return check_end(stream() ? given_ : index);
  return first_time && traits_.replayable ? check_whole_pass() : std::nullopt;
}

RuleResult DataContract::check_end(std::int64_t position) {
  return hold(Rule::length_is_honest, [&]() -> RuleResult {
    if (position >= *declared_) return std::nullopt;
    return RuleBreak{Rule::length_is_honest, batches(*declared_), std::to_string(position)};
  });
}

RuleResult DataContract::check_whole_pass() {
  asks(Rule::ends);
  if (!whole_pass_) {
    whole_pass_ = given_;
    return std::nullopt;
  }
  return hold(Rule::replays, [&]() -> RuleResult {
    if (given_ == *whole_pass_) return std::nullopt;
    return RuleBreak{Rule::replays, fmt::format("{} as in the first pass", batches(*whole_pass_)),
                     std::to_string(given_)};
  });
}

RuleResult DataContract::refuses(std::int64_t index, const std::exception& error) {
  ++errors_;
  just_failed_ = true;
  const bool beyond = dynamic_cast<const IndexError*>(&error) != nullptr ||
                      dynamic_cast<const DataExhausted*>(&error) != nullptr;
  if (stream() && ended_) {
    if (beyond) return std::nullopt;
    return broken({Rule::stays_exhausted, "nothing after the end", text_of(error)});
  }
  if (!stream() && !within(index)) {
    if (beyond && asks(Rule::index_is_checked)) return std::nullopt;
    return broken({Rule::index_is_checked, "IndexError", text_of(error)});
  }
  // Beyond its end it may say so; before that it does not keep its word.
  if (!stream() && beyond) {
    if (RuleResult found = check_end(index)) return found;
  }
  return broken({Rule::does_not_throw, "a batch", text_of(error)});
}

RuleResult DataContract::gives(std::int64_t index, const Batch& batch) {
  just_failed_ = false;
  asks(Rule::does_not_throw);
  const std::int64_t position = stream() ? given_ : index;
  if (RuleResult found = check_place(index)) return found;
  if (RuleResult found = check_alone(batch)) return found;
  if (RuleResult found = check_beside(batch)) return found;
  ++given_;
  if (RuleResult found = check_count()) return found;
  // Beside what was answered before there is nothing to say of samples.
  if (RuleResult found = check_answer(position, batch)) return found;
  if (RuleResult found = check_samples(position, batch)) return found;
  return check_rows(position, batch);
}

RuleResult DataContract::check_place(std::int64_t index) {
  if (stream()) {
    if (!ended_) return std::nullopt;
    return broken({Rule::stays_exhausted, "nothing after the end", "a batch"});
  }
  if (within(index)) return std::nullopt;
  return broken({Rule::index_is_checked, "IndexError", "a batch"});
}

RuleResult DataContract::check_alone(const Batch& batch) {
  using Check = RuleResult (*)(const Batch&);
  constexpr std::pair<Rule, Check> kChecks[] = {{Rule::not_empty, &not_empty},
                                                {Rule::rows_agree, &rows_agree},
                                                {Rule::weights_fit, &weights_fit},
                                                {Rule::finite, &finite}};
  for (const auto& [rule, check] : kChecks) {
    if (!asks(rule)) continue;
    if (RuleResult found = check(batch)) return found;
  }
  return std::nullopt;
}

RuleResult DataContract::check_beside(const Batch& batch) {
  if (!has_first_) {
    first_ = batch;
    has_first_ = true;
    if (!std::exchange(has_first_ever_, true)) {
      first_ever_ = batch;
      return std::nullopt;
    }
    return hold(Rule::epoch_end_keeps_kind, [&]() -> RuleResult {
      RuleResult found = same_shapes(first_ever_, batch);
      if (!found || options_.without.has(found->rule)) return std::nullopt;
      found->rule = Rule::epoch_end_keeps_kind;
      return found;
    });
  }
  using Check = RuleResult (*)(const Batch&, const Batch&);
  constexpr std::pair<Rule, Check> kChecks[] = {
      {Rule::one_dtype, &one_dtype}, {Rule::one_rank, &one_rank}, {Rule::one_shape, &one_shape}};
  for (const auto& [rule, check] : kChecks) {
    if (!asks(rule)) continue;
    if (RuleResult found = check(first_, batch)) return found;
  }
  return std::nullopt;
}

RuleResult DataContract::check_count() {
  if (!stream()) return std::nullopt;
  if (declared_) {
    return hold(Rule::length_is_honest, [&]() -> RuleResult {
      if (given_ <= *declared_) return std::nullopt;
      return RuleBreak{Rule::length_is_honest, batches(*declared_),
                       fmt::format("at least {}", given_)};
    });
  }
  if (given_ < options_.longest) return std::nullopt;
  return broken({Rule::ends, fmt::format("an end within {}", batches(options_.longest)), "more"});
}

RuleResult DataContract::check_answer(std::int64_t position, const Batch& batch) {
  if (position < 0 || position >= kMostAnswers) return std::nullopt;
  const auto place = static_cast<std::size_t>(position);
  if (place >= answers_.size()) answers_.resize(place + 1);
  Answer& before = answers_[place];
  if (!before.known) {
    keep(before, batch);
    return std::nullopt;
  }
  const Rule rule = before.begun != begun_     ? Rule::same_seed_same_data
                    : before.errors != errors_ ? Rule::usable_or_dead
                                               : Rule::same_when_asked_twice;
  if (!asks(rule) || before.sum == checksum(batch)) return std::nullopt;
  RuleResult found;
  if (before.batch.x.present()) found = same_when_asked_twice(before.batch, batch);
  if (!found) found = RuleBreak{rule, "the batch that it was before", "another one"};
  found->rule = rule;
  return found;
}

void DataContract::keep(Answer& answer, const Batch& batch) {
  answer.known = true;
  answer.sum = checksum(batch);
  answer.errors = errors_;
  answer.begun = begun_;
  answer.batch.x.clear();
  if (kept_bytes_ + batch.bytes() > options_.keep_bytes) return;
  kept_bytes_ += batch.bytes();
  answer.batch = batch;
}

RuleResult DataContract::check_samples(std::int64_t position, const Batch& batch) {
  if (batch.samples.empty() || !asks(Rule::samples_once)) return std::nullopt;
  for (std::size_t row = 0; row < batch.samples.size(); ++row) {
    const std::int64_t sample = batch.samples[row];
    const auto before = samples_.note(batch.id.source, sample, {position, row});
    if (!before) continue;
    return RuleBreak{
        Rule::samples_once, fmt::format("sample {} once", sample),
        fmt::format("it in row {} after row {} of batch {}", row, before->row, before->batch)};
  }
  return std::nullopt;
}

// Unknown until a pass came whole or the rows were declared: equal rows are no mistake by
// themselves.
RuleResult DataContract::check_rows(std::int64_t position, const Batch& batch) {
  if (position < 0 || position >= kMostAnswers || options_.without.has(Rule::rows_once)) {
    return std::nullopt;
  }
  const bool known = rows_.each_once();
  const std::optional<RowBook::Twice> twice = rows_.note(position, batch);
  if (!stream() && declared_) rows_.end_pass(*declared_);
  if (options_.rows && asks(Rule::rows_once) && rows_.rows() > *options_.rows) {
    return RuleBreak{Rule::rows_once, fmt::format("at most {} rows in a pass", *options_.rows),
                     std::to_string(rows_.rows())};
  }
  if (!known || !asks(Rule::rows_once) || !twice) return std::nullopt;
  return RuleBreak{Rule::rows_once, "each row once, as in the first pass",
                   fmt::format("row {} as row {} of batch {} again", twice->row, twice->before.row,
                               twice->before.batch)};
}

}  // namespace trainwreck
