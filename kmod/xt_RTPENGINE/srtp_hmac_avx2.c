// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-1 with vectors. Without SHA instructions the rounds are scalar (BMI2 rotates without copying), and the
 * message schedule is made for two blocks at once, one in each half of a 256-bit vector. A vector holds four
 * words of the schedule, so w[n] below is W(4n) to W(4n + 3) of RFC 3174.
 */
#include <linux/bitops.h>

#include "srtp_hmac_blocks.h"
#include "srtp_x86.h"

static const u8 rtpe_reverse_words[32] __aligned(32) = {
	3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
	3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
};

static RTPE_VECTOR_INLINE rtpe_v8 rtpe_load_two(const u8 *low, const u8 *high)
{
	rtpe_v8 out;

	asm("vmovdqu %1, %x0\n\tvinserti128 $1, %2, %0, %0"
	    : "=&x"(out) : "m"(*(const rtpe_v4 *)low), "m"(*(const rtpe_v4 *)high));
	asm("vpshufb %1, %0, %0" : "+x"(out) : "m"(*(const rtpe_v8 *)rtpe_reverse_words));
	return out;
}

/* Four words that begin with the third of @early. */
static RTPE_VECTOR_INLINE rtpe_v8 rtpe_join_halves(rtpe_v8 late, rtpe_v8 early)
{
	rtpe_v8 out;

	asm("vpalignr $8, %2, %1, %0" : "=x"(out) : "x"(late), "x"(early));
	return out;
}

static RTPE_VECTOR_INLINE rtpe_v8 rtpe_rotate(rtpe_v8 v, int bits)
{
	return v << bits | v >> (32 - bits);
}

/*
 * W(t) = rol(W(t-3) ^ W(t-8) ^ W(t-14) ^ W(t-16), 1). The fourth word needs the first one of the same vector as
 * its W(t-3): that comes to it afterwards, rotated once more.
 */
static RTPE_VECTOR_INLINE rtpe_v8 rtpe_schedule_early(rtpe_v8 w1, rtpe_v8 w2, rtpe_v8 w3, rtpe_v8 w4)
{
	rtpe_v8 without, first;

	asm("vpsrldq $4, %1, %0" : "=x"(without) : "x"(w1));
	without ^= rtpe_join_halves(w3, w4) ^ w2 ^ w4;
	asm("vpslldq $12, %1, %0" : "=x"(first) : "x"(without));
	return rtpe_rotate(without, 1) ^ rtpe_rotate(first, 2);
}

/* The same, put into itself: from t = 32 on W(t) = rol(W(t-6) ^ W(t-16) ^ W(t-28) ^ W(t-32), 2). */
static RTPE_VECTOR_INLINE rtpe_v8 rtpe_schedule_late(rtpe_v8 w1, rtpe_v8 w2, rtpe_v8 w4, rtpe_v8 w7, rtpe_v8 w8)
{
	return rtpe_rotate(rtpe_join_halves(w1, w2) ^ w4 ^ w7 ^ w8, 2);
}

static const u32 rtpe_sha1_k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };

static RTPE_VECTOR_INLINE rtpe_v8 rtpe_all_words(const u32 *word)
{
	rtpe_v8 out;

	asm("vpbroadcastd %1, %0" : "=x"(out) : "m"(*word));
	return out;
}

/* @wk: all W(t) + K(t); block one in the first four of eight words, block two in the others. */
static RTPE_VECTOR_INLINE void rtpe_sha1_schedule(rtpe_v8 wk[20], const u8 *one, const u8 *two)
{
	rtpe_v8 w[20] __uninitialized;
	int n;

#pragma GCC unroll 20
	for (n = 0; n < 20; n++) {
		if (n < 4)
			w[n] = rtpe_load_two(one + 16 * n, two + 16 * n);
		else if (n < 8)
			w[n] = rtpe_schedule_early(w[n - 1], w[n - 2], w[n - 3], w[n - 4]);
		else
			w[n] = rtpe_schedule_late(w[n - 1], w[n - 2], w[n - 4], w[n - 7], w[n - 8]);
		wk[n] = w[n] + rtpe_all_words(&rtpe_sha1_k[n / 5]);
	}
}

/*
 * Functions as sums of parts that have no bit in common, and every part added on its own: fewest instructions.
 * HIDE keeps the compiler from adding in an order that needs copies. A function uses up its b, as the round has
 * turned it into another register before: no other copy is needed.
 */
#define RTPE_ADD(sum, term)              \
	do {                             \
		sum += (term);           \
		OPTIMIZER_HIDE_VAR(sum); \
	} while (0)

#define RTPE_CHOOSE(sum, b, c, d)          \
	do {                               \
		RTPE_ADD(sum, ~(b) & (d)); \
		b &= (c);                  \
		RTPE_ADD(sum, b);          \
	} while (0)

#define RTPE_PARITY(sum, b, c, d) \
	do {                      \
		b ^= (c) ^ (d);   \
		RTPE_ADD(sum, b); \
	} while (0)

/* Where b and c are the same it is that, else d decides. */
#define RTPE_MAJORITY(sum, b, c, d)      \
	do {                             \
		b ^= (c);                \
		OPTIMIZER_HIDE_VAR(b);   \
		RTPE_ADD(sum, ~b & (c)); \
		b &= (d);                \
		RTPE_ADD(sum, b);        \
	} while (0)

#define RTPE_ROUND(f, t, a, b, c, d, e)                 \
	do {                                            \
		u32 turned = rol32(b, 30);              \
		OPTIMIZER_HIDE_VAR(turned);             \
		RTPE_ADD(e, wk[(t) / 4 * 8 + (t) % 4]); \
		f(e, b, c, d);                          \
		RTPE_ADD(e, rol32(a, 5));               \
		b = turned;                             \
	} while (0)

/* After five rounds every variable is where it began. */
#define RTPE_FIVE_ROUNDS(f, t)                           \
	do {                                             \
		RTPE_ROUND(f, (t), a, b, c, d, e);       \
		RTPE_ROUND(f, (t) + 1, e, a, b, c, d);   \
		RTPE_ROUND(f, (t) + 2, d, e, a, b, c);   \
		RTPE_ROUND(f, (t) + 3, c, d, e, a, b);   \
		RTPE_ROUND(f, (t) + 4, b, c, d, e, a);   \
	} while (0)

#define RTPE_TWENTY_ROUNDS(f, t)                   \
	do {                                       \
		RTPE_FIVE_ROUNDS(f, (t));          \
		RTPE_FIVE_ROUNDS(f, (t) + 5);      \
		RTPE_FIVE_ROUNDS(f, (t) + 10);     \
		RTPE_FIVE_ROUNDS(f, (t) + 15);     \
	} while (0)

static RTPE_VECTOR_INLINE void rtpe_sha1_rounds(struct rtpe_sha1 *state, const u32 *wk)
{
	u32 a = state->h[0], b = state->h[1], c = state->h[2], d = state->h[3], e = state->h[4];

	RTPE_TWENTY_ROUNDS(RTPE_CHOOSE, 0);
	RTPE_TWENTY_ROUNDS(RTPE_PARITY, 20);
	RTPE_TWENTY_ROUNDS(RTPE_MAJORITY, 40);
	RTPE_TWENTY_ROUNDS(RTPE_PARITY, 60);
	RTPE_ADD(state->h[0], a);
	RTPE_ADD(state->h[1], b);
	RTPE_ADD(state->h[2], c);
	RTPE_ADD(state->h[3], d);
	RTPE_ADD(state->h[4], e);
}

/* Of blocks @n and @n + 1; the last one, if it is alone, is its own neighbour. */
static RTPE_VECTOR_INLINE void rtpe_schedule_pair(rtpe_v8 wk[20], const struct rtpe_hmac_blocks *blocks,
						  unsigned int n)
{
	const u8 *one = rtpe_hmac_block(blocks, n);

	rtpe_sha1_schedule(wk, one, n + 1 < blocks->all ? rtpe_hmac_block(blocks, n + 1) : one);
}

RTPE_VECTOR void rtpe_hmac_avx2(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
				u8 out[RTPE_SHA1_SIZE])
{
	struct rtpe_hmac_blocks blocks __uninitialized;
	struct rtpe_sha1 state = hmac->inner;
	rtpe_v8 wk[20] __uninitialized;
	unsigned int n;

	rtpe_hmac_blocks(&blocks, message);
	do {
		for (n = 0; n < blocks.all; n++) {
			if (n % 2 == 0)
				rtpe_schedule_pair(wk, &blocks, n);
			rtpe_sha1_rounds(&state, (const u32 *)wk + n % 2 * 4);
		}
	} while (rtpe_hmac_turn(&blocks, hmac, &state));
	rtpe_sha1_bytes(out, &state);
}
