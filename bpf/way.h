/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a packet goes next, and what it has to look like there. */
#ifndef RTPENGINE_BPF_WAY_H
#define RTPENGINE_BPF_WAY_H

#include <linux/if_ether.h>

#include "passage.h"
#include "rewrite.h"

#define AF_INET 2 /* libc's headers know no BPF target */
#define AF_INET6 10
#define LOOPBACK_IFINDEX 1 /* in every network namespace */

static __always_inline void ask_for(struct bpf_fib_lookup *way, const struct passage *passage,
				    const struct forward_destination *to)
{
	way->l4_protocol = IPPROTO_UDP;
	way->sport = to->from.port;
	way->dport = to->to.port;
	way->tot_len = sizeof(struct udphdr) + passage->datagram.length;
	way->ifindex = LOOPBACK_IFINDEX; /* as a packet of this host */
	if (to->to.family == 4) {
		way->family = AF_INET;
		way->tot_len += sizeof(struct iphdr);
		way->tos = to->tos;
		copy4((__u8 *)&way->ipv4_src, to->from.address);
		copy4((__u8 *)&way->ipv4_dst, to->to.address);
	} else {
		way->family = AF_INET6;
		way->tot_len += sizeof(struct ipv6hdr);
		way->flowinfo = bpf_htonl((__u32)to->tos << 20);
		copy16((__u8 *)way->ipv6_src, to->from.address);
		copy16((__u8 *)way->ipv6_dst, to->to.address);
	}
}

/* Where a packet goes next. */
struct hop {
	__u32 ifindex;
	struct bpf_redir_neigh next;
	__u8 dmac[ETH_ALEN], smac[ETH_ALEN]; /* if the neighbour is known */
};

enum way { WAY_NONE, WAY_KNOWN, WAY_WITHOUT_NEIGHBOUR };

/*
 * Functions that are not static are verified apart and have a stack of their own. Returns an enum way; what has none,
 * such as a packet to this host or one over the MTU, is for userspace.
 */
__noinline int forward_look_up(struct __sk_buff *skb, const struct passage *passage, const struct forward_destination *to,
			       struct hop *hop)
{
	struct bpf_fib_lookup way = {};
	long found;

	if (!passage || !to || !hop)
		return WAY_NONE;
	if (unlikely(!passage->datagram.checksum && (passage->datagram.to.family == 6 || to->to.family == 6)))
		return WAY_NONE; /* somebody has to compute one, or to throw it away */
	ask_for(&way, passage, to);
	found = bpf_fib_lookup(skb, &way, sizeof(way), 0);
	if (found != BPF_FIB_LKUP_RET_SUCCESS && found != BPF_FIB_LKUP_RET_NO_NEIGH)
		return WAY_NONE;
	hop->ifindex = way.ifindex;
	hop->next.nh_family = way.family;
	copy16((__u8 *)hop->next.ipv6_nh, way.ipv6_dst); /* IPv4: in the first word of both */
	__builtin_memcpy(hop->dmac, way.dmac, sizeof(hop->dmac));
	__builtin_memcpy(hop->smac, way.smac, sizeof(hop->smac));
	return found == BPF_FIB_LKUP_RET_SUCCESS ? WAY_KNOWN : WAY_WITHOUT_NEIGHBOUR;
}

__noinline int forward_rewrite(struct __sk_buff *skb, struct datagram *datagram, const struct forward_destination *to)
{
	return datagram && to ? rewrite(skb, datagram, to) : -1;
}

static __always_inline void dress(struct __sk_buff *skb, const struct forward_destination *to)
{
	skb->mark = 0;
	skb->priority = to->priority;
}


#endif
