#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace trainwreck {

// Starts every buffer on a cache line: with wide vector instructions each load from a large buffer
// that lies askew touches two lines, which costs a matrix product several percent.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kLine));
  }
  void deallocate(T* values, std::size_t) { ::operator delete(values, kLine); }
  friend bool operator==(CacheLineAllocator, CacheLineAllocator) { return true; }
};

using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

}  // namespace trainwreck
