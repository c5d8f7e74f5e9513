// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_tag.h"

#include <linux/string.h>

#include "compat.h"

/* RFC 3711 section 4.2: RTP and then its ROC; RTCP with its index. */
static void rtpe_hmac_tag(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet, u8 *tag,
			  enum rtpe_simd simd)
{
	const __be32 roc = cpu_to_be32(packet->index_value >> 16);
	const struct rtpe_hmac_message message = {
		.data = packet->data,
		.trailer = packet->index ? NULL : &roc,
		.len = packet->body + (packet->index ? sizeof(__be32) : 0),
	};

	rtpe_hmac(&keys->hmac, &message, tag, simd);
}

/*
 * What is authenticated only: RTP up to the payload, RTCP the same and then its index, which stands apart
 * from it (RFC 7714 sections 8.2, 9.2). How many bytes that was.
 */
static unsigned int rtpe_gcm_clear(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
				   struct rtpe_field *hash, enum rtpe_simd simd)
{
	unsigned int len = packet->encrypted ? packet->header : packet->body;
	unsigned int whole = len & ~(RTPE_GHASH_BLOCK - 1);
	u8 tail[RTPE_GHASH_BLOCK + sizeof(__be32)];

	if (!packet->index) {
		rtpe_ghash(&keys->ghash, hash, packet->data, len, simd);
		return len;
	}
	rtpe_ghash(&keys->ghash, hash, packet->data, whole, simd);
	memcpy(tail, packet->data + whole, len - whole);
	memcpy(tail + len - whole, packet->index, sizeof(__be32));
	rtpe_ghash(&keys->ghash, hash, tail, len - whole + sizeof(__be32), simd);
	return len + sizeof(__be32);
}

static void rtpe_gcm_tag(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
			 const struct rtpe_aes_iv *iv, u8 *tag, enum rtpe_simd simd)
{
	unsigned int encrypted = packet->encrypted ? packet->body - packet->header : 0;
	struct rtpe_field hash = {};
	__be64 lengths[2];

	lengths[0] = cpu_to_be64(8ULL * rtpe_gcm_clear(keys, packet, &hash, simd));
	lengths[1] = cpu_to_be64(8ULL * encrypted);
	rtpe_ghash(&keys->ghash, &hash, packet->data + packet->header, encrypted, simd);
	rtpe_ghash(&keys->ghash, &hash, (const u8 *)lengths, sizeof(lengths), simd);
	rtpe_ghash_bytes(&hash, tag);
	rtpe_aes_ctr(&keys->aes, iv, 1, tag, RTPE_GHASH_BLOCK, simd);
}

void rtpe_srtp_tag(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
		   const struct rtpe_aes_iv *iv, u8 tag[RTPE_MAX_TAG], enum rtpe_simd simd)
{
	if (keys->gcm)
		rtpe_gcm_tag(keys, packet, iv, tag, simd);
	else
		rtpe_hmac_tag(keys, packet, tag, simd);
}
