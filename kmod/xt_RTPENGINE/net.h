/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of one network namespace. */
#ifndef RTPE_NET_H
#define RTPE_NET_H

#include <linux/mutex.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

struct proc_dir_entry;
struct rtpe_table;

struct rtpe_slot {
	struct rtpe_table __rcu *table; /* NULL: no such table */
	atomic_t rules;			/* of x_tables that name this ID, whether the table is there or not */
};

struct rtpe_net {
	struct net *net;
	struct proc_dir_entry *dir;
	struct mutex lock; /* tables come and go */
	struct rtpe_slot *slots; /* rtpe_max_tables of them, by ID */
};

extern unsigned int rtpe_net_id;

static inline struct rtpe_net *rtpe_net_of(const struct net *net)
{
	return net_generic(net, rtpe_net_id);
}

/* -EINVAL: no such ID can be; -EEXIST. */
int rtpe_net_add_table(struct rtpe_net *rnet, unsigned int id);
/* -EINVAL; -ENOENT; -EBUSY: a daemon controls it. */
int rtpe_net_del_table(struct rtpe_net *rnet, unsigned int id);

/* A rule that names a table has been made or removed. ERR_PTR(-EINVAL): no such ID can be. */
const struct rtpe_slot *rtpe_net_add_rule(struct net *net, unsigned int id);
void rtpe_net_del_rule(struct net *net, unsigned int id);

int rtpe_net_init(void);
void rtpe_net_exit(void);

#endif
