// SPDX-License-Identifier: Apache-2.0
#include "failing_new.h"

#include <cstdlib>
#include <new>

using rtpengine::test::allocation_fails;

void* operator new(std::size_t size) {
    if (allocation_fails()) throw std::bad_alloc();
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    if (allocation_fails()) return nullptr;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
