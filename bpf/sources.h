/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SSRCs of a stream. Under its lock. */
#ifndef RTPENGINE_BPF_SOURCES_H
#define RTPENGINE_BPF_SOURCES_H

#include "common/rtp/sequence.h"
#include "packet.h"

/* What was counted until then has been read: workers read each second. ns. */
#define SOURCE_SILENT (RTP_SOURCE_SILENT * 1000000000ULL)

/* NULL: all places are of sources that are heard. */
static __always_inline struct forward_source *source_begin(struct forward_sources *sources, __u32 ssrc, __u64 now)
{
	__u32 place = sources->n;
	struct forward_source *source;

	if (place < FORWARD_MAX_SOURCES)
		sources->n = place + 1;
	else
		for (place = 0; place < FORWARD_MAX_SOURCES; place++)
			if (now - sources->list[place].heard > SOURCE_SILENT)
				break;
	if (place >= FORWARD_MAX_SOURCES)
		return NULL;
	source = &sources->list[place];
	__builtin_memset(source, 0, sizeof(*source));
	source->ssrc = ssrc;
	sources->current_source = place;
	return source;
}

static __always_inline struct forward_source *source_find(struct forward_sources *sources, __u32 ssrc, __u64 now)
{
	__u32 place = sources->current_source & (FORWARD_MAX_SOURCES - 1);

	if (likely(place < sources->n && sources->list[place].ssrc == ssrc))
		return &sources->list[place];
	for (place = 0; place < FORWARD_MAX_SOURCES; place++)
		if (place < sources->n && sources->list[place].ssrc == ssrc) {
			sources->current_source = place;
			return &sources->list[place];
		}
	return source_begin(sources, ssrc, now);
}

static __always_inline void source_count(struct forward_sources *sources, const struct rtp_header *rtp, __u32 bytes, __u64 now)
{
	struct forward_source *source = source_find(sources, rtp->ssrc, now);

	if (unlikely(!source)) {
		sources->others.packets++;
		sources->others.bytes += bytes;
		return;
	}
	RTP_SEQUENCE_COUNT(source, rtp->sequence);
	source->timestamp = rtp->timestamp;
	source->heard = now;
	source->bytes += bytes;
	source->packets++;
}

#endif
