#include "tests/bench/allocations.h"

#include <cstdlib>
#include <new>

namespace tranche {
namespace {

thread_local int64_t allocations = 0;

}  // namespace

int64_t AllocationsOfThisThread() { return allocations; }

}  // namespace tranche

// These replace the library's for the whole program; the other forms of new end in this one.
void* operator new(std::size_t size) {
  ++tranche::allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
