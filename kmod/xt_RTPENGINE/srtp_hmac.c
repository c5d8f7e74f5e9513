// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_hmac.h"

#include "srtp_hmac_blocks.h"

static void rtpe_hmac_pad(struct rtpe_sha1 *state, const u8 *key, unsigned int len, u8 pad)
{
	u8 block[RTPE_SHA1_BLOCK];
	unsigned int n;

	for (n = 0; n < sizeof(block); n++)
		block[n] = pad ^ (n < len ? key[n] : 0);
	*state = rtpe_sha1_start;
	rtpe_sha1_block(state, block);
	memzero_explicit(block, sizeof(block));
}

void rtpe_hmac_key(struct rtpe_hmac *hmac, const u8 *key, unsigned int len)
{
	rtpe_hmac_pad(&hmac->inner, key, len, 0x36);
	rtpe_hmac_pad(&hmac->outer, key, len, 0x5c);
}

void rtpe_hmac_plain(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
		     u8 out[RTPE_SHA1_SIZE])
{
	struct rtpe_sha1 state = hmac->inner;
	struct rtpe_hmac_blocks blocks;
	unsigned int n;

	rtpe_hmac_blocks(&blocks, message);
	do {
		for (n = 0; n < blocks.all; n++)
			rtpe_sha1_block(&state, rtpe_hmac_block(&blocks, n));
	} while (rtpe_hmac_turn(&blocks, hmac, &state));
	rtpe_sha1_bytes(out, &state);
}
