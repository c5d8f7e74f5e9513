/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a stream by its local endpoint: pages of ports, and behind each port the few addresses that use it. */
#ifndef RTPE_INDEX_H
#define RTPE_INDEX_H

#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/rculist.h>
#include <linux/types.h>
#include <net/ipv6.h>

struct rtpe_stream;

struct rtpe_local {
	struct in6_addr address; /* IPv4: in the first word, the others 0 */
	__be16 port;
	u8 family; /* enum rtpengine_family */
};

static inline bool rtpe_local_equal(const struct rtpe_local *a, const struct rtpe_local *b)
{
	return a->port == b->port && a->family == b->family && ipv6_addr_equal(&a->address, &b->address);
}

struct rtpe_index_page {
	struct hlist_head ports[256];
};

struct rtpe_index {
	struct rtpe_index_page __rcu *pages[256]; /* by the upper byte of the port; made when needed */
};

/* A place for `local`; stays until destroy. -ENOMEM. The caller holds the table's lock, as for the next two. */
int rtpe_index_reserve(struct rtpe_index *index, const struct rtpe_local *local);
void rtpe_index_add(struct rtpe_index *index, struct rtpe_stream *stream);
struct rtpe_stream *rtpe_index_find_locked(struct rtpe_index *index, const struct rtpe_local *local);

/* The chain of `port`; NULL: nothing uses it. Under RCU. The lookups of one address are in stream.h. */
static inline const struct hlist_head *rtpe_index_chain(const struct rtpe_index *index, __be16 port)
{
	const struct rtpe_index_page *page = rcu_dereference(index->pages[ntohs(port) >> 8]);

	return likely(page) ? &page->ports[ntohs(port) & 0xff] : NULL;
}

/* Nobody uses it any more. */
void rtpe_index_destroy(struct rtpe_index *index);

#endif
