// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One block an iteration is enough: blocks don't depend on each other and an iteration has 20 instructions, so
 * the CPU has a good many of them under way at once.
 */
#include "srtp_aes.h"
#include "srtp_x86.h"

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_aesenc(rtpe_v4 state, const u32 *key)
{
	asm("vaesenc %1, %0, %0" : "+x"(state) : "m"(*(const rtpe_v4 *)key));
	return state;
}

static RTPE_VECTOR_INLINE rtpe_v4 rtpe_aesenclast(rtpe_v4 state, const u32 *key)
{
	asm("vaesenclast %1, %0, %0" : "+x"(state) : "m"(*(const rtpe_v4 *)key));
	return state;
}

/* 10, 12 or 14 rounds with the round keys up to @last. @state already has the first one, which is at @key. */
static RTPE_VECTOR_INLINE rtpe_v4 rtpe_aes_rounds(rtpe_v4 state, const u32 *key, const u32 *last)
{
	if (last - key >= 4 * 12) {
		state = rtpe_aesenc(state, key + 4);
		state = rtpe_aesenc(state, key + 8);
	}
	if (last - key >= 4 * 14) {
		state = rtpe_aesenc(state, key + 12);
		state = rtpe_aesenc(state, key + 16);
	}
	state = rtpe_aesenc(state, last - 36);
	state = rtpe_aesenc(state, last - 32);
	state = rtpe_aesenc(state, last - 28);
	state = rtpe_aesenc(state, last - 24);
	state = rtpe_aesenc(state, last - 20);
	state = rtpe_aesenc(state, last - 16);
	state = rtpe_aesenc(state, last - 12);
	state = rtpe_aesenc(state, last - 8);
	state = rtpe_aesenc(state, last - 4);
	return rtpe_aesenclast(state, last);
}

static RTPE_VECTOR_INLINE void rtpe_xor_bytes(u8 *data, rtpe_v4 stream, unsigned int len)
{
	u8 bytes[16];

	rtpe_store4(bytes, stream);
	while (len--)
		data[len] ^= bytes[len];
}

/* From the counter on: @len bytes. */
static RTPE_VECTOR_INLINE void rtpe_ctr(const u32 *key, const u32 *last, rtpe_v4 counter, u8 *data,
					unsigned int len)
{
	static const u32 one_more[4] = { 1 };
	const rtpe_v4 one = rtpe_load4(one_more), first_key = rtpe_load4(key);
	rtpe_v4 stream;

	for (; len >= 16; data += 16, len -= 16, counter += one) {
		stream = rtpe_aes_rounds(rtpe_swap_all(counter) ^ first_key, key, last);
		rtpe_store4(data, rtpe_load4(data) ^ stream);
	}
	if (len) {
		stream = rtpe_aes_rounds(rtpe_swap_all(counter) ^ first_key, key, last);
		rtpe_xor_bytes(data, stream, len);
	}
}

RTPE_VECTOR void rtpe_aes_ctr_x86(const struct rtpe_aes *aes, const struct rtpe_aes_iv *iv,
				  unsigned int first, u8 *data, unsigned int len)
{
	const u64 start[2] = { iv->low | first, iv->high };
	const u32 *key = aes->round_keys;

	/* Inlined once for each length, so that nothing in the loop asks for it. */
	if (aes->key_length == AES_KEYSIZE_128)
		rtpe_ctr(key, key + 4 * 10, rtpe_load4(start), data, len);
	else if (aes->key_length == AES_KEYSIZE_192)
		rtpe_ctr(key, key + 4 * 12, rtpe_load4(start), data, len);
	else
		rtpe_ctr(key, key + 4 * 14, rtpe_load4(start), data, len);
}
