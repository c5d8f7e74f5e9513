// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forwards the packets of settled streams where they come in (tc ingress), without waking a process. Whatever it can't do
 * goes up the stack as if we weren't there, and a worker does it.
 */
#include <linux/bpf.h>
#include <linux/if_packet.h>

#include "packet.h"
#include "rewrite.h"
#include "sources.h"
#include "types.h"

#define AF_INET 2 /* libc's headers know no BPF target */
#define AF_INET6 10
#define LOOPBACK_IFINDEX 1 /* in every network namespace */

/* max_entries of all are set when they are loaded. Elements are allocated when they are needed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_endpoint);
	__type(value, struct forward_generation);
} forward_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_generation);
	__type(value, struct forward_stream);
} forward_streams SEC(".maps");

/* Of streams with more than one destination. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_generation);
	__type(value, struct forward_copies);
} forward_copies SEC(".maps");

/* What is read of an element under its lock. Not on the stack: before Linux 6.12 that would be more than there is. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct forward_destination);
} forward_scratch SEC(".maps");

/* A packet on its way through a stream. */
struct passage {
	struct forward_generation generation;
	struct datagram datagram;
	struct rtp_header rtp;
	__u32 content;
	__u32 is_rtp; /* `rtp` is there */
};

#define UP TC_ACT_UNSPEC /* other programs, then the stack */

/* ---- counting; no function may be called while the lock is held ---- */

static __always_inline int is_same(const struct forward_generation *a, const struct forward_generation *b)
{
	return a->id == b->id && a->serial == b->serial;
}

static __always_inline int is_endpoint(const struct forward_endpoint *one, const struct forward_endpoint *other)
{
	const __u32 *a = (const __u32 *)one, *b = (const __u32 *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && a[4] == b[4];
}

/*
 * An element that is deleted may be another's at once, of either map that led here: under the lock it is known whose the
 * stream is, and that it is the one of the packet's port. As no generation comes twice, what was read of the stream before
 * was its own. A stream that is sealed counts no more: its successor is there already, or userspace.
 */
static __always_inline int is_current(const struct forward_stream *stream, const struct passage *passage)
{
	return !stream->sealed && is_same(&stream->generation, &passage->generation) &&
	       is_endpoint(&stream->local, &passage->datagram.to);
}

static __always_inline int count(struct forward_stream *stream, const struct passage *passage, __u64 now)
{
	struct forward_sum *in = &stream->in[passage->content & 3];
	int current;

	bpf_spin_lock(&stream->lock);
	current = is_current(stream, passage);
	if (likely(current)) {
		stream->last_seen = now;
		stream->tos = passage->datagram.tos;
		in->packets++;
		in->bytes += passage->datagram.length;
		if (passage->is_rtp) {
			type_count(&stream->types, passage->rtp.type);
			source_count(&stream->sources, &passage->rtp, passage->datagram.length, now);
		}
	}
	bpf_spin_unlock(&stream->lock);
	return current;
}

static __always_inline int to_userspace(struct forward_stream *stream, const struct passage *passage)
{
	bpf_spin_lock(&stream->lock);
	if (is_current(stream, passage))
		stream->to_userspace++;
	bpf_spin_unlock(&stream->lock);
	return UP;
}

static __always_inline int refuse(struct forward_stream *stream, const struct passage *passage)
{
	int current;

	bpf_spin_lock(&stream->lock);
	current = is_current(stream, passage);
	if (current)
		stream->errors++;
	bpf_spin_unlock(&stream->lock);
	return current ? TC_ACT_SHOT : UP;
}

static __always_inline int failed(struct forward_stream *stream, const struct passage *passage)
{
	bpf_spin_lock(&stream->lock);
	if (is_current(stream, passage)) {
		stream->failed.packets++;
		stream->failed.bytes += passage->datagram.length;
	}
	bpf_spin_unlock(&stream->lock);
	return TC_ACT_SHOT;
}

/* ---- the way out ---- */

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

static __always_inline int takes(const struct forward_destination *destination, const struct passage *passage)
{
	return destination->takes >> passage->content & 1;
}

static __always_inline void dress(struct __sk_buff *skb, const struct forward_destination *to)
{
	skb->mark = 0;
	skb->priority = to->priority;
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

/* The packet itself: where the neighbour isn't known, the stack finds it. */
static __always_inline int send(struct __sk_buff *skb, struct forward_stream *stream, struct passage *passage,
				const struct forward_destination *to, struct hop *hop)
{
	if (unlikely(forward_rewrite(skb, &passage->datagram, to)))
		return failed(stream, passage);
	dress(skb, to);
	return bpf_redirect_neigh(hop->ifindex, &hop->next, sizeof(hop->next), 0);
}

/* Padding of the link is none of the packet's; what has no link header gets room for one, as helpers want it. */
static __always_inline int trim(struct __sk_buff *skb, struct datagram *datagram)
{
	if (unlikely(skb->len != datagram->end) && bpf_skb_change_tail(skb, datagram->end, 0))
		return -1;
	if (datagram->network)
		return 0;
	datagram->network += ETH_HLEN;
	datagram->transport += ETH_HLEN;
	return bpf_skb_change_head(skb, ETH_HLEN, 0);
}

/* Whether there is a way is asked before anything is counted: what has none goes up whole. */
static __always_inline int forward(struct __sk_buff *skb, struct forward_stream *stream, struct passage *passage)
{
	const struct forward_destination to = stream->destination;
	const int first = stream->n_destinations && takes(&to, passage);
	const __u32 more = stream->n_destinations > 1 ? stream->n_destinations - 1 : 0;
	struct forward_copies *copies = NULL;
	struct hop hop = {};

	if (first && unlikely(forward_look_up(skb, passage, &to, &hop) == WAY_NONE))
		return to_userspace(stream, passage);
	if (unlikely(more)) {
		copies = bpf_map_lookup_elem(&forward_copies, &passage->generation);
		if (!copies || !can_send_copies(skb, passage, copies, more))
			return to_userspace(stream, passage);
	}
	if (unlikely(!count(stream, passage, bpf_ktime_get_coarse_ns())))
		return UP;
	if (unlikely(trim(skb, &passage->datagram)))
		return failed(stream, passage);
	if (unlikely(copies))
		send_copies(skb, passage, copies, more);
	return first ? send(skb, stream, passage, &to, &hop) : TC_ACT_SHOT;
}

/* ---- from a packet to its stream ---- */

/* What it is to the stream; false: for userspace. */
static __always_inline int identify(struct __sk_buff *skb, const struct forward_stream *stream,
				    struct passage *passage)
{
	const __u32 payload = (passage->datagram.transport + sizeof(struct udphdr)) & 0x7f; /* as the verifier wants it */
	const void *end = (const void *)(long)skb->data_end;
	const __u8 *data = (const void *)(long)skb->data + payload;
	enum rtp_kind kind;

	if (unlikely((const void *)(data + RTP_PEEK) > end) && skb->len > (__u32)(end - (void *)(long)skb->data)) {
		bpf_skb_pull_data(skb, skb->len < payload + RTP_PEEK ? skb->len : payload + RTP_PEEK);
		end = (const void *)(long)skb->data_end;
		data = (const void *)(long)skb->data + payload;
	}
	kind = rtp_classify(data, end, passage->datagram.length);
	passage->content = content_of(kind, stream->component);
	passage->is_rtp = 0;
	if (passage->content >= FORWARD_CONTENTS)
		return 0;
	if (kind != RTP_KIND_RTP || passage->content != FORWARD_CONTENT_RTP)
		return 1;
	if ((const void *)(data + RTP_HEADER) > end)
		return 0;
	passage->rtp = rtp_read_header(data);
	passage->is_rtp = 1;
	return 1;
}

static __always_inline int parse(struct __sk_buff *skb, struct datagram *datagram)
{
	const void *data = (const void *)(long)skb->data, *end = (const void *)(long)skb->data_end;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		return parse_ipv4(data, end, skb->len, datagram);
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return parse_ipv6(data, end, skb->len, datagram);
	return 0;
}

/* `link`: bytes of the link's header before the packet. */
static __always_inline int handle(struct __sk_buff *skb, __u32 link)
{
	struct passage passage = { .datagram.network = link };
	struct forward_generation *generation;
	struct forward_stream *stream;

	if (skb->pkt_type != PACKET_HOST || skb->vlan_present || skb->gso_size || !parse(skb, &passage.datagram))
		return UP;
	generation = bpf_map_lookup_elem(&forward_ports, &passage.datagram.to);
	if (!generation)
		return UP;
	passage.generation = *generation;
	stream = bpf_map_lookup_elem(&forward_streams, &passage.generation);
	if (unlikely(!stream))
		return UP;
	if (unlikely(!identify(skb, stream, &passage)))
		return to_userspace(stream, &passage);
	if (stream->mismatch != FORWARD_FROM_ANYWHERE && unlikely(!is_endpoint(&stream->source, &passage.datagram.from)))
		return stream->mismatch == FORWARD_REFUSE ? refuse(stream, &passage) : to_userspace(stream, &passage);
	return forward(skb, stream, &passage);
}

SEC("tc")
int forward_ethernet(struct __sk_buff *skb)
{
	return handle(skb, ETH_HLEN);
}

/* Devices without a link header: tunnels, PPP. */
SEC("tc")
int forward_ip(struct __sk_buff *skb)
{
	return handle(skb, 0);
}

/*
 * Run by a worker, not by packets: what the stream of the generation in skb->cb has counted is final afterwards. 1: there is
 * none.
 */
SEC("tc")
int forward_seal(struct __sk_buff *skb)
{
	const struct forward_generation generation = { (__u64)skb->cb[1] << 32 | skb->cb[0],
						       (__u64)skb->cb[3] << 32 | skb->cb[2] };
	struct forward_stream *stream = bpf_map_lookup_elem(&forward_streams, &generation);

	if (!stream)
		return 1;
	bpf_spin_lock(&stream->lock);
	stream->sealed = 1;
	bpf_spin_unlock(&stream->lock);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
