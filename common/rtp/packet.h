/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/*
 * What a packet is and what it is to a port: the one answer of workers, of the module and of BPF. Pure; C, and constexpr in
 * C++. Of a datagram of `length` bytes, the first RTP_PEEK (or all) lie between `data` and `end`, which each access is
 * compared with, as BPF's verifier wants it.
 */
#ifndef RTPENGINE_RTP_PACKET_H
#define RTPENGINE_RTP_PACKET_H

#include <linux/types.h>

#ifdef __cplusplus
#define RTP_FUNCTION constexpr
#else
#define RTP_FUNCTION static inline __attribute__((always_inline))
#endif
#define RTP_LIKELY(x) __builtin_expect(!!(x), 1)
#define RTP_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define RTP_HEADER 12			  /* bytes of the fixed part */
#define RTP_PEEK (RTP_HEADER + 15 * 4 + 4) /* with all its CSRCs, and the extension's length */

/* RTP, RTCP and what is neither may be a kernel's to forward; what follows is always userspace's. */
enum rtp_kind {
	RTP_KIND_OTHER, /* none of the below; also RTP and RTCP that are malformed */
	RTP_KIND_RTP,
	RTP_KIND_RTCP,
	RTP_KIND_STUN,
	RTP_KIND_DTLS,
	RTP_KIND_ZRTP, /* RFC 6189: end to end, passes through */
};

enum rtp_component {
	RTP_COMPONENT_ANY, /* UDP of any kind */
	RTP_COMPONENT_RTP,
	RTP_COMPONENT_RTCP,
	RTP_COMPONENT_MUXED,
};

/* What a packet is to a port. */
enum rtp_content {
	RTP_AS_RTP, /* it goes to who takes RTP */
	RTP_AS_RTCP,
	RTP_AS_OPAQUE, /* to everybody */
	RTP_IGNORED,   /* not for the stream */
	RTP_REFUSED,   /* an error there */
};

/* In host order. */
struct rtp_header {
	__u32 ssrc, timestamp;
	__u16 sequence;
	__u8 type, marker;
};

RTP_FUNCTION __u16 rtp_be16(const __u8 *at)
{
	return (__u16)(at[0] << 8 | at[1]);
}

RTP_FUNCTION __u32 rtp_be32(const __u8 *at)
{
	return (__u32)at[0] << 24 | (__u32)at[1] << 16 | (__u32)at[2] << 8 | at[3];
}

/* `data`: RTP_HEADER bytes of RTP. */
RTP_FUNCTION struct rtp_header rtp_read_header(const __u8 *data)
{
	const struct rtp_header header = { rtp_be32(data + 8), rtp_be32(data + 4), rtp_be16(data + 2),
					   (__u8)(data[1] & 0x7f), (__u8)(data[1] >> 7) };

	return header;
}

/* With CSRCs and extension, RFC 3550 section 5.1. 0: no RTP, or it doesn't fit. */
RTP_FUNCTION __u32 rtp_header_size(const __u8 *data, const __u8 *end, __u32 length)
{
	const __u8 *extension = data;
	__u32 size = RTP_HEADER;

	if (RTP_UNLIKELY(length < RTP_HEADER || data + RTP_HEADER > end || data[0] >> 6 != 2))
		return 0;
	size += 4u * (data[0] & 0x0f);
	if (RTP_UNLIKELY(data[0] & 0x10)) {
		if (length < size + 4)
			return 0;
		extension = data + size;
		if (extension + 4 > end)
			return 0;
		size += 4 + 4u * rtp_be16(extension + 2);
	}
	return size <= length ? size : 0;
}

/* The first packet of a compound, RFC 3550 section 6.4.1. 0: no RTCP, or it doesn't fit. */
RTP_FUNCTION __u32 rtp_rtcp_size(const __u8 *data, const __u8 *end, __u32 length)
{
	__u32 size = 0;

	if (length < 4 || data + 4 > end || data[0] >> 6 != 2)
		return 0;
	size = 4 * (rtp_be16(data + 2) + 1u);
	return size <= length ? size : 0;
}

/* STUN, DTLS, ZRTP by RFC 7983 section 7; both cookies are the second word. */
RTP_FUNCTION enum rtp_kind rtp_classify_other(const __u8 *data, const __u8 *end, __u32 length)
{
	if (length < 12 || data + 12 > end)
		return RTP_KIND_OTHER;
	if (data[0] <= 3)
		return length >= 20 && rtp_be32(data + 4) == 0x2112a442 ? RTP_KIND_STUN : RTP_KIND_OTHER;
	if (data[0] >= 16 && data[0] <= 19)
		return rtp_be32(data + 4) == 0x5a525450 ? RTP_KIND_ZRTP : RTP_KIND_OTHER;
	if (data[0] >= 20 && data[0] <= 63 && length >= 13)
		return RTP_KIND_DTLS;
	return RTP_KIND_OTHER;
}

/* RFC 5761 section 4 tells RTP and RTCP apart. Looks at nothing that SRTP encrypts. */
RTP_FUNCTION enum rtp_kind rtp_classify(const __u8 *data, const __u8 *end, __u32 length)
{
	if (RTP_UNLIKELY(length < 4 || data + 4 > end))
		return RTP_KIND_OTHER;
	if (RTP_UNLIKELY(data[0] >> 6 != 2))
		return rtp_classify_other(data, end, length);
	if (RTP_UNLIKELY(data[1] >= 192 && data[1] <= 223))
		return rtp_rtcp_size(data, end, length) ? RTP_KIND_RTCP : RTP_KIND_OTHER;
	return rtp_header_size(data, end, length) ? RTP_KIND_RTP : RTP_KIND_OTHER;
}

RTP_FUNCTION int rtp_is_userspaces(enum rtp_kind kind)
{
	return kind >= RTP_KIND_STUN;
}

/* RTCP on a port that isn't multiplexed is most likely that of a peer who multiplexes unasked: it goes the way of RTP. */
RTP_FUNCTION enum rtp_content rtp_content(enum rtp_kind kind, enum rtp_component component)
{
	if (component == RTP_COMPONENT_ANY)
		return RTP_AS_OPAQUE;
	if (kind == RTP_KIND_RTP || kind == RTP_KIND_ZRTP)
		return component == RTP_COMPONENT_RTCP ? RTP_REFUSED : RTP_AS_RTP;
	if (kind == RTP_KIND_RTCP)
		return component == RTP_COMPONENT_RTP ? RTP_AS_RTP : RTP_AS_RTCP;
	return kind == RTP_KIND_OTHER ? RTP_REFUSED : RTP_IGNORED;
}

/* Whether its source may be learned: that of what the port is there for. */
RTP_FUNCTION int rtp_teaches(enum rtp_kind kind, enum rtp_component component)
{
	if (component == RTP_COMPONENT_ANY)
		return 1;
	return kind == (component == RTP_COMPONENT_RTCP ? RTP_KIND_RTCP : RTP_KIND_RTP);
}

#endif
