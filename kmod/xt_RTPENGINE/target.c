// SPDX-License-Identifier: GPL-2.0-or-later
#include "target.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>
#include <linux/percpu.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "common/rtp/packet.h"
#include "forward.h"
#include "net.h"
#include "sources.h"
#include "srtp.h"
#include "table.h"

/* ---- one packet of one stream ---- */

/* What a kind of packet is to a component: enum rtpengine_takes, or 0: left to userspace. */
static const u8 contents[] = {
	[RTP_AS_RTP] = RTPENGINE_TAKES_RTP,
	[RTP_AS_RTCP] = RTPENGINE_TAKES_RTCP,
	[RTP_AS_OPAQUE] = RTPENGINE_TAKES_OTHER,
	[RTP_IGNORED] = 0,
	[RTP_REFUSED] = 0,
};

static u8 content_of(enum rtp_kind kind, u8 component)
{
	BUILD_BUG_ON(RTPENGINE_ANY != (int)RTP_COMPONENT_ANY || RTPENGINE_RTP != (int)RTP_COMPONENT_RTP ||
		     RTPENGINE_RTCP != (int)RTP_COMPONENT_RTCP || RTPENGINE_MUXED != (int)RTP_COMPONENT_MUXED);
	return rtp_is_userspaces(kind) ? 0 : contents[rtp_content(kind, component)];
}

static bool comes_from_source(const struct rtpe_stream *stream, const struct sk_buff *skb, const struct udphdr *udp)
{
	if (udp->source != stream->source_port)
		return false;
	if (stream->local.family == RTPENGINE_IPV4)
		return ip_hdr(skb)->saddr == stream->source.s6_addr32[0];
	return ipv6_addr_equal(&ipv6_hdr(skb)->saddr, &stream->source);
}

static unsigned int to_userspace(struct rtpe_counts *counts)
{
	u64_stats_update_begin(&counts->sync);
	u64_stats_inc(&counts->to_userspace);
	u64_stats_update_end(&counts->sync);
	return XT_CONTINUE;
}

static unsigned int refuse(struct rtpe_counts *counts)
{
	u64_stats_update_begin(&counts->sync);
	u64_stats_inc(&counts->in.errors);
	u64_stats_update_end(&counts->sync);
	return NF_DROP;
}

static void count(struct rtpe_counts *counts, const u8 *payload, unsigned int length, enum rtp_kind kind, u8 tos)
{
	u64_stats_update_begin(&counts->sync);
	counts->last_seen = jiffies | 1;
	counts->tos = tos;
	u64_stats_inc(&counts->in.packets);
	u64_stats_add(&counts->in.bytes, length);
	if (kind == RTP_KIND_RTP)
		counts->ssrc = rtp_be32(payload + 8);
	u64_stats_update_end(&counts->sync);
}

/* Takes the protection off in place. */
static noinline int unprotect(const struct rtpe_stream *stream, struct rtpe_datagram *datagram)
{
	struct sk_buff *skb = datagram->skb;
	int length;

	if (unlikely(skb_linearize_cow(skb)))
		return -ENOMEM;
	length = rtpe_srtp_unprotect(stream->srtp, skb->data + datagram->payload, datagram->length, datagram->rtcp);
	if (unlikely(length < 0))
		return length;
	skb_trim(skb, datagram->payload + length);
	datagram->length = length;
	return 0;
}

static bool is_shared(const struct rtpe_srtp *srtp)
{
	return srtp && rtpe_srtp_shared(srtp);
}

/*
 * Userspace protects with the same keys: a packet is its or ours as a whole, before anything is done to it. The
 * indices from which on it is ours were given for the same sequence number on every side, so one side tells of all.
 */
static noinline bool is_userspaces(const struct rtpe_stream *stream, const u8 *payload, enum rtp_kind kind)
{
	struct rtpe_srtp *side = is_shared(stream->srtp) ? stream->srtp : NULL;
	unsigned int i;

	if (kind != RTP_KIND_RTP)
		return true;
	for (i = 0; !side && i < stream->n_destinations; i++)
		if (is_shared(stream->destinations[i].srtp))
			side = stream->destinations[i].srtp;
	return !side || !rtpe_srtp_own(side, rtp_be32(payload + 8), rtp_be16(payload + 2));
}

/* RTP whose payload type is not in the list of a stream that has one. */
static bool is_new_type(const struct rtpe_stream *stream, u8 content, enum rtp_kind kind, unsigned int place)
{
	return !place && (stream->flags & RTPENGINE_PAYLOAD_TYPES) && kind == RTP_KIND_RTP &&
	       content == RTPENGINE_TAKES_RTP;
}

static __always_inline unsigned int handle(struct rtpe_stream *stream, struct rtpe_datagram *datagram,
					   const struct udphdr *udp, u8 tos)
{
	struct rtpe_counts *counts = this_cpu_ptr(stream->counts);
	const u8 *payload = datagram->skb->data + datagram->payload;
	const unsigned int length = datagram->length;
	const enum rtp_kind kind = rtp_classify(payload, skb_tail_pointer(datagram->skb), length);
	const u8 content = content_of(kind, stream->component);
	const unsigned int place = kind == RTP_KIND_RTP ? stream->place_of_type[payload[1] & 0x7f] : 0;

	if (!content)
		return to_userspace(counts);
	if (stream->mismatch != RTPENGINE_MISMATCH_IGNORE && !comes_from_source(stream, datagram->skb, udp))
		return stream->mismatch == RTPENGINE_MISMATCH_DROP ? refuse(counts) : to_userspace(counts);
	if (is_new_type(stream, content, kind, place))
		return to_userspace(counts);
	if (unlikely(stream->shared) && is_userspaces(stream, payload, kind))
		return to_userspace(counts);
	datagram->rtcp = kind == RTP_KIND_RTCP;
	if (stream->srtp) {
		const int err = unprotect(stream, datagram);

		/* -ENOSPC: genuine, but of one SSRC more than we can follow */
		if (unlikely(err))
			return err == -ENOSPC || err == -ENOMEM ? to_userspace(counts) : refuse(counts);
		payload = datagram->skb->data + datagram->payload;
	}
	count(counts, payload, length, kind, tos);
	if (stream->sources && kind == RTP_KIND_RTP && content == RTPENGINE_TAKES_RTP)
		rtpe_sources_count(stream->sources, payload, length, stream->clock_rates[place]);
	if (unlikely(stream->flags & (RTPENGINE_BLACKHOLE | RTPENGINE_DROP_RTP)) &&
	    ((stream->flags & RTPENGINE_BLACKHOLE) || content != RTPENGINE_TAKES_RTCP))
		return NF_DROP;
	rtpe_forward(stream, counts, datagram, content);
	return NF_STOLEN;
}

/* ---- from the hook to the stream ---- */

static const struct rtpe_table *table_of(const struct xt_action_param *par)
{
	const struct xt_rtpengine_info *info = par->targinfo;
	const struct rtpe_slot *slot = (const void *)(unsigned long)info->kernel;

	return rcu_dereference(slot->table);
}

/* A UDP header at `offset` that says what came, and enough of the payload in reach to know what it is. */
static __always_inline const struct udphdr *udp_at(struct sk_buff *skb, unsigned int offset)
{
	const unsigned int length = skb->len - offset;
	const struct udphdr *udp;

	if (unlikely(skb->len < offset + sizeof(*udp) || skb_is_gso(skb)))
		return NULL;
	if (unlikely(skb_headlen(skb) < offset + sizeof(*udp) + RTP_PEEK) &&
	    !pskb_may_pull(skb, offset + min_t(unsigned int, length, sizeof(*udp) + RTP_PEEK)))
		return NULL;
	udp = (const struct udphdr *)(skb->data + offset);
	return likely(ntohs(udp->len) == length) ? udp : NULL;
}

/* A sum of ours would hide that it was damaged on its way. What fails here is thrown away and counted by UDP. */
static __always_inline bool is_intact(struct sk_buff *skb, const struct xt_action_param *par, unsigned int offset,
				      const struct udphdr *udp)
{
	if (likely(skb_csum_unnecessary(skb)))
		return true;
	if (!udp->check)
		return xt_family(par) == NFPROTO_IPV4;
	return !nf_checksum(skb, xt_hooknum(par), offset, IPPROTO_UDP, xt_family(par));
}

/* Fragments were put together on their way to this hook. */
static unsigned int target4(struct sk_buff *skb, const struct xt_action_param *par)
{
	const struct rtpe_table *table = table_of(par);
	const struct iphdr *ip = ip_hdr(skb);
	const unsigned int offset = ip->ihl * 4;
	struct rtpe_datagram datagram;
	struct rtpe_stream *stream;
	const struct udphdr *udp;

	if (!table || ip->protocol != IPPROTO_UDP)
		return XT_CONTINUE;
	udp = udp_at(skb, offset);
	if (unlikely(!udp))
		return XT_CONTINUE;
	ip = ip_hdr(skb);
	stream = rtpe_stream_find4(&table->index, ip->daddr, udp->dest);
	if (!stream || unlikely(!is_intact(skb, par, offset, udp)))
		return XT_CONTINUE;
	datagram = (struct rtpe_datagram){
		.skb = skb,
		.payload = offset + sizeof(*udp),
		.length = skb->len - offset - sizeof(*udp),
		.ttl = ip->ttl,
	};
	return handle(stream, &datagram, udp, ip->tos);
}

/* Extension headers are rare on media: such packets are left to userspace. */
static unsigned int target6(struct sk_buff *skb, const struct xt_action_param *par)
{
	const struct rtpe_table *table = table_of(par);
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	const unsigned int offset = sizeof(*ip);
	struct rtpe_datagram datagram;
	struct rtpe_stream *stream;
	const struct udphdr *udp;

	if (!table || ip->nexthdr != IPPROTO_UDP)
		return XT_CONTINUE;
	udp = udp_at(skb, offset);
	if (unlikely(!udp))
		return XT_CONTINUE;
	ip = ipv6_hdr(skb);
	stream = rtpe_stream_find6(&table->index, &ip->daddr, udp->dest);
	if (!stream || (stream->scope && stream->scope != skb->dev->ifindex) ||
	    unlikely(!is_intact(skb, par, offset, udp)))
		return XT_CONTINUE;
	datagram = (struct rtpe_datagram){
		.skb = skb,
		.payload = offset + sizeof(*udp),
		.length = skb->len - offset - sizeof(*udp),
		.ttl = ip->hop_limit,
	};
	return handle(stream, &datagram, udp, ipv6_get_dsfield(ip));
}

/* ---- rules ---- */

static int check_rule(const struct xt_tgchk_param *par)
{
	struct xt_rtpengine_info *info = par->targinfo;
	const struct rtpe_slot *slot;

	if (info->reserved)
		return -EINVAL;
	slot = rtpe_net_add_rule(par->net, info->id);
	if (IS_ERR(slot)) {
		pr_info_ratelimited("xt_RTPENGINE: no table can have the ID %u; see the parameter max_tables\n",
				    info->id);
		return PTR_ERR(slot);
	}
	info->kernel = (unsigned long)slot; /* of the rule's namespace, which outlives it */
	return 0;
}

static void destroy_rule(const struct xt_tgdtor_param *par)
{
	const struct xt_rtpengine_info *info = par->targinfo;

	rtpe_net_del_rule(par->net, info->id);
}

static struct xt_target targets[] __read_mostly = {
	{
		.name = "RTPENGINE",
		.revision = 0,
		.family = NFPROTO_IPV4,
		.hooks = 1 << NF_INET_LOCAL_IN,
		.target = target4,
		.targetsize = sizeof(struct xt_rtpengine_info),
		.usersize = offsetof(struct xt_rtpengine_info, kernel),
		.checkentry = check_rule,
		.destroy = destroy_rule,
		.me = THIS_MODULE,
	},
	{
		.name = "RTPENGINE",
		.revision = 0,
		.family = NFPROTO_IPV6,
		.hooks = 1 << NF_INET_LOCAL_IN,
		.target = target6,
		.targetsize = sizeof(struct xt_rtpengine_info),
		.usersize = offsetof(struct xt_rtpengine_info, kernel),
		.checkentry = check_rule,
		.destroy = destroy_rule,
		.me = THIS_MODULE,
	},
};

int __init rtpe_target_init(void)
{
	return xt_register_targets(targets, ARRAY_SIZE(targets));
}

void rtpe_target_exit(void)
{
	xt_unregister_targets(targets, ARRAY_SIZE(targets));
}
