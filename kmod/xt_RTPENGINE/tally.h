/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules of one stream have counted, one after another: each shares it with its predecessor. */
#ifndef RTPE_TALLY_H
#define RTPE_TALLY_H

#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/u64_stats_sync.h>

#include "xt_RTPENGINE.h"

struct rtpe_count {
	u64_stats_t packets, bytes, errors;
};

/* Of one CPU; written with BH disabled between u64_stats_update_begin() and _end(). */
struct rtpe_counts {
	struct u64_stats_sync sync;
	u32 ssrc; /* of the latest RTP packet */
	u8 tos;	  /* of the latest packet */
	unsigned long last_seen; /* jiffies; 0: nothing yet */
	struct rtpe_count in;
	u64_stats_t to_userspace;
	struct rtpe_count out[]; /* by place */
};

struct rtpe_tally {
	struct rtpe_counts __percpu *counts;
	refcount_t references;
	unsigned int n;
	u64 streams[]; /* that places are for; one may be there twice */
};

/* `n` places for `streams`. NULL: no memory. May sleep. */
struct rtpe_tally *rtpe_tally_create(const u64 *streams, unsigned int n);
struct rtpe_tally *rtpe_tally_get(struct rtpe_tally *tally);
void rtpe_tally_put(struct rtpe_tally *tally);

/* The places for `streams`; the second of two that are the same gets the second. False: not all have one. */
bool rtpe_tally_places(const struct rtpe_tally *tally, const u64 *streams, unsigned int n, u8 *places);

/* Sums over all CPUs. Not in hard interrupts. */
struct rtpengine_counters rtpe_tally_in(const struct rtpe_tally *tally);
struct rtpengine_counters rtpe_tally_out(const struct rtpe_tally *tally, unsigned int place);
/* What the CPU knows that saw the latest packet, and what was left to userspace. `state` is zero there. */
void rtpe_tally_latest(const struct rtpe_tally *tally, struct rtpengine_state *state);

#endif
