/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a datagram is by its first bytes: RFC 7983, RFC 5761. Pure. */
#ifndef RTPE_PACKET_H
#define RTPE_PACKET_H

#include <linux/types.h>

#include "compat.h"

enum rtpe_kind { RTPE_OTHER, RTPE_RTP, RTPE_RTCP, RTPE_UP };

/* Bytes of the payload that rtpe_classify() looks at: an RTP header with all its CSRCs and the extension's length. */
#define RTPE_PEEK (12 + 15 * 4 + 4)

static inline bool rtpe_is_whole_rtp(const u8 *data, unsigned int length)
{
	unsigned int size = 12 + 4 * (data[0] & 0x0f);

	if (unlikely(data[0] & 0x10)) {
		if (length < size + 4)
			return false;
		size += 4 + 4 * get_unaligned_be16(data + size + 2);
	}
	return length >= size;
}

static inline bool rtpe_is_whole_rtcp(const u8 *data, unsigned int length)
{
	return length >= 8 && 4u * (get_unaligned_be16(data + 2) + 1) <= length;
}

/*
 * `length` bytes of payload, the first RTPE_PEEK of which (or all) lie at `data`. RTPE_UP: STUN, DTLS and ZRTP, which
 * are for userspace always. RTPE_OTHER: also RTP and RTCP that are malformed.
 */
static inline enum rtpe_kind rtpe_classify(const u8 *data, unsigned int length)
{
	if (unlikely(length < 12))
		return length >= 8 && data[0] >> 6 == 2 && data[1] >= 192 && data[1] <= 223 &&
				       rtpe_is_whole_rtcp(data, length) ?
			       RTPE_RTCP :
			       RTPE_OTHER;
	if (likely(data[0] >> 6 == 2)) {
		if (unlikely(data[1] >= 192 && data[1] <= 223))
			return rtpe_is_whole_rtcp(data, length) ? RTPE_RTCP : RTPE_OTHER;
		return rtpe_is_whole_rtp(data, length) ? RTPE_RTP : RTPE_OTHER;
	}
	if (data[0] <= 3)
		return length >= 20 && get_unaligned_be32(data + 4) == 0x2112a442 ? RTPE_UP : RTPE_OTHER;
	if (data[0] >= 16 && data[0] <= 19)
		return get_unaligned_be32(data + 4) == 0x5a525450 ? RTPE_UP : RTPE_OTHER;
	if (data[0] >= 20 && data[0] <= 63 && length >= 13)
		return RTPE_UP;
	return RTPE_OTHER;
}

#endif
