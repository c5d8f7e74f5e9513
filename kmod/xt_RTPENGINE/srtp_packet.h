/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A protected packet, and where its parts are. In AES-CM and NULL (RFC 3711) and in GCM (RFC 7714):
 *
 *	RTP	header | payload | MKI | tag		header | payload | tag | MKI
 *	RTCP	header | ... | E, index | MKI | tag	header | ... | tag | E, index | MKI
 */
#ifndef RTPE_SRTP_PACKET_H
#define RTPE_SRTP_PACKET_H

#include "common/rtp/packet.h"
#include "compat.h"
#include "srtp_keys.h"

#define RTPE_RTCP_ENCRYPTED BIT(31) /* E, with the index */

struct rtpe_srtp_packet {
	u8 *data;
	unsigned int header; /* bytes that are never encrypted */
	unsigned int body;   /* header and payload */
	u8 *index, *mki, *tag; /* behind it; index of RTCP only, else NULL */
	u32 ssrc;
	u16 seq;	/* RTP */
	bool encrypted;
	u64 index_value; /* RTP: ROC << 16 | SEQ */
};

#define RTPE_RTCP_HEADER 8

/* Looks at the header of a packet without what protection adds; false: it doesn't fit in @body. */
static __always_inline bool rtpe_srtp_parse(struct rtpe_srtp_packet *packet, u8 *data, unsigned int body,
					    bool rtcp)
{
	if (body < (rtcp ? RTPE_RTCP_HEADER : RTP_HEADER))
		return false;
	packet->data = data;
	packet->body = body;
	packet->header = rtcp ? RTPE_RTCP_HEADER : rtp_header_size(data, data + body, body);
	packet->ssrc = rtp_be32(data + (rtcp ? 4 : 8));
	packet->seq = rtp_be16(data + 2);
	return packet->header;
}

static __always_inline u8 *rtpe_take(u8 **at, unsigned int len)
{
	u8 *part = *at;

	*at += len;
	return part;
}

static __always_inline void rtpe_srtp_lay_out(struct rtpe_srtp_packet *packet,
					      const struct rtpe_srtp_keys *keys, unsigned int mki_length)
{
	u8 *at = packet->data + packet->body;

	if (keys->gcm)
		packet->tag = rtpe_take(&at, keys->tag_length);
	packet->index = keys->rtcp ? rtpe_take(&at, sizeof(__be32)) : NULL;
	packet->mki = rtpe_take(&at, mki_length);
	if (!keys->gcm)
		packet->tag = at;
}

/* Encrypts or decrypts the payload. */
static inline void rtpe_srtp_crypt(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
				   const struct rtpe_aes_iv *iv, enum rtpe_simd simd)
{
	if (keys->cipher)
		rtpe_aes_ctr(&keys->aes, iv, keys->gcm ? 2 : 0, packet->data + packet->header,
			     packet->body - packet->header, simd);
}

#endif
