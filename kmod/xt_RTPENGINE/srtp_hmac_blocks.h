/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message as the blocks that SHA-1 wants, for the three implementations of rtpe_hmac(): inlined in each. */
#ifndef RTPE_SRTP_HMAC_BLOCKS_H
#define RTPE_SRTP_HMAC_BLOCKS_H

#include <linux/string.h>

#include "compat.h"
#include "srtp_hmac.h"

/* First some where the data lies, then, with the padding, one or two that are made here. */
struct rtpe_hmac_blocks {
	const u8 *data;
	unsigned int in_data, all;
	u8 bytes[3 * RTPE_SHA1_BLOCK]; /* the last two; the one before is for rtpe_copy_end() */
	bool outer;
};

static __always_inline u8 *rtpe_hmac_tail(struct rtpe_hmac_blocks *blocks)
{
	return blocks->bytes + RTPE_SHA1_BLOCK;
}

/* Behind @used bytes in @block, which zeros follow, the end of SHA-1's message. @total: its length in bytes. */
static __always_inline unsigned int rtpe_sha1_pad(u8 *block, unsigned int used, u64 total)
{
	unsigned int blocks = used + 1 + sizeof(u64) <= RTPE_SHA1_BLOCK ? 1 : 2;

	block[used] = 0x80;
	put_unaligned_be64(8 * total, block + blocks * RTPE_SHA1_BLOCK - sizeof(u64));
	return blocks;
}

/* The last @used bytes of the message: if it has a block, as the end of one, which is a copy of fixed size. */
static __always_inline void rtpe_copy_end(struct rtpe_hmac_blocks *blocks, const u8 *end, unsigned int used)
{
	if (likely(blocks->in_data))
		memcpy(blocks->bytes + used, end - RTPE_SHA1_BLOCK, RTPE_SHA1_BLOCK);
	else
		memcpy(rtpe_hmac_tail(blocks), end - used, used);
}

static __always_inline void rtpe_hmac_blocks(struct rtpe_hmac_blocks *blocks,
					     const struct rtpe_hmac_message *message)
{
	unsigned int len = message->len, used = len % RTPE_SHA1_BLOCK;
	u8 *tail = rtpe_hmac_tail(blocks);

	blocks->data = message->data;
	blocks->in_data = len / RTPE_SHA1_BLOCK;
	blocks->outer = false;
	memset(tail, 0, 2 * RTPE_SHA1_BLOCK);
	rtpe_copy_end(blocks, message->data + len, used);
	if (message->trailer) {
		put_unaligned(*message->trailer, (__be32 *)(tail + used));
		used += sizeof(*message->trailer);
		len += sizeof(*message->trailer);
	}
	blocks->all = blocks->in_data + rtpe_sha1_pad(tail, used, RTPE_SHA1_BLOCK + len);
}

static __always_inline const u8 *rtpe_hmac_block(const struct rtpe_hmac_blocks *blocks, unsigned int n)
{
	return n < blocks->in_data ? blocks->data + n * RTPE_SHA1_BLOCK :
				     blocks->bytes + (n + 1 - blocks->in_data) * RTPE_SHA1_BLOCK;
}

static __always_inline void rtpe_sha1_bytes(u8 *out, const struct rtpe_sha1 *state)
{
	put_unaligned_be32(state->h[0], out);
	put_unaligned_be32(state->h[1], out + 4);
	put_unaligned_be32(state->h[2], out + 8);
	put_unaligned_be32(state->h[3], out + 12);
	put_unaligned_be32(state->h[4], out + 16);
}

/*
 * After the inner hash, whose end is in @state: makes the one block of the outer hash of it, and @state its
 * beginning. False after the outer hash.
 */
static __always_inline bool rtpe_hmac_turn(struct rtpe_hmac_blocks *blocks, const struct rtpe_hmac *hmac,
					   struct rtpe_sha1 *state)
{
	u8 *tail = rtpe_hmac_tail(blocks);

	if (blocks->outer)
		return false;
	blocks->outer = true;
	blocks->in_data = 0;
	memset(tail, 0, RTPE_SHA1_BLOCK);
	rtpe_sha1_bytes(tail, state);
	blocks->all = rtpe_sha1_pad(tail, RTPE_SHA1_SIZE, RTPE_SHA1_BLOCK + RTPE_SHA1_SIZE);
	*state = hmac->outer;
	return true;
}

#endif
