// SPDX-License-Identifier: GPL-2.0-or-later
#include "forward.h"

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/udp.h>

#include "srtp.h"

/*
 * IPv4 identifications: one counter for all streams, so that fragments of two of them don't meet (RFC 6864); they begin
 * apart from one another.
 */
static DEFINE_PER_CPU(u16, identification);

void __init rtpe_forward_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(identification, cpu) = get_random_u32();
}

/* What dst_check() says, without an indirect call for an ordinary IPv4 route. */
static bool is_current(struct net *net, struct dst_entry *dst, u32 cookie, bool ipv4)
{
	if (likely(ipv4 && !dst_xfrm(dst) && READ_ONCE(dst->obsolete) == DST_OBSOLETE_FORCE_CHK))
		return ((struct rtable *)dst)->rt_genid == rt_genid_ipv4(net);
	return dst_check(dst, cookie);
}

static struct dst_entry *route_to(struct net *net, struct rtpe_destination *destination, bool ipv4)
{
	struct dst_entry *dst = rcu_dereference(destination->route.dst);

	if (likely(dst && is_current(net, dst, READ_ONCE(destination->route.cookie), ipv4)))
		return dst;
	return rtpe_route_renew(net, destination);
}

/* What the packet was to the host that received it means nothing to those that it is sent to. */
static void forget_arrival(struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	nf_reset_trace(skb);
	skb_ext_reset(skb);
	skb_clear_tstamp(skb);
	memset(skb->cb, 0, max(sizeof(struct inet_skb_parm), sizeof(struct inet6_skb_parm)));
	skb->mark = 0;
	skb->pkt_type = PACKET_HOST;
	skb->skb_iif = 0;
	skb->encapsulation = 0;
}

/* A packet to a host of ours may come to a rule of ours again: what is left of its TTL ends the loop. */
static u8 time_to_live(const struct rtpe_destination *destination, const struct dst_entry *dst, u8 arrived)
{
	if (likely(!(dst->dev->flags & IFF_LOOPBACK)))
		return destination->ttl;
	return arrived ? min_t(u8, destination->ttl, arrived - 1) : 0;
}

static void push_udp(struct sk_buff *skb, const struct rtpe_destination *destination)
{
	struct udphdr *udp = __skb_push(skb, sizeof(*udp));

	skb_reset_transport_header(skb);
	udp->source = destination->from_port;
	udp->dest = destination->to_port;
	udp->len = htons(skb->len);
}

/* The sum over the pseudo header; the device or the stack adds the rest. */
static void leave_checksum(struct sk_buff *skb, __wsum pseudo)
{
	udp_hdr(skb)->check = ~csum_fold(csum_add(pseudo, (__force __wsum)htonl(skb->len)));
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
}

static int send4(struct net *net, struct sk_buff *skb, const struct rtpe_destination *destination, u8 ttl)
{
	struct iphdr *ip;

	ip = __skb_push(skb, sizeof(*ip));
	skb_reset_network_header(skb);
	*(__be16 *)ip = htons(0x4500 | destination->tos);
	ip->id = htons(this_cpu_inc_return(identification));
	ip->frag_off = 0;
	ip->ttl = ttl;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = destination->from.s6_addr32[0];
	ip->daddr = destination->to.s6_addr32[0];
	skb->protocol = htons(ETH_P_IP);
	return ip_local_out(net, NULL, skb);
}

static noinline int send6(struct net *net, struct sk_buff *skb, const struct rtpe_destination *destination, u8 ttl)
{
	const unsigned int length = skb->len;
	struct ipv6hdr *ip;

	ip = __skb_push(skb, sizeof(*ip));
	skb_reset_network_header(skb);
	ip6_flow_hdr(ip, destination->tos, 0);
	ip->payload_len = htons(length);
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = ttl;
	ip->saddr = destination->from;
	ip->daddr = destination->to;
	skb->protocol = htons(ETH_P_IPV6);
	skb->ignore_df = 1; /* fragmented if it has to be, as any datagram of this host */
	return ip6_local_out(net, NULL, skb);
}

/* Puts the protection on; the payload begins at skb->data. */
static noinline int protect(struct sk_buff *skb, struct rtpe_srtp *srtp, bool rtcp)
{
	const unsigned int length = skb->len, room = rtpe_srtp_overhead(srtp, rtcp);
	int err;

	if (unlikely(skb_linearize_cow(skb)))
		return -ENOMEM;
	if (skb_tailroom(skb) < room && pskb_expand_head(skb, 0, room - skb_tailroom(skb), GFP_ATOMIC))
		return -ENOMEM;
	err = rtpe_srtp_protect(srtp, skb->data, length, room, rtcp);
	if (unlikely(err < 0))
		return err;
	__skb_put(skb, err - length);
	return 0;
}

/* Room for headers that nobody else sees. */
static int make_room(struct sk_buff *skb, const struct dst_entry *dst, unsigned int headers)
{
	return skb_cow_head(skb, LL_RESERVED_SPACE(dst->dev) + dst->header_len + headers);
}

/* Takes `skb`, whose data begins with the payload. Bytes that were sent, or an error. */
static int send(struct net *net, struct sk_buff *skb, struct rtpe_destination *destination, u8 arrived_ttl, bool rtcp)
{
	const bool ipv4 = destination->family == RTPENGINE_IPV4;
	struct dst_entry *dst = route_to(net, destination, ipv4);
	unsigned int length;
	u8 ttl;
	int err;

	if (unlikely(!dst)) {
		err = -ENETUNREACH;
		goto drop;
	}
	ttl = time_to_live(destination, dst, arrived_ttl);
	if (unlikely(!ttl)) {
		err = -ELOOP;
		goto drop;
	}
	forget_arrival(skb);
	err = make_room(skb, dst, sizeof(struct udphdr) + (ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)));
	if (!err && destination->srtp)
		err = protect(skb, destination->srtp, rtcp);
	if (unlikely(err))
		goto drop;
	length = skb->len;
	skb->priority = destination->priority;
	skb_dst_set_noref(skb, dst);
	push_udp(skb, destination);
	leave_checksum(skb, destination->pseudo);
	err = ipv4 ? send4(net, skb, destination, ttl) : send6(net, skb, destination, ttl);
	err = net_xmit_eval(err);
	return err ? -ENOBUFS : length;

drop:
	kfree_skb(skb);
	return err;
}

static void count(struct rtpe_counts *counts, unsigned int place, int sent)
{
	struct rtpe_count *count = &counts->out[place];

	u64_stats_update_begin(&counts->sync);
	if (likely(sent >= 0)) {
		u64_stats_inc(&count->packets);
		u64_stats_add(&count->bytes, sent);
	} else {
		u64_stats_inc(&count->errors);
	}
	u64_stats_update_end(&counts->sync);
}

static void forward_to(struct rtpe_stream *stream, struct rtpe_counts *counts, unsigned int i, struct sk_buff *skb,
		       const struct rtpe_datagram *datagram)
{
	int sent = -ENOMEM;

	if (likely(skb))
		sent = send(stream->net, skb, &stream->destinations[i], datagram->ttl, datagram->rtcp);
	count(counts, stream->destinations[i].place, sent);
}

/* The last destination gets the packet itself, those before it a copy each. */
void rtpe_forward(struct rtpe_stream *stream, struct rtpe_counts *counts, const struct rtpe_datagram *datagram,
		  u8 content)
{
	struct sk_buff *skb = datagram->skb;
	unsigned int takers = stream->takers[content];

	if (unlikely(!takers))
		return kfree_skb(skb);
	__skb_pull(skb, datagram->payload);
	for (; unlikely(takers & (takers - 1)); takers &= takers - 1)
		forward_to(stream, counts, __ffs(takers), skb_copy(skb, GFP_ATOMIC), datagram);
	forward_to(stream, counts, __ffs(takers), skb, datagram);
}
