// SPDX-License-Identifier: GPL-2.0-or-later
#include "sources.h"

#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "common/rtp/sequence.h"

struct rtpe_sources {
	spinlock_t lock; /* of everything here but kref; taken in softirqs */
	u8 n;
	u8 current_source; /* that the latest packet came from */
	u8 n_types;
	u8 current_type;
	struct rtpengine_source sources[RTPENGINE_MAX_SOURCES];
	unsigned long heard[RTPENGINE_MAX_SOURCES]; /* jiffies */
	struct rtpengine_payload_type_state types[RTPENGINE_MAX_PAYLOAD_TYPES];
	struct rtpe_others others;
	struct kref kref;
};

struct rtpe_sources *rtpe_sources_create(const struct rtpengine_source *sources, unsigned int n)
{
	struct rtpe_sources *made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);
	unsigned int place;

	if (!made)
		return NULL;
	spin_lock_init(&made->lock);
	kref_init(&made->kref);
	made->n = n;
	memcpy(made->sources, sources, n * sizeof(*sources));
	for (place = 0; place < n; place++)
		made->heard[place] = jiffies;
	return made;
}

struct rtpe_sources *rtpe_sources_get(struct rtpe_sources *sources)
{
	kref_get(&sources->kref);
	return sources;
}

static void release(struct kref *kref)
{
	kfree(container_of(kref, struct rtpe_sources, kref));
}

void rtpe_sources_put(struct rtpe_sources *sources)
{
	kref_put(&sources->kref, release);
}

/* RFC 3550 appendix A.8: kept as 16 times the jitter, so that small ones don't get lost in rounding. */
static void estimate_jitter(struct rtpengine_source *source, u32 timestamp, u32 clock_rate)
{
	const u64 now = ktime_get_ns();
	const u32 arrival = (u32)mul_u64_u32_div(now, clock_rate, NSEC_PER_SEC);
	const u32 transit = arrival - timestamp;
	const s32 difference = (s32)(transit - source->transit);

	if (source->packets)
		source->jitter += abs(difference) - ((source->jitter + 8) >> 4);
	source->transit = transit;
}

static unsigned int silent_place(const struct rtpe_sources *sources)
{
	unsigned int place;

	for (place = 0; place < RTPENGINE_MAX_SOURCES; place++)
		if (time_after(jiffies, sources->heard[place] + RTPENGINE_SOURCE_SILENT * HZ))
			break;
	return place;
}

/* The place that it gets; RTPENGINE_MAX_SOURCES: all are of sources that are heard. */
static unsigned int begin(struct rtpe_sources *sources, u32 ssrc)
{
	const unsigned int place = sources->n < RTPENGINE_MAX_SOURCES ? sources->n++ : silent_place(sources);

	if (place == RTPENGINE_MAX_SOURCES)
		return place;
	memset(&sources->sources[place], 0, sizeof(sources->sources[place]));
	sources->sources[place].ssrc = ssrc;
	sources->current_source = place;
	return place;
}

static unsigned int find(struct rtpe_sources *sources, u32 ssrc)
{
	unsigned int place = sources->current_source;

	if (likely(place < sources->n && sources->sources[place].ssrc == ssrc))
		return place;
	for (place = 0; place < sources->n; place++)
		if (sources->sources[place].ssrc == ssrc) {
			sources->current_source = place;
			return place;
		}
	return begin(sources, ssrc);
}

static void count_source(struct rtpe_sources *sources, const struct rtp_header *header, unsigned int bytes, u32 clock_rate)
{
	const unsigned int place = find(sources, header->ssrc);
	struct rtpengine_source *source;

	if (unlikely(place == RTPENGINE_MAX_SOURCES)) {
		sources->others.packets++;
		sources->others.bytes += bytes;
		return;
	}
	source = &sources->sources[place];
	RTP_SEQUENCE_COUNT(source, header->sequence);
	if (clock_rate)
		estimate_jitter(source, header->timestamp, clock_rate);
	source->timestamp = header->timestamp;
	source->bytes += bytes;
	source->packets++;
	sources->heard[place] = jiffies;
}

/* RTPENGINE_MAX_PAYLOAD_TYPES: there is no place for one more. */
static unsigned int place_of_type(struct rtpe_sources *sources, u8 type)
{
	unsigned int place = sources->current_type;

	if (likely(place < sources->n_types && sources->types[place].type == type))
		return place;
	for (place = 0; place < sources->n_types; place++)
		if (sources->types[place].type == type)
			break;
	if (place == RTPENGINE_MAX_PAYLOAD_TYPES)
		return place;
	if (place == sources->n_types)
		sources->types[sources->n_types++].type = type;
	sources->current_type = place;
	return place;
}

static void count_type(struct rtpe_sources *sources, u8 type, unsigned int bytes)
{
	const unsigned int place = place_of_type(sources, type);

	if (unlikely(place == RTPENGINE_MAX_PAYLOAD_TYPES)) {
		sources->others.types++;
		return;
	}
	sources->types[place].packets++;
	sources->types[place].bytes += bytes;
}

void rtpe_sources_count(struct rtpe_sources *sources, const u8 *data, unsigned int bytes, u32 clock_rate)
{
	const struct rtp_header header = rtp_read_header(data);

	spin_lock(&sources->lock);
	count_source(sources, &header, bytes, clock_rate);
	count_type(sources, header.type, bytes);
	spin_unlock(&sources->lock);
}

void rtpe_sources_read(struct rtpe_sources *sources, struct rtpe_heard *out)
{
	spin_lock_bh(&sources->lock);
	out->n = sources->n;
	out->n_types = sources->n_types;
	out->others = sources->others;
	memcpy(out->sources, sources->sources, sources->n * sizeof(out->sources[0]));
	memcpy(out->types, sources->types, sources->n_types * sizeof(out->types[0]));
	spin_unlock_bh(&sources->lock);
}
