// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_ghash.h"
#include "srtp_x86.h"

/* Product of one 64-bit word of each, @words: 0x10 takes the upper one of @b, 0x01 the upper one of @a. */
#define RTPE_MULTIPLY(a, b, words)                                                             \
	({                                                                                     \
		rtpe_v4 product;                                                               \
		asm("vpclmulqdq %3, %2, %1, %0" : "=x"(product) : "x"(a), "x"(b), "i"(words)); \
		product;                                                                       \
	})

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_swap_words(rtpe_v4 v)
{
	rtpe_v4 out;

	asm("vpshufd $0x4e, %1, %0" : "=x"(out) : "x"(v));
	return out;
}

/* Makes the lower word zero and takes it off, as rtpe_field_multiply() does. */
static RTPE_VECTOR_INLINE rtpe_v4 rtpe_reduce(rtpe_v4 v, rtpe_v4 polynomial)
{
	return rtpe_swap_words(v) ^ RTPE_MULTIPLY(v, polynomial, 0x00);
}

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_field_multiply(rtpe_v4 a, rtpe_v4 b, rtpe_v4 polynomial)
{
	rtpe_v4 middle = RTPE_MULTIPLY(a, b, 0x10) ^ RTPE_MULTIPLY(a, b, 0x01);
	rtpe_v4 low = RTPE_MULTIPLY(a, b, 0x00), high = RTPE_MULTIPLY(a, b, 0x11);
	rtpe_v4 up, down;

	asm("vpslldq $8, %1, %0" : "=x"(up) : "x"(middle));
	asm("vpsrldq $8, %1, %0" : "=x"(down) : "x"(middle));
	return rtpe_reduce(rtpe_reduce(low ^ up, polynomial), polynomial) ^ high ^ down;
}

RTPE_VECTOR void rtpe_ghash_blocks_x86(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data,
				       unsigned int blocks)
{
	static const u64 polynomial_words[2] = { 0xc200000000000000ULL };
	const rtpe_v4 polynomial = rtpe_load4(polynomial_words), h = rtpe_load4(key);
	rtpe_v4 sum = rtpe_load4(hash);

	for (; blocks; blocks--, data += RTPE_GHASH_BLOCK)
		sum = rtpe_field_multiply(sum ^ rtpe_swap_all(rtpe_load4(data)), h, polynomial);
	rtpe_store4(hash, sum);
}
