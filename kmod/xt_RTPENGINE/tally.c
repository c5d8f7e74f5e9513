// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/slab.h>

static bool make_counts(struct rtpe_tally *tally)
{
	struct rtpe_counts *counts;
	int cpu;

	tally->counts = __alloc_percpu_gfp(struct_size(counts, out, tally->n), __alignof__(*counts),
					   GFP_KERNEL_ACCOUNT);
	if (!tally->counts)
		return false;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(tally->counts, cpu)->sync);
	return true;
}

struct rtpe_tally *rtpe_tally_create(const u64 *streams, unsigned int n)
{
	struct rtpe_tally *tally = kzalloc(struct_size(tally, streams, n), GFP_KERNEL_ACCOUNT);

	if (!tally)
		return NULL;
	refcount_set(&tally->references, 1);
	tally->n = n;
	memcpy(tally->streams, streams, n * sizeof(*streams));
	if (make_counts(tally))
		return tally;
	kfree(tally);
	return NULL;
}

struct rtpe_tally *rtpe_tally_get(struct rtpe_tally *tally)
{
	refcount_inc(&tally->references);
	return tally;
}

void rtpe_tally_put(struct rtpe_tally *tally)
{
	if (!refcount_dec_and_test(&tally->references))
		return;
	free_percpu(tally->counts);
	kfree(tally);
}

static bool place_of(const struct rtpe_tally *tally, u64 stream, u32 taken, u8 *place)
{
	unsigned int i;

	for (i = 0; i < tally->n; i++)
		if (tally->streams[i] == stream && !(taken & BIT(i))) {
			*place = i;
			return true;
		}
	return false;
}

bool rtpe_tally_places(const struct rtpe_tally *tally, const u64 *streams, unsigned int n, u8 *places)
{
	unsigned int i;
	u32 taken = 0;

	for (i = 0; i < n; i++) {
		if (!place_of(tally, streams[i], taken, &places[i]))
			return false;
		taken |= BIT(places[i]);
	}
	return true;
}

/* ---- sums ---- */

static void add_count(struct rtpengine_counters *sum, const struct rtpe_count *count)
{
	sum->packets += u64_stats_read(&count->packets);
	sum->bytes += u64_stats_read(&count->bytes);
	sum->errors += u64_stats_read(&count->errors);
}

/* The sum of one place of all CPUs' counts. `offset`: of the struct rtpe_count in struct rtpe_counts. */
static struct rtpengine_counters sum_of(const struct rtpe_tally *tally, size_t offset)
{
	struct rtpengine_counters sum = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct rtpe_counts *counts = per_cpu_ptr(tally->counts, cpu);
		struct rtpengine_counters one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&counts->sync);
			one = sum;
			add_count(&one, (const void *)counts + offset);
		} while (u64_stats_fetch_retry(&counts->sync, start));
		sum = one;
	}
	return sum;
}

struct rtpengine_counters rtpe_tally_in(const struct rtpe_tally *tally)
{
	return sum_of(tally, offsetof(struct rtpe_counts, in));
}

struct rtpengine_counters rtpe_tally_out(const struct rtpe_tally *tally, unsigned int place)
{
	return sum_of(tally, offsetof(struct rtpe_counts, out) + place * sizeof(struct rtpe_count));
}

/* Nobody sets that clock, and processes have it too. */
static u64 boottime_ns(unsigned long seen)
{
	return ktime_get_boottime_ns() - jiffies_to_nsecs(jiffies - seen);
}

void rtpe_tally_latest(const struct rtpe_tally *tally, struct rtpengine_state *state)
{
	unsigned long latest = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct rtpe_counts *counts = per_cpu_ptr(tally->counts, cpu);
		const unsigned long seen = READ_ONCE(counts->last_seen);

		state->to_userspace += u64_stats_read(&counts->to_userspace);
		if (!seen || (latest && !time_after(seen, latest)))
			continue;
		latest = seen;
		state->ssrc = READ_ONCE(counts->ssrc);
		state->tos = READ_ONCE(counts->tos);
	}
	if (latest)
		state->last_seen = boottime_ns(latest);
}
