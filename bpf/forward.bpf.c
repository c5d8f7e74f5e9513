// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forwards the packets of settled streams where they come in (tc ingress), without waking a process. Whatever it can't do
 * goes up the stack as if we weren't there, and a worker does it.
 */
#include <linux/bpf.h>
#include <linux/if_packet.h>

#include "copies.h"
#include "maps.h"
#include "passage.h"
#include "way.h"

/* ---- the way out ---- */

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
