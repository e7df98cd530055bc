#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/seams/trace_words.h"
#include "trainwreck/data.h"

namespace trainwreck {

class Session;
struct DataPolicy;

struct FeedOptions {
  std::optional<std::int64_t> steps;  // per epoch; absent: the whole source
  bool shuffle = false;
  std::uint64_t seed = 0;
  std::int64_t first_pass = 0;  // number of the first pass
};

// How an epoch's supply of batches ended.
enum class Supply : std::uint8_t {
  open,      // not yet
  complete,  // every step that was due
  dry        // fewer: the data is gone
};

// Deals a source's batches out to epochs: passes, order, steps per epoch, what happens at the end
// of the data, and when the source hears of its own epochs.
class BatchFeed {
 public:
  // May draw items already (data.stream_peek). Throws what the source throws, ValueError for step
  // counts that the policy refuses, DataExhausted where more steps are asked for than there are.
  BatchFeed(DataSource& source, const FeedOptions& options, Session& session);

  // The first batch, for building a model before training: begins an epoch of the source to get it.
  // Null when there is none.
  const Batch* peek();
  // From the beginning; the source hears of an epoch's end where the policy says so.
  void reset();

  // Stands where a run that did this much would stand: `epochs` whole ones and `batches` of the
  // next. Streams are walked through.
  void seek(std::int64_t epochs, std::int64_t batches);
  void begin_epoch();
  // The next batch of this epoch; null when its supply has ended.
  const Batch* next();
  // Tells the source, however the epoch ended, where the policy says so.
  void end_epoch();

  Supply supply() const { return supply_; }
  std::int64_t steps_taken() const { return step_; }
  // Steps in a full epoch, where known.
  std::optional<std::int64_t> steps_due() const;
  // "arrays ran out of data: 1 of 3 batches came"
  std::string shortage() const;
  const SourceTraits& traits() const { return traits_; }

 private:
  const DataPolicy& policy() const;
  void settle_steps(std::optional<std::int64_t> asked);
  void draw_first_items();
  bool skips_without_fetching() const;
  void skip(std::int64_t batches);
  void start_pass();
  bool pass_is_over() const;
  bool may_wrap() const;
  bool fetch_or_wrap();
  bool fetch(std::int64_t index);
  bool fetch_from_source(std::int64_t index);
  bool fetch_in_time(std::int64_t index, std::int64_t item);
  void check_identity(std::int64_t item);
  void check_not_given_before();
  std::chrono::nanoseconds now() const;
  [[noreturn]] void throw_too_late(std::int64_t index, std::chrono::nanoseconds spent) const;
  const Batch* on_exhausted();
  void tell(std::string_view what, void (DataSource::*told)());
  void trace_fetch(traced::Fetching outcome) const;

  DataSource& source_;
  Session& session_;
  SourceTraits traits_;
  std::uint64_t seed_;
  bool shuffle_;
  std::chrono::nanoseconds deadline_;        // of one fetch; 0: none
  std::optional<std::int64_t> steps_;        // what was asked for
  std::optional<std::int64_t> length_;       // batches in a pass; an empty source has none
  std::optional<std::int64_t> pass_length_;  // what a random source says at the pass's beginning
  bool unbounded_ = false;                   // asked for "all", by a negative number

  std::vector<Batch> peeked_;
  std::vector<std::int64_t> order_;
  Batch batch_;
  const Batch* current_ = nullptr;
  std::int64_t passes_;
  std::int64_t behind_ = 0;    // batches of the next epoch that seek has put behind it
  std::int64_t position_ = 0;  // in the pass
  std::int64_t step_ = 0;      // in the epoch
  std::optional<std::int64_t> next_in_stream_;  // the number that a stream's next batch must have
  // What a join has given in this pass: the numbers are its children's.
  std::set<std::tuple<std::int32_t, std::int64_t, std::int64_t>> given_;
  bool in_pass_ = false;
  bool pass_began_in_this_epoch_ = false;
  bool source_epoch_open_ = false;
  Supply supply_ = Supply::open;
};

}  // namespace trainwreck
