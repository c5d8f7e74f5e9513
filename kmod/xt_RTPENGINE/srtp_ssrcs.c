// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_ssrcs.h"

#include <linux/errno.h>
#include <linux/string.h>

static struct rtpe_ssrc *rtpe_ssrcs_find(struct rtpe_ssrcs *ssrcs, u32 ssrc)
{
	struct rtpe_ssrc *place = ssrcs->place;

	for (; place < ssrcs->place + RTPENGINE_MAX_SOURCES; place++)
		if (place->ssrc == ssrc && place->taken)
			return place;
	return NULL;
}

/* A free place, else the one unused longest. */
static struct rtpe_ssrc *rtpe_ssrcs_oldest(struct rtpe_ssrcs *ssrcs)
{
	struct rtpe_ssrc *oldest = ssrcs->place, *place;

	for (place = oldest; place < ssrcs->place + RTPENGINE_MAX_SOURCES; place++) {
		if (!place->taken)
			return place;
		if (time_before(place->used, oldest->used))
			oldest = place;
	}
	return oldest;
}

static bool rtpe_ssrcs_has_gone(const struct rtpe_ssrcs *ssrcs, u32 ssrc)
{
	unsigned int n;

	for (n = 0; n < ssrcs->n_gone; n++)
		if (ssrcs->gone[n] == ssrc)
			return true;
	return false;
}

static noinline struct rtpe_ssrc *rtpe_ssrcs_add(struct rtpe_ssrcs *ssrcs, u32 ssrc)
{
	struct rtpe_ssrc *place = rtpe_ssrcs_oldest(ssrcs);

	if (rtpe_ssrcs_has_gone(ssrcs, ssrc))
		return NULL;
	if (place->taken) {
		if (ssrcs->n_gone == RTPE_SSRCS_GONE || time_before(jiffies, place->used + RTPE_SSRC_IDLE))
			return NULL;
		ssrcs->gone[ssrcs->n_gone++] = place->ssrc;
	}
	*place = (struct rtpe_ssrc){ .ssrc = ssrc, .taken = true };
	return place;
}

static struct rtpe_ssrc *rtpe_ssrcs_use(struct rtpe_ssrcs *ssrcs, u32 ssrc)
{
	struct rtpe_ssrc *place = rtpe_ssrcs_find(ssrcs, ssrc);

	if (!place && !ssrcs->shared)
		place = rtpe_ssrcs_add(ssrcs, ssrc);
	if (place)
		place->used = jiffies;
	return place;
}

bool rtpe_ssrcs_own(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq)
{
	const struct rtpe_ssrc *place;
	bool own;

	raw_spin_lock(&ssrcs->lock);
	place = rtpe_ssrcs_find(ssrcs, ssrc);
	own = place && rtpe_window_guess(&place->window[0], seq) > place->others;
	raw_spin_unlock(&ssrcs->lock);
	return own;
}

static int rtpe_take_rtp(struct rtpe_ssrc *place, u16 seq, u64 *index)
{
	if (!place)
		return -ENOSPC;
	*index = rtpe_window_guess(&place->window[0], seq);
	if (*index > RTPE_RTP_LAST)
		return -EOVERFLOW;
	if (rtpe_window_saw(&place->window[0], *index))
		return -EALREADY;
	rtpe_window_add(&place->window[0], *index);
	return 0;
}

int rtpe_ssrcs_send_rtp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq, u64 *index)
{
	int err;

	raw_spin_lock(&ssrcs->lock);
	err = rtpe_take_rtp(rtpe_ssrcs_use(ssrcs, ssrc), seq, index);
	raw_spin_unlock(&ssrcs->lock);
	return err;
}

/* RFC 3711 section 3.4: the first has index 0. */
static int rtpe_take_rtcp(struct rtpe_ssrc *place, u64 *index)
{
	if (!place)
		return -ENOSPC;
	*index = place->window[1].begun ? place->window[1].highest + 1 : 0;
	if (*index > RTPE_RTCP_LAST)
		return -EOVERFLOW;
	rtpe_window_add(&place->window[1], *index);
	return 0;
}

int rtpe_ssrcs_send_rtcp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u64 *index)
{
	int err;

	raw_spin_lock(&ssrcs->lock);
	err = rtpe_take_rtcp(rtpe_ssrcs_use(ssrcs, ssrc), index);
	raw_spin_unlock(&ssrcs->lock);
	return err;
}

u64 rtpe_ssrcs_guess_rtp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u16 seq, bool *seen)
{
	const struct rtpe_ssrc *place;
	u64 index = seq;

	*seen = false;
	raw_spin_lock(&ssrcs->lock);
	place = rtpe_ssrcs_find(ssrcs, ssrc);
	if (place) {
		index = rtpe_window_guess(&place->window[0], seq);
		*seen = rtpe_window_saw(&place->window[0], index);
	}
	raw_spin_unlock(&ssrcs->lock);
	return index;
}

bool rtpe_ssrcs_saw_rtcp(struct rtpe_ssrcs *ssrcs, u32 ssrc, u64 index)
{
	const struct rtpe_ssrc *place;
	bool seen;

	raw_spin_lock(&ssrcs->lock);
	place = rtpe_ssrcs_find(ssrcs, ssrc);
	seen = place && rtpe_window_saw(&place->window[1], index);
	raw_spin_unlock(&ssrcs->lock);
	return seen;
}

static int rtpe_receive(struct rtpe_ssrc *place, bool rtcp, u64 index, bool genuine)
{
	if (!place)
		return -ENOSPC;
	if (genuine && rtpe_window_saw(&place->window[rtcp], index))
		return -EALREADY;
	rtpe_window_add(&place->window[rtcp], index);
	return 0;
}

int rtpe_ssrcs_receive(struct rtpe_ssrcs *ssrcs, u32 ssrc, bool rtcp, u64 index, bool genuine)
{
	int err;

	raw_spin_lock(&ssrcs->lock);
	err = rtpe_receive(rtpe_ssrcs_use(ssrcs, ssrc), rtcp, index, genuine);
	raw_spin_unlock(&ssrcs->lock);
	return err;
}

/* The highest index itself was received or sent, whether its bit says so or not. */
static struct rtpe_window rtpe_import(bool begun, u64 highest, const __u64 seen[2])
{
	if (!begun)
		return (struct rtpe_window){};
	return (struct rtpe_window){ .highest = highest, .seen = { seen[0] | 1, seen[1] }, .begun = true };
}

static bool rtpe_import_valid(bool begun, u64 highest, const __u64 seen[2], u64 last)
{
	return begun ? highest <= last : !highest && !seen[0] && !seen[1];
}

static bool rtpe_source_valid(const struct rtpengine_srtp_source *source)
{
	const __u32 known = RTPENGINE_SRTP_SOURCE_RTP | RTPENGINE_SRTP_SOURCE_RTCP;

	return !source->reserved && !(source->flags & ~known) &&
	       rtpe_import_valid(source->flags & RTPENGINE_SRTP_SOURCE_RTP, source->rtp_index,
				 source->rtp_window, RTPE_RTP_LAST) &&
	       rtpe_import_valid(source->flags & RTPENGINE_SRTP_SOURCE_RTCP, source->rtcp_index,
				 source->rtcp_window, RTPE_RTCP_LAST);
}

int rtpe_ssrcs_init(struct rtpe_ssrcs *ssrcs, const struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES],
		    bool shared)
{
	const struct rtpengine_srtp_source *source = sources;

	raw_spin_lock_init(&ssrcs->lock);
	ssrcs->shared = shared;
	for (; source < sources + RTPENGINE_MAX_SOURCES; source++) {
		if (!rtpe_source_valid(source) || (source->flags && rtpe_ssrcs_find(ssrcs, source->ssrc)))
			return -EINVAL;
		if (!source->flags)
			continue;
		*rtpe_ssrcs_oldest(ssrcs) = (struct rtpe_ssrc){
			.ssrc = source->ssrc,
			.taken = true,
			.used = jiffies,
			.others = source->rtp_index,
			.window[0] = rtpe_import(source->flags & RTPENGINE_SRTP_SOURCE_RTP, source->rtp_index,
						 source->rtp_window),
			.window[1] = rtpe_import(source->flags & RTPENGINE_SRTP_SOURCE_RTCP, source->rtcp_index,
						 source->rtcp_window),
		};
	}
	return 0;
}

static void rtpe_export(const struct rtpe_ssrc *place, struct rtpengine_srtp_source *out)
{
	const struct rtpe_window *rtp = &place->window[0], *rtcp = &place->window[1];

	*out = (struct rtpengine_srtp_source){
		.ssrc = place->ssrc,
		.flags = (rtp->begun ? RTPENGINE_SRTP_SOURCE_RTP : 0) |
			 (rtcp->begun ? RTPENGINE_SRTP_SOURCE_RTCP : 0),
		.rtp_index = rtp->highest,
		.rtp_window = { rtp->seen[0], rtp->seen[1] },
		.rtcp_index = rtcp->highest,
		.rtcp_window = { rtcp->seen[0], rtcp->seen[1] },
	};
}

unsigned int rtpe_ssrcs_snapshot(struct rtpe_ssrcs *ssrcs,
				 struct rtpengine_srtp_source out[RTPENGINE_MAX_SOURCES])
{
	const struct rtpe_ssrc *place = ssrcs->place;
	unsigned int count = 0;

	memset(out, 0, RTPENGINE_MAX_SOURCES * sizeof(*out));
	raw_spin_lock_bh(&ssrcs->lock);
	for (; place < ssrcs->place + RTPENGINE_MAX_SOURCES; place++)
		if (place->taken)
			rtpe_export(place, &out[count++]);
	raw_spin_unlock_bh(&ssrcs->lock);
	return count;
}
