/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SRTP and SRTCP: one side of a stream, its session keys and the state of its SSRCs. */
#ifndef RTPE_SRTP_H
#define RTPE_SRTP_H

#include <linux/types.h>

#include "uapi/xt_RTPENGINE.h"

struct rtpe_srtp; /* reference counted */

/*
 * Checks all of @config (flags has RTPENGINE_SRTP) and @sources, derives the session keys. @incoming: for
 * unprotect, else for protect. May sleep. Never NULL; ERR_PTR: -EINVAL, -ENOMEM.
 */
struct rtpe_srtp *rtpe_srtp_create(const struct rtpengine_srtp *config,
				   const struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES],
				   bool incoming);
struct rtpe_srtp *rtpe_srtp_get(struct rtpe_srtp *srtp);

/*
 * Process context. The last reference is given up only after a grace period in which no packet found
 * @srtp any more: the owner waits for that. Keys are zeroed.
 */
void rtpe_srtp_put(struct rtpe_srtp *srtp);

/* Same keys and parameters; how long it takes says nothing about where they differ. */
bool rtpe_srtp_matches(const struct rtpe_srtp *srtp, const struct rtpengine_srtp *config);
bool rtpe_srtp_same(const struct rtpe_srtp *a, const struct rtpe_srtp *b);

/* Consistent snapshot of the SSRCs that were seen; how many. The others are zero. Any context but hardirq. */
unsigned int rtpe_srtp_sources(struct rtpe_srtp *srtp,
			       struct rtpengine_srtp_source out[RTPENGINE_MAX_SOURCES]);

/* RTPENGINE_SRTP_SHARED, and then, in softirq: whether RTP is ours. */
bool rtpe_srtp_shared(const struct rtpe_srtp *srtp);
bool rtpe_srtp_own(struct rtpe_srtp *srtp, u32 ssrc, u16 seq);

/* Bytes that rtpe_srtp_protect() adds. */
unsigned int rtpe_srtp_overhead(const struct rtpe_srtp *srtp, bool rtcp);

/*
 * Softirq with BH disabled; never sleep, allocate nothing. @data: linear and writable, version 2, at least
 * 12 bytes (RTCP: 8). @room: writable bytes behind @len. After an error @data is what it was. The new
 * length, or
 * -EINVAL: header longer than the packet, or no room for tag, index and MKI in what was received
 * -EBADMSG: tag or MKI is wrong
 * -EALREADY: this index was received before or is older than the window; sending: it was used before, and
 *	encrypting another packet with the same key stream would give both away
 * -EOVERFLOW: the key's last index is used up, a new key is needed
 * -ENOSPC: @room is too small; or genuine, but of more SSRCs than can be told apart safely
 */
int rtpe_srtp_unprotect(struct rtpe_srtp *srtp, u8 *data, unsigned int len, bool rtcp);
int rtpe_srtp_protect(struct rtpe_srtp *srtp, u8 *data, unsigned int len, unsigned int room, bool rtcp);

#endif
