#include "engine/seams/signals.h"

#include <signal.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

// A signal handler gets no argument of ours, so what it writes to has to be process-wide.
struct Pending {
  static constexpr std::uint32_t kSlots = 64;

  // The only part that runs inside a handler: atomics alone. What finds no slot is dropped.
  void push(int signal_number) {
    std::uint32_t slot = tail.load();
    do {
      if (slot - head.load() >= kSlots) return;
    } while (!tail.compare_exchange_weak(slot, slot + 1));
    slots[slot % kSlots].store(signal_number);
  }

  std::optional<int> pop() {
    const std::uint32_t slot = head.load();
    const int signal_number = slots[slot % kSlots].exchange(0);
    if (signal_number == 0) return std::nullopt;
    head.store(slot + 1);
    return signal_number;
  }

  std::array<std::atomic<int>, kSlots> slots{};
  std::atomic<std::uint32_t> head = 0;
  std::atomic<std::uint32_t> tail = 0;
};
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

constinit Pending pending;
constinit std::atomic<bool> taken = false;

extern "C" void note_signal(int signal_number) { pending.push(signal_number); }

class ProcessSignals final : public Signals {
 public:
  ProcessSignals() {
    if (taken.exchange(true)) throw StateError("somebody listens to the process's signals already");
    while (pending.pop()) {
    }
    struct sigaction ours {};
    ours.sa_handler = note_signal;
    ours.sa_flags = SA_RESTART;
    sigemptyset(&ours.sa_mask);
    for (std::size_t i = 0; i < kListened.size(); ++i) sigaction(kListened[i], &ours, &before_[i]);
  }

  ~ProcessSignals() override {
    for (std::size_t i = 0; i < kListened.size(); ++i) {
      sigaction(kListened[i], &before_[i], nullptr);
    }
    taken.store(false);
  }

  ProcessSignals(const ProcessSignals&) = delete;
  ProcessSignals& operator=(const ProcessSignals&) = delete;

  std::optional<int> poll() override { return pending.pop(); }

 private:
  static constexpr std::array<int, 2> kListened = {SIGINT, SIGTERM};
  std::array<struct sigaction, 2> before_{};
};

class NoSignals final : public Signals {
 public:
  // A member, not std::nullopt: GCC 12 builds that in memory by halves and waits for it.
  std::optional<int> poll() override { return none_; }

 private:
  std::optional<int> none_;
};

}  // namespace

std::unique_ptr<Signals> no_signals() { return std::make_unique<NoSignals>(); }

std::unique_ptr<Signals> process_signals() { return std::make_unique<ProcessSignals>(); }

}  // namespace trainwreck
