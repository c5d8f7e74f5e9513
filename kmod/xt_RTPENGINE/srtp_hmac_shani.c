// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-1 with the SHA extensions, which do four rounds at a time. They want the first word in the highest
 * place: A to D as a vector, E alone in the highest word of another.
 */
#include "srtp_hmac_blocks.h"
#include "srtp_x86.h"

/* A to D after four rounds with the function and constant number @f. */
#define RTPE_FOUR_ROUNDS(abcd, e_and_words, f)                                                \
	({                                                                                    \
		rtpe_v4 after = (abcd);                                                       \
		asm("sha1rnds4 %2, %1, %0" : "+x"(after) : "x"((rtpe_v4)(e_and_words)), "i"(f)); \
		after;                                                                        \
	})

/* The E of four rounds later comes from the A of now; and the words of those rounds. */
static RTPE_VECTOR_INLINE rtpe_v4 rtpe_next_e(rtpe_v4 abcd, rtpe_v4 words)
{
	asm("sha1nexte %1, %0" : "+x"(abcd) : "x"(words));
	return abcd;
}

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_next_words(rtpe_v4 w4, rtpe_v4 w3, rtpe_v4 w2, rtpe_v4 w1)
{
	asm("sha1msg1 %1, %0" : "+x"(w4) : "x"(w3));
	w4 ^= w2;
	asm("sha1msg2 %1, %0" : "+x"(w4) : "x"(w1));
	return w4;
}

/* Rounds 4n to 4n + 3. The words are used in a circle of four vectors: @w0 was made last four steps ago. */
#define RTPE_STEP(n, w0, w1, w2, w3)                                          \
	do {                                                                  \
		rtpe_v4 before = abcd;                                        \
									      \
		if ((n) >= 4)                                                 \
			w0 = rtpe_next_words(w0, w1, w2, w3);                 \
		if ((n) > 0)                                                  \
			e = rtpe_next_e(e, w0);                               \
		else                                                          \
			e += w0;                                              \
		abcd = RTPE_FOUR_ROUNDS(abcd, e, (n) / 5);                    \
		e = before;                                                   \
	} while (0)

#define RTPE_FOUR_STEPS(n)                          \
	do {                                        \
		RTPE_STEP((n), w0, w1, w2, w3);     \
		RTPE_STEP((n) + 1, w1, w2, w3, w0); \
		RTPE_STEP((n) + 2, w2, w3, w0, w1); \
		RTPE_STEP((n) + 3, w3, w0, w1, w2); \
	} while (0)

static RTPE_VECTOR_INLINE void rtpe_sha1_block_shani(rtpe_v4 *state_abcd, rtpe_v4 *state_e, const u8 *data)
{
	rtpe_v4 abcd = *state_abcd, e = *state_e;
	rtpe_v4 w0 = rtpe_swap_all(rtpe_load4(data));
	rtpe_v4 w1 = rtpe_swap_all(rtpe_load4(data + 16));
	rtpe_v4 w2 = rtpe_swap_all(rtpe_load4(data + 32));
	rtpe_v4 w3 = rtpe_swap_all(rtpe_load4(data + 48));

	RTPE_FOUR_STEPS(0);
	RTPE_FOUR_STEPS(4);
	RTPE_FOUR_STEPS(8);
	RTPE_FOUR_STEPS(12);
	RTPE_FOUR_STEPS(16);
	*state_e = rtpe_next_e(e, *state_e);
	*state_abcd += abcd;
}

static RTPE_VECTOR_INLINE void rtpe_unpack(struct rtpe_sha1 *state, rtpe_v4 abcd, rtpe_v4 e)
{
	u32 words[8];

	rtpe_store4(words, abcd);
	rtpe_store4(words + 4, e);
	*state = (struct rtpe_sha1){ { words[3], words[2], words[1], words[0], words[7] } };
}

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_pack_abcd(const struct rtpe_sha1 *state)
{
	const u32 words[4] = { state->h[3], state->h[2], state->h[1], state->h[0] };

	return rtpe_load4(words);
}

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_pack_e(const struct rtpe_sha1 *state)
{
	const u32 words[4] = { 0, 0, 0, state->h[4] };

	return rtpe_load4(words);
}

RTPE_VECTOR void rtpe_hmac_shani(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
				 u8 out[RTPE_SHA1_SIZE])
{
	struct rtpe_hmac_blocks blocks __uninitialized;
	struct rtpe_sha1 state = hmac->inner;
	rtpe_v4 abcd, e;
	unsigned int n;

	rtpe_hmac_blocks(&blocks, message);
	/* These instructions have no VEX form: what a process left in the upper halves would slow them down. */
	asm volatile("vzeroupper" ::: "memory");
	do {
		abcd = rtpe_pack_abcd(&state);
		e = rtpe_pack_e(&state);
		for (n = 0; n < blocks.all; n++)
			rtpe_sha1_block_shani(&abcd, &e, rtpe_hmac_block(&blocks, n));
		rtpe_unpack(&state, abcd, e);
	} while (rtpe_hmac_turn(&blocks, hmac, &state));
	rtpe_sha1_bytes(out, &state);
}
