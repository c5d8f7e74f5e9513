/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vectors for the srtp_*_x86.c files. Functions that use them are marked RTPE_VECTOR, everything that they
 * call is inlined, and they run between rtpe_simd_begin() and rtpe_simd_end() only.
 */
#ifndef RTPE_SRTP_X86_H
#define RTPE_SRTP_X86_H

#include <linux/compiler.h>
#include <linux/types.h>

#define RTPE_VECTOR __attribute__((target("avx2,bmi,bmi2,aes,pclmul,sha")))
#define RTPE_VECTOR_INLINE RTPE_VECTOR __always_inline

/* Four and eight 32-bit words; in memory they may lie anywhere. */
typedef u32 rtpe_v4 __attribute__((vector_size(16), aligned(1), may_alias));
typedef u32 rtpe_v8 __attribute__((vector_size(32), aligned(1), may_alias));

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_load4(const void *from)
{
	return *(const rtpe_v4 *)from;
}

static RTPE_VECTOR_INLINE void rtpe_store4(void *to, rtpe_v4 v)
{
	*(rtpe_v4 *)to = v;
}

/* All 16 bytes the other way round. */
static RTPE_VECTOR_INLINE rtpe_v4 rtpe_swap_all(rtpe_v4 v)
{
	static const u8 order[16] __aligned(16) = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
	rtpe_v4 out;

	asm("vpshufb %2, %1, %0" : "=x"(out) : "x"(v), "m"(*(const rtpe_v4 *)order));
	return out;
}

#endif
