#include "engine/combine/join_child.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/sources/read_source.h"

namespace trainwreck {

JoinChild::JoinChild(std::shared_ptr<DataSource> source, std::int64_t number,
                     const std::string& join)
    : source_(std::move(source)),
      traits_(source_->traits()),
      number_(static_cast<std::int32_t>(number)) {
  if (traits_.access != Access::random || !source_->length()) {
    throw ValueError(
        fmt::format("{}: source {} ({}) does not give its batches by index, so it cannot be joined",
                    join, number, traits_.name));
  }
  length_ = *source_->length();
}

void JoinChild::start_pass(const Pass& pass) {
  end_epoch();
  pass_ = pass;
  pass_.seed = seed_of_part(pass.seed, number_);
  start_round(0);
}

void JoinChild::start_round(std::int64_t round) {
  round_ = round;
  last_ = -1;
  Pass own = pass_;
  own.number = pass_.number * rounds_ + round;
  source_->start_pass(own);
  if (round == 0) length_ = source_->length().value_or(0);
  order_.clear();
  if (!own.shuffle || traits_.shuffles_rows) return;
  order_.resize(static_cast<std::size_t>(length_));
  shuffled_order(own, order_);
}

void JoinChild::fetch(std::int64_t round, std::int64_t position, Batch& out) {
  if (round != round_) {
    end_epoch();
    start_round(round);
  }
  if (!begun_) {
    begun_ = true;
    source_->on_epoch_begin();
  }
  last_ = position;
  const bool ordered = position < static_cast<std::int64_t>(order_.size());
  source_->fetch(ordered ? order_[static_cast<std::size_t>(position)] : position, out);
  if (out.id.source < 0) out.id = {number_, pass_.number * rounds_ + round, position};
  out.id.source = number_;
}

void JoinChild::end_epoch() {
  if (!begun_) return;
  begun_ = false;
  source_->on_epoch_end();
}

void JoinChild::end_epoch_if_finished(std::int64_t round, std::int64_t position) {
  if (last_ + 1 < length_ || (round == round_ && position == last_)) return;
  end_epoch();
}

JoinChildren join_children(Sources sources, const std::string& join) {
  if (sources.empty()) throw ValueError(join + ": there is nothing to join");
  JoinChildren children;
  for (std::shared_ptr<DataSource>& source : sources) {
    children.emplace_back(std::move(source), static_cast<std::int64_t>(children.size()), join);
  }
  return children;
}

}  // namespace trainwreck
