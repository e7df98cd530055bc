#include "tests/support/malloc_count.h"

#include <cerrno>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kReplaced = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
constexpr bool kReplaced = false;
#else
constexpr bool kReplaced = true;
#define TRAINWRECK_REPLACE_MALLOC
#endif
#else
constexpr bool kReplaced = true;
#define TRAINWRECK_REPLACE_MALLOC
#endif

namespace {

thread_local std::int64_t allocations = 0;

}  // namespace

#ifdef TRAINWRECK_REPLACE_MALLOC
// The C library lets a program bring its own malloc and keeps the original under these names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}  // extern "C"
#endif

namespace trainwreck::testing {

AllocationCount::AllocationCount() : before_(allocations) {}

std::int64_t AllocationCount::so_far() const { return allocations - before_; }

bool AllocationCount::works() { return kReplaced; }

}  // namespace trainwreck::testing
