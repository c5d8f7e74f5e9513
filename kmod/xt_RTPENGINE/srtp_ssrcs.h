/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SSRCs of a side. A few are told apart. A new one takes a free place, or that of the one unused longest if
 * nothing came of it for RTPE_SSRC_IDLE: so nobody can push an SSRC out that is in use. One that has gone never
 * returns under this key: receiving, everything of it that was recorded could be replayed, as its window
 * is lost; sending, its indices would begin again, and with them the key stream.
 */
#ifndef RTPE_SRTP_SSRCS_H
#define RTPE_SRTP_SSRCS_H

#include <linux/jiffies.h>
#include <linux/spinlock.h>

#include "srtp_window.h"
#include "uapi/xt_RTPENGINE.h"

#define RTPE_SSRC_IDLE (30 * HZ)
#define RTPE_SSRCS_GONE 28

struct rtpe_ssrc {
	u32 ssrc;
	bool taken;
	unsigned long used;	      /* jiffies */
	u64 others;		      /* shared: RTP up to this index is userspace's */
	struct rtpe_window window[2]; /* RTP, RTCP */
};

struct rtpe_ssrcs {
	raw_spinlock_t lock; /* raw: held for some dozen instructions, also where vectors are in use */
	unsigned int n_gone;
	bool shared; /* with userspace: no SSRC comes or goes */
	struct rtpe_ssrc place[RTPENGINE_MAX_SOURCES];
	u32 gone[RTPE_SSRCS_GONE];
};

/* -EINVAL: out of range, one SSRC twice, or something where nothing may be. Not locked: nobody has it yet. */
int rtpe_ssrcs_init(struct rtpe_ssrcs *ssrcs,
		    const struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES], bool shared);
unsigned int rtpe_ssrcs_snapshot(struct rtpe_ssrcs *ssrcs,
				 struct rtpengine_srtp_source out[RTPENGINE_MAX_SOURCES]);

/* The rest with BH disabled, and for RTP or RTCP: the two have nothing to do with each other. */

/* Of what is shared with userspace: whether RTP is ours. */
bool rtpe_ssrcs_own(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq);

/* Takes the index of a packet that is to be sent. -EALREADY, -EOVERFLOW, -ENOSPC. */
int rtpe_ssrcs_send_rtp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq, u64 *index);
int rtpe_ssrcs_send_rtcp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u64 *index);

/*
 * Receiving takes two steps, as nothing may change before the tag is known to be good: the index that RTP
 * seems to have, whether an index was received before, and then, with the tag checked,
 * rtpe_ssrcs_receive(): the same question again, as another CPU may have been faster; its answer counts.
 */
u64 rtpe_ssrcs_guess_rtp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq, bool *seen);
bool rtpe_ssrcs_saw_rtcp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u64 index);
/* @genuine: there was a tag; without one nothing can be said about replays. -EALREADY, -ENOSPC. */
int rtpe_ssrcs_receive(struct rtpe_ssrcs *ssrcs, u32 ssrc, bool rtcp, u64 index, bool genuine);

#endif
