/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP and UDP of a packet: pure, for every hook that has its bytes between two pointers. What its payload is: common/rtp. */
#ifndef RTPENGINE_BPF_PACKET_H
#define RTPENGINE_BPF_PACKET_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "common/rtp/packet.h"
#include "forward.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define PACKET_HEADERS (sizeof(struct ipv6hdr) + sizeof(struct udphdr))

/* A whole UDP datagram without anything out of the ordinary. Offsets are from the packet's beginning. */
struct datagram {
	struct forward_endpoint from, to;
	__u32 network, transport;
	__u32 end;    /* behind it there may be padding of the link */
	__u32 length; /* of the payload */
	__u8 tos;
	__be16 checksum;
};

static __always_inline void copy4(__u8 *to, const void *from)
{
	*(__u32 *)to = *(const __u32 *)from;
}

static __always_inline void copy16(__u8 *to, const void *from)
{
	copy4(to, from);
	copy4(to + 4, from + 4);
	copy4(to + 8, from + 8);
	copy4(to + 12, from + 12);
}

static __always_inline int parse_udp(const void *data, const void *end, struct datagram *datagram)
{
	const struct udphdr *udp = data + datagram->transport;
	const __u32 size = datagram->end - datagram->transport;

	if ((const void *)(udp + 1) > end)
		return 0;
	datagram->from.port = udp->source;
	datagram->to.port = udp->dest;
	datagram->checksum = udp->check;
	datagram->length = size - sizeof(*udp);
	return size >= sizeof(*udp) && bpf_ntohs(udp->len) == size;
}

/* Neither options nor a fragment. */
static __always_inline int parse_ipv4(const void *data, const void *end, __u32 length, struct datagram *datagram)
{
	const struct iphdr *ip = data + datagram->network;

	if ((const void *)(ip + 1) > end)
		return 0;
	if (*(const __u8 *)ip != 0x45 || ip->protocol != IPPROTO_UDP || (ip->frag_off & bpf_htons(0x3fff)))
		return 0;
	datagram->end = datagram->network + bpf_ntohs(ip->tot_len);
	datagram->transport = datagram->network + sizeof(*ip);
	if (datagram->end > length || datagram->end < datagram->transport)
		return 0;
	datagram->from.family = datagram->to.family = 4;
	copy4(datagram->from.address, &ip->saddr);
	copy4(datagram->to.address, &ip->daddr);
	datagram->tos = ip->tos;
	return parse_udp(data, end, datagram);
}

/* No extension headers. */
static __always_inline int parse_ipv6(const void *data, const void *end, __u32 length, struct datagram *datagram)
{
	const struct ipv6hdr *ip = data + datagram->network;

	if ((const void *)(ip + 1) > end)
		return 0;
	if (ip->version != 6 || ip->nexthdr != IPPROTO_UDP)
		return 0;
	datagram->transport = datagram->network + sizeof(*ip);
	datagram->end = datagram->transport + bpf_ntohs(ip->payload_len);
	if (datagram->end > length)
		return 0;
	datagram->from.family = datagram->to.family = 6;
	copy16(datagram->from.address, &ip->saddr);
	copy16(datagram->to.address, &ip->daddr);
	datagram->tos = ip->priority << 4 | ip->flow_lbl[0] >> 4;
	return parse_udp(data, end, datagram);
}

#define CONTENT_UP FORWARD_CONTENTS /* not for the stream: left to userspace */

/* What a kind of packet is to a component: docs/kernel-abi.md has it as a table. */
static __always_inline __u32 content_of(enum rtp_kind kind, __u32 component)
{
	const enum rtp_content content = rtp_content(kind, component);

	return rtp_is_userspaces(kind) || content > RTP_AS_OPAQUE ? CONTENT_UP : content;
}

_Static_assert(FORWARD_ANY == (int)RTP_COMPONENT_ANY && FORWARD_RTP == (int)RTP_COMPONENT_RTP &&
		       FORWARD_RTCP == (int)RTP_COMPONENT_RTCP && FORWARD_MUXED == (int)RTP_COMPONENT_MUXED,
	       "components");
_Static_assert(FORWARD_CONTENT_RTP == (int)RTP_AS_RTP && FORWARD_CONTENT_RTCP == (int)RTP_AS_RTCP &&
		       FORWARD_CONTENT_OTHER == (int)RTP_AS_OPAQUE,
	       "contents");

#endif
