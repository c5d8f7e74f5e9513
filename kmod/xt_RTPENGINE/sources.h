/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loss, duplicates and jitter of the SSRCs of one incoming RTP stream (RFC 3550 appendix A). */
#ifndef RTPE_SOURCES_H
#define RTPE_SOURCES_H

#include <linux/types.h>

#include "xt_RTPENGINE.h"

struct rtpe_sources;

/* Reference counted: a rule and its successor share them. NULL: no memory. `n` <= RTPENGINE_MAX_SOURCES. */
struct rtpe_sources *rtpe_sources_create(const struct rtpengine_source *sources, unsigned int n);
struct rtpe_sources *rtpe_sources_get(struct rtpe_sources *sources);
void rtpe_sources_put(struct rtpe_sources *sources);

/* Softirq. [header, header + 12) is an RTP header, `bytes` the datagram's payload; `clock_rate` 0: not known. */
void rtpe_sources_count(struct rtpe_sources *sources, const u8 *header, unsigned int bytes, u32 clock_rate);

/* A snapshot; returns how many. Not in hard interrupts. */
unsigned int rtpe_sources_read(struct rtpe_sources *sources, struct rtpengine_source out[RTPENGINE_MAX_SOURCES]);

#endif
