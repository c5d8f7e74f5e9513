/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As much of the kernel as the HMAC needs to be compiled for a process. */
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32, __be32;
typedef uint64_t u64;

#define LINUX_VERSION_CODE 0
#define KERNEL_VERSION(a, b, c) 1
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define likely(condition) (condition)
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "+r"(var))
#define memzero_explicit(at, size) explicit_bzero(at, size)
#define put_unaligned(value, at) memcpy(at, &(value), sizeof(value))

static inline u32 rol32(u32 value, unsigned int bits) {
    return value << bits | value >> (32 - bits);
}

static inline u32 get_unaligned_be32(const void* at) {
    u32 value;
    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

static inline void put_unaligned_be32(u32 value, void* at) {
    value = htobe32(value);
    memcpy(at, &value, sizeof value);
}

static inline void put_unaligned_be64(u64 value, void* at) {
    value = htobe64(value);
    memcpy(at, &value, sizeof value);
}
