/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AES in counter mode, for AES-CM and AES-GCM alike. */
#ifndef RTPE_SRTP_AES_H
#define RTPE_SRTP_AES_H

#include <linux/types.h>

#include "compat.h"
#include "srtp_simd.h"

#define RTPE_AES_BLOCK AES_BLOCK_SIZE

struct rtpe_aes {
	u32 round_keys[AES_MAX_KEYLENGTH_U32]; /* as bytes in the order of FIPS 197 */
	u32 key_length;
	struct rtpe_aes_generic generic;
};

/* The first counter block as a 128-bit number. Its low 16 bits are zero: they count the blocks. */
struct rtpe_aes_iv {
	u64 high, low;
};

/* @len: 16, 24 or 32; else -EINVAL. */
int rtpe_aes_key(struct rtpe_aes *aes, const u8 *key, unsigned int len);

/* One block. */
static inline void rtpe_aes_encrypt(const struct rtpe_aes *aes, u8 out[RTPE_AES_BLOCK],
				    const u8 in[RTPE_AES_BLOCK])
{
	aes_encrypt(&aes->generic, out, in);
}

void rtpe_aes_ctr_plain(const struct rtpe_aes *aes, const struct rtpe_aes_iv *iv, unsigned int first,
			u8 *data, unsigned int len);
void rtpe_aes_ctr_x86(const struct rtpe_aes *aes, const struct rtpe_aes_iv *iv, unsigned int first,
		      u8 *data, unsigned int len);

/*
 * XORs the key stream, from its block number @first on, to @len bytes of @data. No more than 2^16 blocks.
 */
static inline void rtpe_aes_ctr(const struct rtpe_aes *aes, const struct rtpe_aes_iv *iv,
				unsigned int first, u8 *data, unsigned int len, enum rtpe_simd simd)
{
	if (!rtpe_simd(simd))
		rtpe_aes_ctr_plain(aes, iv, first, data, len);
	else
		rtpe_aes_ctr_x86(aes, iv, first, data, len);
}

#endif
