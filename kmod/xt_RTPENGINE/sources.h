/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SSRCs of one incoming RTP stream, their loss, duplicates and jitter (RFC 3550 appendix A), and its payload types. */
#ifndef RTPE_SOURCES_H
#define RTPE_SOURCES_H

#include <linux/types.h>

#include "xt_RTPENGINE.h"

struct rtpe_sources;

/* Counted together: there was no place. */
struct rtpe_others {
	u64 packets, bytes; /* of SSRCs */
	u64 types;	    /* packets, of payload types */
};

struct rtpe_heard {
	struct rtpengine_source sources[RTPENGINE_MAX_SOURCES];
	struct rtpengine_payload_type_state types[RTPENGINE_MAX_PAYLOAD_TYPES];
	struct rtpe_others others;
	unsigned int n, n_types;
};

/* Reference counted: a rule and its successor share them. NULL: no memory. `n` <= RTPENGINE_MAX_SOURCES. */
struct rtpe_sources *rtpe_sources_create(const struct rtpengine_source *sources, unsigned int n);
struct rtpe_sources *rtpe_sources_get(struct rtpe_sources *sources);
void rtpe_sources_put(struct rtpe_sources *sources);

/* Softirq. [data, data + RTP_HEADER) is an RTP header, `bytes` the datagram's payload; `clock_rate` 0: not known. */
void rtpe_sources_count(struct rtpe_sources *sources, const u8 *data, unsigned int bytes, u32 clock_rate);

/* A snapshot. Not in hard interrupts. */
void rtpe_sources_read(struct rtpe_sources *sources, struct rtpe_heard *out);

#endif
