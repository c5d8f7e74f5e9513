/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a rule that a daemon wrote makes sense. */
#ifndef RTPE_RULE_H
#define RTPE_RULE_H

#include <linux/types.h>

#include "index.h"
#include "xt_RTPENGINE.h"

/* Of the whole message, `size` bytes and at least those of struct rtpengine_stream; SRTP is left to who uses it. */
bool rtpe_rule_is_valid(const struct rtpengine_stream *rule, size_t size);

/* False: not an address and port that a packet can come to. */
bool rtpe_local_from(struct rtpe_local *local, const struct rtpengine_endpoint *endpoint);

static inline const struct rtpengine_destination *rtpe_rule_destinations(const struct rtpengine_stream *rule)
{
	return (const struct rtpengine_destination *)(rule + 1);
}

#endif
