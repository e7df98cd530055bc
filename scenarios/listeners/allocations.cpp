#include "scenarios/listeners/allocations.h"

#include <cstdlib>
#include <new>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TRAINWRECK_LEAVE_NEW_ALONE
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TRAINWRECK_LEAVE_NEW_ALONE
#endif

namespace {

thread_local std::int64_t allocations = 0;

}  // namespace

#ifndef TRAINWRECK_LEAVE_NEW_ALONE

namespace {

template <class Allocate>
void* counted(Allocate allocate) {
  ++allocations;
  while (true) {
    if (void* memory = allocate()) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

}  // namespace

// All other forms of new call these two, and every form of delete calls free.
void* operator new(std::size_t size) {
  return counted([size] { return std::malloc(size == 0 ? 1 : size); });
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  const std::size_t whole = (size + step - 1) / step * step;
  return counted([=] { return std::aligned_alloc(step, whole == 0 ? step : whole); });
}

#endif

namespace trainwreck {

std::int64_t allocation_count() { return allocations; }

}  // namespace trainwreck
