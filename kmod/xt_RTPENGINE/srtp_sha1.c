// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_sha1.h"

#include <linux/bitops.h>

#include "compat.h"

const struct rtpe_sha1 rtpe_sha1_start = {
	{ 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 },
};

/* RFC 3174 section 5: f(t) + K(t). */
static u32 rtpe_sha1_f(unsigned int t, u32 b, u32 c, u32 d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

/* Section 6.2: the schedule in 16 words that are used in a circle. */
static u32 rtpe_sha1_word(u32 w[16], unsigned int t, const u8 *data)
{
	if (t < 16)
		w[t] = get_unaligned_be32(data + 4 * t);
	else
		w[t & 15] = rol32(w[(t - 3) & 15] ^ w[(t - 8) & 15] ^ w[(t - 14) & 15] ^ w[t & 15], 1);
	return w[t & 15];
}

void rtpe_sha1_block(struct rtpe_sha1 *state, const u8 *data)
{
	struct rtpe_sha1 s = *state;
	u32 w[16], next;
	unsigned int t;

	for (t = 0; t < 80; t++) {
		next = rol32(s.h[0], 5) + rtpe_sha1_f(t, s.h[1], s.h[2], s.h[3]) + s.h[4] +
		       rtpe_sha1_word(w, t, data);
		s = (struct rtpe_sha1){ { next, s.h[0], rol32(s.h[1], 30), s.h[2], s.h[3] } };
	}
	for (t = 0; t < 5; t++)
		state->h[t] += s.h[t];
}
