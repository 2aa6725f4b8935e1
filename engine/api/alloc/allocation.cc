#include "engine/api/alloc/allocation.h"

#include <cstdlib>
#include <new>

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
}

namespace writ {

namespace {

thread_local uint64_t g_count = 0;
thread_local uint64_t g_fail_at = 0;  // 0 = never
thread_local bool g_sticky = false;
thread_local bool g_failed = false;

// Whether this allocation is to fail.
bool note_allocation() {
  ++g_count;
  bool fails = g_fail_at != 0 && (g_sticky ? g_count >= g_fail_at : g_count == g_fail_at);
  if (fails) g_failed = true;
  return fails;
}

}  // namespace

uint64_t Allocation::count() { return g_count; }

void Allocation::fail_at(uint64_t nth, bool sticky) {
  g_fail_at = g_count + nth;
  g_sticky = sticky;
  g_failed = false;
}

void Allocation::fail_never() { g_fail_at = 0; }
bool Allocation::has_failed() { return g_failed; }

}  // namespace writ

#if WRIT_SANITIZED
// The sanitizer owns malloc: only what goes through operator new is seen.
// RE2 is not made for exceptions and leaks a little when one passes through it.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() { return "leak:libre2.so"; }
namespace {
void* allocate(size_t size) noexcept { return writ::note_allocation() ? nullptr : std::malloc(size); }
void* allocate_or_throw(size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace
void* operator new(size_t size) { return allocate_or_throw(size); }
void* operator new[](size_t size) { return allocate_or_throw(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
#else
extern "C" {
void* malloc(size_t size) { return writ::note_allocation() ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return writ::note_allocation() ? nullptr : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) { return writ::note_allocation() ? nullptr : __libc_realloc(memory, size); }
}
#endif
