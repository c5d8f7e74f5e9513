/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vector instructions for the packet path. Whoever takes a @simd argument gets what rtpe_simd_begin() said
 * for this packet; 0 is plain C, which gives the same results from the same keys, so every packet can be
 * either. That is needed: a softirq may have interrupted somebody's own FPU section.
 */
#ifndef RTPE_SRTP_SIMD_H
#define RTPE_SRTP_SIMD_H

#include <linux/types.h>

enum rtpe_simd {
	RTPE_SIMD_NONE = 0,
	RTPE_SIMD_AVX2 = 1, /* with BMI2, AES and PCLMULQDQ: Haswell, Zen and later */
	RTPE_SIMD_SHA = 2,  /* a bit that comes with it: SHA instructions */
};

#ifdef CONFIG_X86_64
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/simd.h>

/* The best that this CPU and kernel allow. */
static inline enum rtpe_simd rtpe_simd_best(void)
{
	if (!boot_cpu_has(X86_FEATURE_AVX2) || !boot_cpu_has(X86_FEATURE_BMI1) ||
	    !boot_cpu_has(X86_FEATURE_BMI2) || !boot_cpu_has(X86_FEATURE_AES) ||
	    !boot_cpu_has(X86_FEATURE_PCLMULQDQ) ||
	    !cpu_has_xfeatures(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM, NULL))
		return RTPE_SIMD_NONE;
	return RTPE_SIMD_AVX2 | (boot_cpu_has(X86_FEATURE_SHA_NI) ? RTPE_SIMD_SHA : 0);
}

/* No sleeping until rtpe_simd_end(). */
static inline enum rtpe_simd rtpe_simd_begin(enum rtpe_simd best)
{
	if (best == RTPE_SIMD_NONE || !may_use_simd())
		return RTPE_SIMD_NONE;
	kernel_fpu_begin();
	return best;
}

static inline void rtpe_simd_end(enum rtpe_simd simd)
{
	if (simd != RTPE_SIMD_NONE)
		kernel_fpu_end();
}

static inline bool rtpe_simd(enum rtpe_simd simd)
{
	return simd != RTPE_SIMD_NONE;
}
#else
static inline enum rtpe_simd rtpe_simd_best(void)
{
	return RTPE_SIMD_NONE;
}

static inline enum rtpe_simd rtpe_simd_begin(enum rtpe_simd best)
{
	return RTPE_SIMD_NONE;
}

static inline void rtpe_simd_end(enum rtpe_simd simd)
{
}

/* A constant, so that calls of what isn't built vanish. */
static inline bool rtpe_simd(enum rtpe_simd simd)
{
	return false;
}
#endif
#endif
