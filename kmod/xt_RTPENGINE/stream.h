/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream: the rule of one local endpoint, and what it and its predecessors have counted. Immutable once packets see
 * it, but for counters, routes, SSRC and SRTP states.
 */
#ifndef RTPE_STREAM_H
#define RTPE_STREAM_H

#include <net/ipv6.h>

#include "index.h"
#include "route.h"
#include "tally.h"
#include "xt_RTPENGINE.h"

struct rtpe_sources;
struct rtpe_srtp;

struct rtpe_destination {
	struct rtpe_route route;
	u8 takes; /* enum rtpengine_takes */
	u8 place; /* in the tally */
	u8 tos;
	u8 ttl;
	u8 family;    /* enum rtpengine_family, of both ends */
	u32 priority; /* of the packets in our own queues, by TOS */
	__be16 from_port, to_port;
	struct in6_addr from, to; /* IPv4: in the first word */
	__wsum pseudo;		  /* checksum of the pseudo header but for the length */
	u32 scope;
	struct rtpe_srtp *srtp; /* put on; NULL: none */
	u64 stream;
};

struct rtpe_stream {
	struct hlist_node node; /* in the table's index */
	struct rtpe_local local;
	u8 component; /* enum rtpengine_component */
	u8 mismatch;  /* enum rtpengine_mismatch */
	u8 flags;     /* enum rtpengine_stream_flags */
	u8 n_destinations;
	u16 takers[RTPENGINE_TAKES_OTHER + 1]; /* by enum rtpengine_takes: bit n: destination n */
	__be16 source_port;
	struct in6_addr source;
	struct net *net; /* of the table */
	struct rtpe_counts __percpu *counts; /* of the tally */
	struct rtpe_tally *tally;
	struct rtpe_sources *sources; /* NULL: not counted */
	struct rtpe_srtp *srtp;	      /* taken off; NULL: none */
	bool shared;		      /* some side has RTPENGINE_SRTP_SHARED */
	u8 place_of_type[128];	      /* payload type -> place in the rule's list + 1; 0: not listed */
	u32 clock_rates[RTPENGINE_MAX_PAYLOAD_TYPES + 1]; /* by place + 1; the first is 0 */
	u64 id;
	u32 scope;
	u32 place; /* in the table's array of streams */
	/* The table's, from when packets find it no more. */
	bool withdrawn;		  /* and not forgotten yet */
	unsigned long cookie;	  /* of the grace period after which no packet is on its way through it */
	struct hlist_node by_id;  /* withdrawn */
	struct list_head retired; /* waits to be freed */
	struct rtpe_destination destinations[];
};

/*
 * From a message of `size` bytes: nothing of it was looked at yet but that it is not shorter than struct
 * rtpengine_stream. ERR_PTR: -EINVAL, -ENOMEM, -EOPNOTSUPP.
 */
struct rtpe_stream *rtpe_stream_create(struct net *net, const struct rtpengine_stream *rule, size_t size);
/* No packet sees it. May sleep. */
void rtpe_stream_free(struct rtpe_stream *stream);
/*
 * Before it takes the place of `old`: counters and SSRC states go on, SRTP states too if asked and the keys are the
 * same. -ESTALE, and nothing done: `old` doesn't count for all of its destinations.
 */
int rtpe_stream_inherit(struct rtpe_stream *stream, const struct rtpe_stream *old, bool keep_srtp);

/* Of the table whose index it is. Under RCU. */
static inline struct rtpe_stream *rtpe_stream_find4(const struct rtpe_index *index, __be32 address, __be16 port)
{
	const struct hlist_head *chain = rtpe_index_chain(index, port);
	struct rtpe_stream *stream;

	if (!chain)
		return NULL;
	hlist_for_each_entry_rcu(stream, chain, node)
		if (stream->local.address.s6_addr32[0] == address && stream->local.family == RTPENGINE_IPV4)
			return stream;
	return NULL;
}

static inline struct rtpe_stream *rtpe_stream_find6(const struct rtpe_index *index, const struct in6_addr *address,
						    __be16 port)
{
	const struct hlist_head *chain = rtpe_index_chain(index, port);
	struct rtpe_stream *stream;

	if (!chain)
		return NULL;
	hlist_for_each_entry_rcu(stream, chain, node)
		if (ipv6_addr_equal(&stream->local.address, address) && stream->local.family == RTPENGINE_IPV6)
			return stream;
	return NULL;
}

#endif
