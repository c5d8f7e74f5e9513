/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GHASH, NIST SP 800-38D section 6.4. As its bits stand in reverse, we calculate in the mirror: GHASH(H, X) is
 * POLYVAL(x * H', X') with all 16 bytes of a block in reverse, RFC 8452 appendix A, and that needs no turning
 * of bits.
 */
#ifndef RTPE_SRTP_GHASH_H
#define RTPE_SRTP_GHASH_H

#include <linux/types.h>

#include "srtp_simd.h"

#define RTPE_GHASH_BLOCK 16

/* An element of the field: x^0 is the lowest bit of word[0]. */
struct rtpe_field {
	u64 word[2];
};

/* From the cipher's block of zeros to a key for rtpe_ghash(). */
struct rtpe_field rtpe_ghash_key(const u8 block[RTPE_GHASH_BLOCK]);

/* Takes @len bytes into @hash, which begins as zero; the last block is filled up with zeros. */
void rtpe_ghash(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data, unsigned int len,
		enum rtpe_simd simd);

void rtpe_ghash_blocks_x86(const struct rtpe_field *key, struct rtpe_field *hash, const u8 *data,
			   unsigned int blocks);

/* The result as bytes. */
void rtpe_ghash_bytes(const struct rtpe_field *hash, u8 out[RTPE_GHASH_BLOCK]);

#endif
