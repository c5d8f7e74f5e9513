/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cached route to one destination. */
#ifndef RTPE_ROUTE_H
#define RTPE_ROUTE_H

#include <linux/spinlock.h>
#include <net/dst.h>

struct net;
struct rtpe_destination;

struct rtpe_route {
	struct dst_entry __rcu *dst; /* NULL: none yet */
	u32 cookie;		     /* of an IPv6 route */
	spinlock_t lock;	     /* of who exchanges it */
};

void rtpe_route_init(struct rtpe_route *route);
/* No packet uses it. */
void rtpe_route_destroy(struct rtpe_route *route);

/* Looks the route up anew. NULL: there is none. Under RCU, BH disabled; valid as long as RCU is held. */
struct dst_entry *rtpe_route_renew(struct net *net, struct rtpe_destination *destination);

#endif
