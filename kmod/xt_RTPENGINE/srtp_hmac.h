/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMAC-SHA1, RFC 2104, with a key whose two blocks were hashed beforehand. The kernel's own can't be had for
 * less than twice the instructions: it is behind shash, which copies its state about, and its SHA-1 makes no
 * use of AVX2 for packets of our size. So there are three of our own: plain C, AVX2, SHA instructions.
 */
#ifndef RTPE_SRTP_HMAC_H
#define RTPE_SRTP_HMAC_H

#include "srtp_sha1.h"
#include "srtp_simd.h"

struct rtpe_hmac {
	struct rtpe_sha1 inner, outer;
};

/* @data and then, if not NULL, the four bytes of @trailer: that is the ROC, RFC 3711 section 4.2. */
struct rtpe_hmac_message {
	const u8 *data;
	const __be32 *trailer;
	unsigned int len; /* of data */
};

/* @len: at most 64. */
void rtpe_hmac_key(struct rtpe_hmac *hmac, const u8 *key, unsigned int len);

void rtpe_hmac_plain(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
		     u8 out[RTPE_SHA1_SIZE]);
void rtpe_hmac_avx2(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
		    u8 out[RTPE_SHA1_SIZE]);
void rtpe_hmac_shani(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
		     u8 out[RTPE_SHA1_SIZE]);

static inline void rtpe_hmac(const struct rtpe_hmac *hmac, const struct rtpe_hmac_message *message,
			     u8 out[RTPE_SHA1_SIZE], enum rtpe_simd simd)
{
	if (!rtpe_simd(simd))
		rtpe_hmac_plain(hmac, message, out);
	else if (simd & RTPE_SIMD_SHA)
		rtpe_hmac_shani(hmac, message, out);
	else
		rtpe_hmac_avx2(hmac, message, out);
}

#endif
