// SPDX-License-Identifier: GPL-2.0-or-later
#include "route.h"

#include <net/flow.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "compat.h"
#include "stream.h"

void rtpe_route_init(struct rtpe_route *route)
{
	RCU_INIT_POINTER(route->dst, NULL);
	spin_lock_init(&route->lock);
}

void rtpe_route_destroy(struct rtpe_route *route)
{
	dst_release(rcu_dereference_protected(route->dst, true));
}

static struct dst_entry *lookup4(struct net *net, const struct rtpe_destination *destination)
{
	struct flowi4 flow = {
		.daddr = destination->to.s6_addr32[0],
		.saddr = destination->from.s6_addr32[0],
		RTPE_FLOW_TOS(destination->tos),
		.flowi4_proto = IPPROTO_UDP,
		.fl4_sport = destination->from_port,
		.fl4_dport = destination->to_port,
	};
	struct rtable *route = ip_route_output_key(net, &flow);

	return IS_ERR(route) ? NULL : &route->dst;
}

static struct dst_entry *lookup6(struct net *net, const struct rtpe_destination *destination)
{
	struct flowi6 flow = {
		.daddr = destination->to,
		.saddr = destination->from,
		.flowi6_oif = destination->scope,
		.flowlabel = ip6_make_flowinfo(destination->tos, 0),
		.flowi6_proto = IPPROTO_UDP,
		.fl6_sport = destination->from_port,
		.fl6_dport = destination->to_port,
	};
	struct dst_entry *dst = ip6_dst_lookup_flow(net, NULL, &flow, NULL);

	return IS_ERR(dst) ? NULL : dst;
}

/* The reference that we hold keeps it; who has read the old pointer under RCU may go on using it. */
static void exchange(struct rtpe_route *route, struct dst_entry *dst, u32 cookie)
{
	struct dst_entry *old;

	spin_lock(&route->lock);
	old = rcu_dereference_protected(route->dst, lockdep_is_held(&route->lock));
	WRITE_ONCE(route->cookie, cookie);
	rcu_assign_pointer(route->dst, dst);
	spin_unlock(&route->lock);
	dst_release(old);
}

struct dst_entry *rtpe_route_renew(struct net *net, struct rtpe_destination *destination)
{
	struct dst_entry *dst;
	u32 cookie = 0;

	if (destination->family == RTPENGINE_IPV4) {
		dst = lookup4(net, destination);
	} else {
		dst = lookup6(net, destination);
		if (dst)
			cookie = rt6_get_cookie((const struct rt6_info *)dst);
	}
	exchange(&destination->route, dst, cookie);
	return dst;
}
