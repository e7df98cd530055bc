#include "engine/contract/script_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/base/errors.h"
#include "engine/contract/fetch_together.h"

namespace trainwreck {
namespace {

CheckOptions check_options(const ScriptOptions& options) {
  constexpr std::int64_t kKeptBytes = 4 << 20;
  CheckOptions check{.contract = {.without = options.without,
                                  .longest = options.longest,
                                  .keep_bytes = kKeptBytes},
                     .watch_handed_out = true};
  if (options.endless) check.contract.without.add(Rule::ends);
  return check;
}

// What one source answered to one request.
struct Answer {
  bool given = false;
  std::string error{};  // the type
};

std::string text_of(const Answer& answer) {
  if (!answer.error.empty()) return answer.error;
  return answer.given ? "a batch" : "the end";
}

class Walker {
 public:
  Walker(const SourceFactory& make, const ScriptOptions& options)
      : options_(options),
        plain_(make()),
        source_(plain_, check_options(options)),
        twin_(make()),
        traits_(plain_->traits()) {}

  ScriptResult walk(const SourceScript& script) {
    for (const ScriptStep& step : script) {
      if (result_.finding || result_.batches >= options_.budget) break;
      take(step);
    }
    result_.looked_at = source_.contract().looked_at();
    return std::move(result_);
  }

 private:
  bool stream() const { return traits_.access == Access::stream; }
  std::int64_t length() const { return std::max<std::int64_t>(plain_->length().value_or(0), 0); }
  bool compares() { return !result_.finding && source_.contract().asks(Rule::same_seed_same_data); }

  void take(const ScriptStep& step);
  void begin(bool shuffle);
  void open();
  void start_pass();
  void hook(const char* name, void (DataSource::*call)());
  void fetch(std::int64_t index);
  void walk();
  void walk_stream();
  void walk_indices();
  void look_beyond(std::uint8_t pick);
  void fetch_at_once(std::uint8_t pick);

  void tell(std::string sentence) { result_.story.push_back(std::move(sentence)); }
  bool ask(std::int64_t index);
  Answer answer_of(DataSource& source, std::int64_t index, Batch& out);
  void compare(std::int64_t index, const Answer& mine, const Answer& twins);
  void find(std::int64_t index, RuleBreak broken);
  // Runs one call to both sources; keeps what it breaks.
  template <class Call>
  void tell_both(Call call);

  const ScriptOptions& options_;
  std::shared_ptr<DataSource> plain_;
  CheckedSource source_;
  std::shared_ptr<DataSource> twin_;
  SourceTraits traits_;
  ScriptResult result_;
  Pass pass_;
  std::int64_t passes_ = 0;
  bool open_ = false;  // a pass is under way
  bool epoch_ = false;
  std::int64_t last_ = 0;
  std::int64_t position_ = 0;  // of a stream, in the pass
  Batch batch_;
  Batch twins_batch_;
};

void Walker::take(const ScriptStep& step) {
  switch (step.move) {
    case SourceOp::fetch:
      open();
      return fetch(stream() ? position_ : step.pick % std::max<std::int64_t>(length(), 1));
    case SourceOp::again:
      open();
      return fetch(stream() ? position_ : last_);
    case SourceOp::walk:
      open();
      return walk();
    case SourceOp::begin:
      return begin(false);
    case SourceOp::begin_shuffled:
      return begin(true);
    case SourceOp::end:
      epoch_ = false;
      return hook("on_epoch_end", &DataSource::on_epoch_end);
    case SourceOp::restart:
      if (!open_) return begin(false);
      open();
      return start_pass();
    case SourceOp::beyond:
      open();
      return look_beyond(step.pick);
    case SourceOp::together:
      open();
      return fetch_at_once(step.pick);
  }
}

void Walker::find(std::int64_t index, RuleBreak broken) {
  if (result_.finding || !source_.contract().asks(broken.rule)) return;
  result_.finding = DataFinding{pass_.number, index, std::move(broken)};
}

template <class Call>
void Walker::tell_both(Call call) {
  if (result_.finding) return;
  std::string mine;
  std::string twins;
  try {
    call(static_cast<DataSource&>(source_));
  } catch (const std::exception& error) {
    mine = error_name(error);
    result_.finding = source_.take_finding();
  }
  try {
    call(*twin_);
  } catch (const std::exception& error) {
    twins = error_name(error);
  }
  if (!compares() || mine == twins) return;
  find(position_, {Rule::same_seed_same_data, twins.empty() ? "no error" : twins,
                   mine.empty() ? "none" : mine});
}

void Walker::begin(bool shuffle) {
  if (epoch_) hook("on_epoch_end", &DataSource::on_epoch_end);
  epoch_ = true;
  hook("on_epoch_begin", &DataSource::on_epoch_begin);
  pass_ = {.number = passes_++, .seed = options_.seed, .shuffle = shuffle};
  start_pass();
}

// An epoch may end in the middle of a pass, which then goes on in the next one.
void Walker::open() {
  if (!open_) return begin(false);
  if (epoch_) return;
  epoch_ = true;
  hook("on_epoch_begin", &DataSource::on_epoch_begin);
}

void Walker::start_pass() {
  open_ = true;
  position_ = 0;
  last_ = 0;
  tell(fmt::format("start_pass({}{})", pass_.number, pass_.shuffle ? ", shuffled" : ""));
  tell_both([this](DataSource& source) { source.start_pass(pass_); });
}

void Walker::hook(const char* name, void (DataSource::*call)()) {
  tell(fmt::format("{}()", name));
  tell_both([call](DataSource& source) { (source.*call)(); });
}

void Walker::fetch(std::int64_t index) {
  last_ = index;
  tell(fmt::format("fetch({})", index));
  ask(index);
}

// True when both gave a batch.
bool Walker::ask(std::int64_t index) {
  if (result_.finding) return false;
  const Answer mine = answer_of(source_, index, batch_);
  result_.finding = source_.take_finding();
  if (result_.finding) return false;
  if (mine.given) {
    ++position_;
    ++result_.batches;
  }
  twins_batch_.x.clear();  // no leftovers, unlike the traps of the other
  twins_batch_.y.clear();
  twins_batch_.sample_weight.clear();
  const Answer twins = answer_of(*twin_, index, twins_batch_);
  if (compares()) compare(index, mine, twins);
  return mine.given && !result_.finding;
}

Answer Walker::answer_of(DataSource& source, std::int64_t index, Batch& out) {
  try {
    return {.given = source.fetch(index, out)};
  } catch (const std::exception& error) {
    return {.error = std::string(error_name(error))};
  }
}

void Walker::compare(std::int64_t index, const Answer& mine, const Answer& twins) {
  if (mine.given != twins.given || mine.error != twins.error) {
    return find(index, {Rule::same_seed_same_data, text_of(twins), text_of(mine)});
  }
  if (!mine.given) return;
  RuleResult differs = same_when_asked_twice(twins_batch_, batch_);
  if (!differs) return;
  differs->rule = Rule::same_seed_same_data;
  find(index, std::move(*differs));
}

void Walker::walk() {
  if (stream()) {
    walk_stream();
  } else {
    walk_indices();
  }
}

void Walker::walk_stream() {
  tell(fmt::format("fetch({}), fetch({}), ... to the end", position_, position_ + 1));
  const std::int64_t most =
      options_.endless ? std::min<std::int64_t>(options_.longest, 16) : options_.longest;
  std::int64_t count = 0;
  while (count < most && ask(position_)) ++count;
  if (result_.finding || count == most) return;
  tell(fmt::format("fetch({}) after the end", position_));
  ask(position_);
}

void Walker::walk_indices() {
  std::vector<std::int64_t> order(static_cast<std::size_t>(length()));
  std::iota(order.begin(), order.end(), 0);
  if (pass_.shuffle && !traits_.shuffles_rows) shuffled_order(pass_, order);
  if (static_cast<std::int64_t>(order.size()) > options_.longest) {
    order.resize(static_cast<std::size_t>(options_.longest));
  }
  tell(fmt::format("fetch() of {} batches of the pass, in the order of a loop", order.size()));
  for (const std::int64_t index : order) {
    last_ = index;
    ask(index);
    if (result_.finding) return;
  }
  look_beyond(0);
}

void Walker::look_beyond(std::uint8_t pick) {
  if (stream()) {
    tell(fmt::format("fetch({})", position_));
    ask(position_);
    return;
  }
  const std::int64_t beyond[] = {length(), -1, length() + pick,
                                 std::numeric_limits<std::int64_t>::max(),
                                 std::numeric_limits<std::int64_t>::min()};
  const std::int64_t index = beyond[pick % std::size(beyond)];
  tell(fmt::format("fetch({}), which is not there", index));
  ask(index);
}

void Walker::fetch_at_once(std::uint8_t pick) {
  const std::int64_t count = std::min<std::int64_t>(length(), 4);
  if (stream() || count == 0) return fetch(position_);
  std::vector<ThreadRequest> requests;
  for (std::int64_t i = 0; i < count; ++i) {
    fetch((pick + i) % length());
    if (result_.finding) return;
    requests.push_back({.index = last_, .expected = checksum(batch_)});
  }
  if (count < 2 || !traits_.thread_safe || options_.executor == nullptr) return;
  if (!source_.contract().asks(Rule::thread_safe)) return;
  tell(fmt::format("the same {} again from {} threads at once", count, count));
  if (std::optional<ThreadTrouble> trouble =
          fetch_together(*plain_, requests, *options_.executor)) {
    find(trouble->index, {Rule::thread_safe, "the same batch as from one thread", trouble->got});
  }
}

}  // namespace

ScriptResult run_script(const SourceFactory& make, const SourceScript& script,
                        const ScriptOptions& options) {
  return Walker(make, options).walk(script);
}

}  // namespace trainwreck
