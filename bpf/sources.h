/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loss and duplicates of the SSRCs of a stream (RFC 3550 appendix A), as flow::Sequence has them. Under its lock. */
#ifndef RTPENGINE_BPF_SOURCES_H
#define RTPENGINE_BPF_SOURCES_H

#include "packet.h"

/* A jump of this many numbers or more, either way, is a source that began anew: nothing is lost. */
#define SOURCE_RESTART 3000

/* What was counted until then has been read: workers read each second. ns. */
#define SOURCE_SILENT 10000000000ULL

/* The RTP header of a packet, in host order. */
struct rtp {
	__u32 ssrc, timestamp;
	__u16 sequence;
	__u8 type;
};

/* A smaller number after a restart opens the next cycle, so that `highest` never goes back. */
static __always_inline void source_restart(struct forward_source *source, __u16 number)
{
	const __u64 cycle = source->highest & ~0xffffULL;

	source->highest = cycle + (number < (source->highest & 0xffff) ? 0x10000 : 0) + number;
	source->window = ~0ULL; /* nothing before it is missed */
}

static __always_inline void source_ahead(struct forward_source *source, __u32 steps)
{
	source->highest += steps;
	source->lost += steps - 1;
	source->window = (steps < 64 ? source->window << steps : 0) | 1;
}

static __always_inline void source_late(struct forward_source *source, __u32 steps)
{
	if (steps >= 64)
		return; /* too old to say */
	if (source->window >> steps & 1)
		source->duplicates++;
	else if (source->lost)
		source->lost--;
	source->window |= 1ULL << steps;
}

static __always_inline void source_advance(struct forward_source *source, __u16 number)
{
	const __s32 step = (__s16)(number - (__u16)source->highest);

	if (unlikely(!source->window || step >= SOURCE_RESTART || step <= -SOURCE_RESTART))
		source_restart(source, number);
	else if (likely(step > 0))
		source_ahead(source, step);
	else
		source_late(source, -step);
}

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

static __always_inline void source_count(struct forward_sources *sources, const struct rtp *rtp, __u32 bytes, __u64 now)
{
	struct forward_source *source = source_find(sources, rtp->ssrc, now);

	if (unlikely(!source)) {
		sources->others.packets++;
		sources->others.bytes += bytes;
		return;
	}
	source_advance(source, rtp->sequence);
	source->timestamp = rtp->timestamp;
	source->heard = now;
	source->bytes += bytes;
	source->packets++;
}

#endif
