/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets by RTP payload type. Under the stream's lock. */
#ifndef RTPENGINE_BPF_TYPES_H
#define RTPENGINE_BPF_TYPES_H

#include "packet.h"

/* FORWARD_MAX_TYPES: there is no place for one more. */
static __always_inline __u32 type_place(struct forward_types *types, __u8 type)
{
	__u32 place = types->current_type & (FORWARD_MAX_TYPES - 1);

	if (likely(place < types->n && types->list[place] == type))
		return place;
	for (place = 0; place < FORWARD_MAX_TYPES; place++)
		if (place >= types->n || types->list[place] == type)
			break;
	if (place >= FORWARD_MAX_TYPES)
		return place;
	if (place >= types->n) {
		types->list[place] = type;
		types->n = place + 1;
	}
	types->current_type = place;
	return place;
}

static __always_inline void type_count(struct forward_types *types, __u8 type)
{
	const __u32 place = type_place(types, type);

	if (likely(place < FORWARD_MAX_TYPES))
		types->packets[place]++;
	else
		types->others++;
}

#endif
