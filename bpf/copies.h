/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Destinations beyond the first. */
#ifndef RTPENGINE_BPF_COPIES_H
#define RTPENGINE_BPF_COPIES_H

#include "maps.h"
#include "way.h"

static __always_inline int takes(const struct forward_destination *destination, const struct passage *passage)
{
	return destination->takes >> passage->content & 1;
}

/* The neighbour has to be known: a copy can't wait for it. 0: sent. */
__noinline int forward_copy_to(struct __sk_buff *skb, struct passage *passage, const struct forward_destination *to)
{
	struct ethhdr link = {};
	struct hop hop = {};

	if (!passage || !to || forward_look_up(skb, passage, to, &hop) != WAY_KNOWN)
		return -1;
	if (forward_rewrite(skb, &passage->datagram, to))
		return -1;
	__builtin_memcpy(link.h_dest, hop.dmac, sizeof(link.h_dest));
	__builtin_memcpy(link.h_source, hop.smac, sizeof(link.h_source));
	link.h_proto = to->to.family == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	if (bpf_skb_store_bytes(skb, 0, &link, sizeof(link), 0))
		return -1;
	dress(skb, to);
	return bpf_clone_redirect(skb, hop.ifindex, 0);
}

/* Valid until the next one is read; NULL: the element is another rule's by now. */
static __always_inline struct forward_destination *read_copy(struct forward_copies *copies, __u32 i,
							     const struct passage *passage)
{
	__u32 first = 0;
	struct forward_destination *to = bpf_map_lookup_elem(&forward_scratch, &first);
	int same;

	if (!to)
		return NULL;
	bpf_spin_lock(&copies->lock);
	same = is_same(&copies->generation, &passage->generation);
	*to = copies->list[i].destination;
	bpf_spin_unlock(&copies->lock);
	return same ? to : NULL;
}

static __always_inline void copy_failed(struct forward_copies *copies, __u32 i, const struct passage *passage)
{
	bpf_spin_lock(&copies->lock);
	if (is_same(&copies->generation, &passage->generation)) {
		copies->list[i].failed.packets++;
		copies->list[i].failed.bytes += passage->datagram.length;
	}
	bpf_spin_unlock(&copies->lock);
}

static __always_inline int can_send_copies(struct __sk_buff *skb, struct passage *passage,
					   struct forward_copies *copies, __u32 n)
{
	struct hop hop = {};

	for (__u32 i = 0; i < FORWARD_MAX_COPIES && i < n; i++) {
		const struct forward_destination *to = read_copy(copies, i, passage);

		if (!to || (takes(to, passage) && forward_look_up(skb, passage, to, &hop) != WAY_KNOWN))
			return 0;
	}
	return 1;
}

static __always_inline void send_copies(struct __sk_buff *skb, struct passage *passage, struct forward_copies *copies,
					__u32 n)
{
	for (__u32 i = 0; i < FORWARD_MAX_COPIES && i < n; i++) {
		const struct forward_destination *to = read_copy(copies, i, passage);

		if (!to)
			return; /* withdrawn under way: what is missing is lost, not sent to strangers */
		if (takes(to, passage) && forward_copy_to(skb, passage, to))
			copy_failed(copies, i, passage);
	}
}


#endif
