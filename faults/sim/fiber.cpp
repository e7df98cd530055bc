#include "faults/sim/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "faults/inject/strand.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define TRAINWRECK_FIBER_ASAN
#endif
#if __has_feature(thread_sanitizer)
#define TRAINWRECK_FIBER_TSAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define TRAINWRECK_FIBER_ASAN
#endif
#ifdef __SANITIZE_THREAD__
#define TRAINWRECK_FIBER_TSAN
#endif
#ifdef TRAINWRECK_FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef TRAINWRECK_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

// The switch in assembler is for one machine; all others take ucontext, which makes a system call
// for the signal mask each time.
#if !defined(__x86_64__)
#define TRAINWRECK_FIBER_UCONTEXT
#endif
#ifdef TRAINWRECK_FIBER_UCONTEXT
#include <ucontext.h>
#endif

namespace trainwreck {
namespace {

// As large as a thread's usual stack, which is what matrix products count on. Only pages that were
// touched take memory.
constexpr std::size_t kStackBytes = std::size_t{8} << 20;
// A product takes up to twice 2 MiB of stack in one step, so a smaller guard could be stepped over.
constexpr std::size_t kGuardBytes = std::size_t{4} << 20;
// Pages that were touched stay with a stack that waits for its next fiber.
constexpr std::size_t kIdleStacks = 16;

// Maps stacks, and keeps some for the next fibers.
class StackPool {
 public:
  ~StackPool() {
    for (std::byte* stack : idle_) unmap(stack);
  }

  std::byte* take() {
    if (idle_.empty()) return map();
    std::byte* stack = idle_.back();
    idle_.pop_back();
    return stack;
  }

  void give_back(std::byte* stack) {
#ifdef TRAINWRECK_FIBER_ASAN
    // The last frames never returned, so they are still marked.
    __asan_unpoison_memory_region(stack, kStackBytes);
#endif
    if (idle_.size() < kIdleStacks) {
      idle_.push_back(stack);
    } else {
      unmap(stack);
    }
  }

 private:
  static std::byte* map() {
    void* pages = mmap(nullptr, kGuardBytes + kStackBytes, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (pages == MAP_FAILED) throw std::system_error(errno, std::generic_category());
    std::byte* stack = static_cast<std::byte*>(pages) + kGuardBytes;
    if (mprotect(stack, kStackBytes, PROT_READ | PROT_WRITE) != 0) {
      const int error = errno;
      unmap(stack);
      throw std::system_error(error, std::generic_category());
    }
    // A huge page for each of a thousand small stacks would be 2 GiB; who refuses this has none.
    madvise(stack, kStackBytes, MADV_NOHUGEPAGE);
    return stack;
  }

  static void unmap(std::byte* stack) { munmap(stack - kGuardBytes, kGuardBytes + kStackBytes); }

  std::vector<std::byte*> idle_;
};

// What the C++ runtime knows of the exceptions in flight on a thread (__cxa_eh_globals). Whoever is
// left inside a catch block needs it to be as it was when he goes on.
struct ExceptionsInFlight {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

void exchange_exceptions(ExceptionsInFlight& leaves, const ExceptionsInFlight& comes) {
  void* globals = abi::__cxa_get_globals();
  std::memcpy(&leaves, globals, sizeof(leaves));
  std::memcpy(globals, &comes, sizeof(comes));
}

thread_local StackPool stack_pool;
thread_local Fiber::State* who_left = nullptr;
thread_local Fiber::State* who_comes = nullptr;

}  // namespace

struct Fiber::State {
  // The outermost frame of a new stack.
  [[noreturn]] static void begin() noexcept;

  std::thread::id thread = std::this_thread::get_id();
  std::function<Fiber&()> body;
  std::byte* stack = nullptr;  // null: not ours
  bool begun = false;
  bool ended = false;
  const void* strand = this_strand().fiber;  // what this_strand() tells when this one runs
  ExceptionsInFlight exceptions;
#ifdef TRAINWRECK_FIBER_UCONTEXT
  ucontext_t context = {};
#else
  void* top = nullptr;  // of the stack, where the registers were left
#endif
#ifdef TRAINWRECK_FIBER_ASAN
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  std::size_t size = 0;
#endif
#ifdef TRAINWRECK_FIBER_TSAN
  void* tsan = nullptr;
#endif
};

namespace {

#ifdef TRAINWRECK_FIBER_UCONTEXT

void prepare(Fiber::State& fiber) {
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack;
  fiber.context.uc_stack.ss_size = kStackBytes;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, &Fiber::State::begin, 0);
}

#define TRAINWRECK_FIBER_JUMP(from, to) swapcontext(&(from).context, &(to).context)

#else

// Leaves the registers that a function must keep on this stack, its top at `*left`, and goes on
// with those that were left below `top`. The modes of floating point count among them.
[[gnu::naked, gnu::noinline]] void jump_stacks([[maybe_unused]] void** left,
                                               [[maybe_unused]] void* top) {
  asm(R"(
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    retq
  )");
}

// What jump_stacks() is to find on a new stack: modes, six registers, where it returns to, and a
// return address for that, null, which ends every walk over the stack.
void prepare(Fiber::State& fiber) {
  std::uint32_t vector_mode = 0;
  std::uint16_t classic_mode = 0;
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(vector_mode), "=m"(classic_mode));
  std::array<std::uint64_t, 9> words = {};
  words[0] = std::uint64_t{classic_mode} << 32 | vector_mode;
  words[7] = reinterpret_cast<std::uint64_t>(&Fiber::State::begin);
  std::byte* top = fiber.stack + kStackBytes - sizeof(words);
  std::memcpy(top, words.data(), sizeof(words));
  fiber.top = top;
}

#define TRAINWRECK_FIBER_JUMP(from, to) jump_stacks(&(from).top, (to).top)

#endif

// Goes on with `to`; returns when somebody comes back. It is inlined always: a function that is
// entered on one fiber and left on another confuses ThreadSanitizer.
[[gnu::always_inline]] inline void leave_for(Fiber::State& from, Fiber::State& to) {
  exchange_exceptions(from.exceptions, to.exceptions);
  who_left = &from;
  who_comes = &to;
  enter_strand(to.strand);
#ifdef TRAINWRECK_FIBER_ASAN
  __sanitizer_start_switch_fiber(from.ended ? nullptr : &from.fake_stack, to.bottom, to.size);
#endif
#ifdef TRAINWRECK_FIBER_TSAN
  from.tsan = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.tsan, 0);
#endif
  TRAINWRECK_FIBER_JUMP(from, to);
}

// The first thing that anybody does who comes: who left for good could not clear up after himself.
void arrive([[maybe_unused]] Fiber::State& here) {
  Fiber::State& left = *std::exchange(who_left, nullptr);
#ifdef TRAINWRECK_FIBER_ASAN
  __sanitizer_finish_switch_fiber(here.fake_stack, &left.bottom, &left.size);
#endif
  if (!left.ended) return;
#ifdef TRAINWRECK_FIBER_TSAN
  __tsan_destroy_fiber(left.tsan);
#endif
  stack_pool.give_back(std::exchange(left.stack, nullptr));
}

}  // namespace

void Fiber::State::begin() noexcept {
  State& me = *who_comes;
  arrive(me);
  Fiber& next = me.body();
  me.ended = true;
  leave_for(me, *next.state_);
  abort_because(__FILE__, __LINE__, "ended", "nobody goes back to a fiber that has ended");
}

Fiber::Fiber() : state_(std::make_unique<State>()) {
  state_->begun = true;
#ifdef TRAINWRECK_FIBER_TSAN
  state_->tsan = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(std::function<Fiber&()> body) : state_(std::make_unique<State>()) {
  state_->body = std::move(body);
  state_->strand = state_.get();
  state_->stack = stack_pool.take();
  prepare(*state_);
#ifdef TRAINWRECK_FIBER_ASAN
  state_->bottom = state_->stack;
  state_->size = kStackBytes;
#endif
#ifdef TRAINWRECK_FIBER_TSAN
  state_->tsan = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
  if (state_->stack == nullptr) return;
  TRAINWRECK_CHECK(!state_->begun, "a fiber that has begun ends before it is destroyed");
#ifdef TRAINWRECK_FIBER_TSAN
  __tsan_destroy_fiber(state_->tsan);
#endif
  stack_pool.give_back(state_->stack);
}

void Fiber::switch_to(Fiber& next) {
  State& me = *state_;
  State& to = *next.state_;
  TRAINWRECK_CHECK(to.thread == std::this_thread::get_id(), "a fiber stays on its thread");
  TRAINWRECK_CHECK(&me != &to && !to.ended, "a fiber is left for another one that can go on");
  to.begun = true;
  leave_for(me, to);
  arrive(me);
}

}  // namespace trainwreck
