// SPDX-License-Identifier: GPL-2.0-or-later
#include "index.h"

#include <linux/slab.h>
#include <net/ipv6.h>

#include "stream.h"

static unsigned int upper(__be16 port)
{
	return ntohs(port) >> 8;
}

static unsigned int lower(__be16 port)
{
	return ntohs(port) & 0xff;
}

int rtpe_index_reserve(struct rtpe_index *index, const struct rtpe_local *local)
{
	struct rtpe_index_page __rcu **place = &index->pages[upper(local->port)];
	struct rtpe_index_page *page;

	if (rcu_access_pointer(*place))
		return 0;
	page = kzalloc(sizeof(*page), GFP_KERNEL_ACCOUNT);
	if (!page)
		return -ENOMEM;
	rcu_assign_pointer(*place, page);
	return 0;
}

/* For who holds the table's lock: pages never go away under it. */
static struct rtpe_index_page *page_of(const struct rtpe_index *index, __be16 port)
{
	return rcu_dereference_protected(index->pages[upper(port)], true);
}

void rtpe_index_add(struct rtpe_index *index, struct rtpe_stream *stream)
{
	hlist_add_head_rcu(&stream->node, &page_of(index, stream->local.port)->ports[lower(stream->local.port)]);
}

struct rtpe_stream *rtpe_index_find_locked(struct rtpe_index *index, const struct rtpe_local *local)
{
	const struct rtpe_index_page *page = page_of(index, local->port);
	struct rtpe_stream *stream;

	if (!page)
		return NULL;
	hlist_for_each_entry(stream, &page->ports[lower(local->port)], node)
		if (rtpe_local_equal(&stream->local, local))
			return stream;
	return NULL;
}

void rtpe_index_destroy(struct rtpe_index *index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(index->pages); i++)
		kfree(rcu_dereference_protected(index->pages[i], true));
}
