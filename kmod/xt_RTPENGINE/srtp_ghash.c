// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_ghash.h"

#include <linux/bitrev.h>
#include <linux/string.h>

#include "compat.h"

/* x^127 + x^126 + x^121, what x^128 is replaced by beside 1, as bits of the upper word. */
#define RTPE_FIELD_POLYNOMIAL 0xc200000000000000ULL

struct rtpe_field rtpe_ghash_key(const u8 block[RTPE_GHASH_BLOCK])
{
	struct rtpe_field h = { { get_unaligned_be64(block + 8), get_unaligned_be64(block) } };
	u64 carry = -(h.word[1] >> 63); /* a mask: the key decides no branch */

	h.word[1] = (h.word[1] << 1 | h.word[0] >> 63) ^ (carry & RTPE_FIELD_POLYNOMIAL);
	h.word[0] = h.word[0] << 1 ^ (carry & 1);
	return h;
}

void rtpe_ghash_bytes(const struct rtpe_field *hash, u8 out[RTPE_GHASH_BLOCK])
{
	put_unaligned_be64(hash->word[1], out);
	put_unaligned_be64(hash->word[0], out + 8);
}

/*
 * Lower half of a product without carries, in constant time: integer multiplication of numbers that have only
 * every fourth bit, so that what is carried falls into the gaps. 16 terms at most meet in one place, and only
 * in the last would they fill its gap: what leaves it is beyond the 64 bits.
 */
static u64 rtpe_multiply_low(u64 a, u64 b)
{
	static const u64 gaps = 0x1111111111111111ULL;
	u64 out = 0, sum;
	unsigned int n, m;

	for (n = 0; n < 4; n++) {
		sum = 0;
		for (m = 0; m < 4; m++)
			sum ^= (a & gaps << m) * (b & gaps << ((n - m) & 3));
		out |= sum & gaps << n;
	}
	return out;
}

static u64 rtpe_reverse64(u64 v)
{
	return (u64)bitrev32(v) << 32 | bitrev32(v >> 32);
}

/* Mirrored factors give the mirrored product: its lower half is the upper one, moved by a bit. */
static u64 rtpe_multiply_high(u64 a, u64 b)
{
	return rtpe_reverse64(rtpe_multiply_low(rtpe_reverse64(a), rtpe_reverse64(b))) >> 1;
}

static void rtpe_multiply_add(u64 out[4], unsigned int at, u64 a, u64 b)
{
	out[at] ^= rtpe_multiply_low(a, b);
	out[at + 1] ^= rtpe_multiply_high(a, b);
}

/* a * b / x^128, the product that POLYVAL is made of. */
static struct rtpe_field rtpe_field_multiply(const struct rtpe_field *a, const struct rtpe_field *b)
{
	u64 p[4] = {};
	unsigned int n;

	rtpe_multiply_add(p, 0, a->word[0], b->word[0]);
	rtpe_multiply_add(p, 1, a->word[0], b->word[1]);
	rtpe_multiply_add(p, 1, a->word[1], b->word[0]);
	rtpe_multiply_add(p, 2, a->word[1], b->word[1]);
	/* Adding p[n] times the polynomial, whose lowest term is 1, makes p[n] zero: twice, and 128 bits are off. */
	for (n = 0; n < 2; n++) {
		p[n + 1] ^= p[n] << 63 ^ p[n] << 62 ^ p[n] << 57;
		p[n + 2] ^= p[n] ^ p[n] >> 1 ^ p[n] >> 2 ^ p[n] >> 7;
	}
	return (struct rtpe_field){ { p[2], p[3] } };
}

static void rtpe_ghash_blocks_plain(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data,
				    unsigned int blocks)
{
	for (; blocks; blocks--, data += RTPE_GHASH_BLOCK) {
		hash->word[0] ^= get_unaligned_be64(data + 8);
		hash->word[1] ^= get_unaligned_be64(data);
		*hash = rtpe_field_multiply(hash, key);
	}
}

static void rtpe_ghash_blocks(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data,
			      unsigned int blocks, enum rtpe_simd simd)
{
	if (rtpe_simd(simd))
		rtpe_ghash_blocks_x86(key, hash, data, blocks);
	else
		rtpe_ghash_blocks_plain(key, hash, data, blocks);
}

void rtpe_ghash(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data, unsigned int len,
		enum rtpe_simd simd)
{
	unsigned int whole = len & ~(RTPE_GHASH_BLOCK - 1);
	u8 last[RTPE_GHASH_BLOCK] = {};

	rtpe_ghash_blocks(key, hash, data, whole / RTPE_GHASH_BLOCK, simd);
	if (whole == len)
		return;
	memcpy(last, data + whole, len - whole);
	rtpe_ghash_blocks(key, hash, last, 1, simd);
}
