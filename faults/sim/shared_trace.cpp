#include "faults/sim/shared_trace.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <type_traits>

#include "engine/seams/clock.h"

namespace trainwreck {
namespace {

// Where a text stands among the shared ones. Length 0: it is empty.
struct TextPlace {
  std::uint32_t offset;
  std::uint32_t length;
};

struct Record {
  std::int64_t time_ns;
  std::int64_t epoch;
  std::int64_t batch;
  std::int64_t step;
  std::int64_t number;
  double value;
  std::int32_t run;
  std::int32_t fit;
  TextPlace what;
  TextPlace who;
  TextPlace detail;
  TraceKind kind;
};
static_assert(std::is_trivially_copyable_v<Record>);

constexpr std::size_t kLines = 1 << 18;
constexpr std::size_t kLastLines = 64;  // of more than those, written over and over
constexpr std::size_t kTextBytes = 16 << 20;
constexpr std::size_t kSlots = 1 << 16;  // of the texts' hash table

std::size_t hash_of(std::string_view text) {
  std::size_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

struct SharedTrace::Layout {
  // Stored last, when a line is whole: a writer that dies leaves at most one that is not counted.
  std::atomic<std::uint64_t> lines;
  std::atomic<std::uint64_t> lost;
  std::uint32_t text_bytes;
  TextPlace slots[kSlots];
  Record records[kLines + kLastLines];
  char texts[kTextBytes];

  Record& record(std::uint64_t line) {
    return records[line < kLines ? line : kLines + line % kLastLines];
  }
  std::string_view at(TextPlace place) const { return {texts + place.offset, place.length}; }
  TextPlace keep(std::string_view text) noexcept;
};

// Every different text is kept once. Nothing where no room is left.
TextPlace SharedTrace::Layout::keep(std::string_view text) noexcept {
  if (text.empty()) return {0, 0};
  const std::size_t start = hash_of(text);
  for (std::size_t probe = 0; probe < kSlots; ++probe) {
    TextPlace& slot = slots[(start + probe) % kSlots];
    if (slot.length == 0) {
      if (text.size() > kTextBytes - text_bytes) break;
      std::memcpy(texts + text_bytes, text.data(), text.size());
      slot = {text_bytes, static_cast<std::uint32_t>(text.size())};
      text_bytes += slot.length;
    }
    if (at(slot) == text) return slot;
  }
  lost.fetch_add(1);
  return {0, 0};
}

SharedTrace::SharedTrace() {
  void* memory = mmap(nullptr, sizeof(Layout), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  shared_ = ::new (memory) Layout;  // the pages are zero, and initialising would touch them all
}

SharedTrace::~SharedTrace() { munmap(shared_, sizeof(Layout)); }

void SharedTrace::append(std::chrono::nanoseconds time, std::int32_t run, std::int32_t fit,
                         const TraceEvent& event) noexcept {
  const std::uint64_t line = shared_->lines.load(std::memory_order_relaxed);
  if (line >= kLines) shared_->lost.fetch_add(1);
  shared_->record(line) = {.time_ns = time.count(),
                           .epoch = event.epoch,
                           .batch = event.batch,
                           .step = event.step,
                           .number = event.number,
                           .value = event.value,
                           .run = run,
                           .fit = fit,
                           .what = shared_->keep(event.what),
                           .who = shared_->keep(event.who),
                           .detail = shared_->keep(event.detail),
                           .kind = event.kind};
  shared_->lines.store(line + 1, std::memory_order_release);
}

Trace SharedTrace::harvest() const {
  Trace trace;
  const std::uint64_t lines = shared_->lines.load(std::memory_order_acquire);
  trace.lines.reserve(std::min<std::uint64_t>(lines, kLines + kLastLines));
  // The line that its writer was at when it died took the place of the oldest of the last.
  const std::uint64_t last = lines < kLines + kLastLines ? kLines : lines - kLastLines + 1;
  for (std::uint64_t i = 0; i < lines; ++i) {
    if (i == kLines) i = last;
    const Record& record = shared_->record(i);
    trace.lines.push_back({.seq = static_cast<std::int64_t>(i),
                           .time_ns = record.time_ns,
                           .run = record.run,
                           .fit = record.fit,
                           .event = {.kind = record.kind,
                                     .epoch = record.epoch,
                                     .batch = record.batch,
                                     .step = record.step,
                                     .number = record.number,
                                     .value = record.value,
                                     .what = trace.keep(shared_->at(record.what)),
                                     .who = trace.keep(shared_->at(record.who)),
                                     .detail = trace.keep(shared_->at(record.detail))}});
  }
  return trace;
}

void SharedTrace::forget() noexcept {
  shared_->lines.store(0, std::memory_order_release);
  shared_->lost.store(0);
}

std::uint64_t SharedTrace::lost() const { return shared_->lost.load(); }

void SharedRecorder::record(const TraceEvent& event) {
  trace_.append(clock_.now(), run_, fit_, event);
}

void SharedRecorder::set_place(std::int32_t run, std::int32_t fit) {
  run_ = run;
  fit_ = fit;
}

}  // namespace trainwreck
