// SPDX-License-Identifier: GPL-2.0-or-later
#include "sources.h"

#include "compat.h"

#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* A jump of this many numbers or more, either way, is a source that began anew: nothing is lost. */
#define RESTART 3000

struct rtpe_sources {
	spinlock_t lock; /* of everything here but kref; taken in softirqs */
	u8 n;
	u8 current_source; /* that the latest packet came from */
	u8 oldest;	   /* gives way to a fifth */
	struct rtpengine_source sources[RTPENGINE_MAX_SOURCES];
	struct kref kref;
};

struct rtpe_sources *rtpe_sources_create(const struct rtpengine_source *sources, unsigned int n)
{
	struct rtpe_sources *made = kzalloc(sizeof(*made), GFP_KERNEL_ACCOUNT);

	if (!made)
		return NULL;
	spin_lock_init(&made->lock);
	kref_init(&made->kref);
	made->n = n;
	memcpy(made->sources, sources, n * sizeof(*sources));
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

/* A smaller number after a restart opens the next cycle, so that `highest` never goes back. */
static void restart(struct rtpengine_source *source, u16 number)
{
	const u64 cycle = source->highest & ~0xffffULL;
	const bool wraps = number < (source->highest & 0xffff);

	source->highest = cycle + (wraps ? 0x10000 : 0) + number;
	source->window = ~0ULL; /* nothing before it is missed */
}

static void ahead(struct rtpengine_source *source, unsigned int steps)
{
	source->highest += steps;
	source->lost += steps - 1;
	source->window = (steps < 64 ? source->window << steps : 0) | 1;
}

static void late(struct rtpengine_source *source, unsigned int steps)
{
	if (steps >= 64)
		return; /* too old to say */
	if (source->window & BIT_ULL(steps))
		source->duplicates++;
	else if (source->lost)
		source->lost--;
	source->window |= BIT_ULL(steps);
}

static void advance(struct rtpengine_source *source, u16 number)
{
	const s16 step = (s16)(number - (u16)source->highest);

	if (likely(step == 1 && source->window))
		ahead(source, 1);
	else if (!source->window || step >= RESTART || step <= -RESTART)
		restart(source, number);
	else if (step > 0)
		ahead(source, step);
	else
		late(source, -step);
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

static struct rtpengine_source *begin(struct rtpe_sources *sources, u32 ssrc)
{
	unsigned int place = sources->n;

	if (place < RTPENGINE_MAX_SOURCES) {
		sources->n++;
	} else {
		place = sources->oldest;
		sources->oldest = (sources->oldest + 1) % RTPENGINE_MAX_SOURCES;
	}
	memset(&sources->sources[place], 0, sizeof(sources->sources[place]));
	sources->sources[place].ssrc = ssrc;
	sources->current_source = place;
	return &sources->sources[place];
}

static struct rtpengine_source *find(struct rtpe_sources *sources, u32 ssrc)
{
	unsigned int place = sources->current_source;

	if (likely(place < sources->n && sources->sources[place].ssrc == ssrc))
		return &sources->sources[place];
	for (place = 0; place < sources->n; place++)
		if (sources->sources[place].ssrc == ssrc) {
			sources->current_source = place;
			return &sources->sources[place];
		}
	return begin(sources, ssrc);
}

void rtpe_sources_count(struct rtpe_sources *sources, const u8 *header, unsigned int bytes, u32 clock_rate)
{
	const u32 timestamp = get_unaligned_be32(header + 4);
	struct rtpengine_source *source;

	spin_lock(&sources->lock);
	source = find(sources, get_unaligned_be32(header + 8));
	advance(source, get_unaligned_be16(header + 2));
	if (clock_rate)
		estimate_jitter(source, timestamp, clock_rate);
	source->timestamp = timestamp;
	source->bytes += bytes;
	source->packets++;
	spin_unlock(&sources->lock);
}

unsigned int rtpe_sources_read(struct rtpe_sources *sources, struct rtpengine_source out[RTPENGINE_MAX_SOURCES])
{
	unsigned int n;

	spin_lock_bh(&sources->lock);
	n = sources->n;
	memcpy(out, sources->sources, n * sizeof(*out));
	spin_unlock_bh(&sources->lock);
	return n;
}
