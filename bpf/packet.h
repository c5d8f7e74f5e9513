/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet is: pure, for every hook that has its bytes between two pointers. */
#ifndef RTPENGINE_BPF_PACKET_H
#define RTPENGINE_BPF_PACKET_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

#include "forward.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Bytes of the payload that classify() looks at: an RTP header with all its CSRCs and the extension's length. */
#define PACKET_PEEK (12 + 15 * 4 + 4)
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

enum kind { KIND_OTHER, KIND_RTP, KIND_RTCP, KIND_UP };

static __always_inline __u32 be16_at(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static __always_inline __u32 be32_at(const __u8 *at)
{
	return (__u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static __always_inline int is_whole_rtp(const __u8 *data, const void *end, __u32 length)
{
	__u32 size = 12 + 4 * (data[0] & 0x0f);

	if (unlikely(data[0] & 0x10)) {
		const __u8 *extension = data + size;

		if (length < size + 4 || (const void *)(extension + 4) > end)
			return 0;
		size += 4 + 4 * be16_at(extension + 2);
	}
	return length >= size;
}

static __always_inline int is_whole_rtcp(const __u8 *data, __u32 length)
{
	return 4 * (be16_at(data + 2) + 1) <= length;
}

/*
 * By the first bytes: RFC 7983, RFC 5761. `length` bytes of payload, the first PACKET_PEEK of which (or all) lie between
 * `data` and `end`. KIND_UP: STUN, DTLS and ZRTP, which are for userspace always. KIND_OTHER: also RTP and RTCP that are
 * malformed.
 */
static __always_inline enum kind classify(const __u8 *data, const void *end, __u32 length)
{
	if ((const void *)(data + 8) > end)
		return KIND_OTHER;
	if (unlikely((const void *)(data + 12) > end))
		return data[0] >> 6 == 2 && data[1] >= 192 && data[1] <= 223 && is_whole_rtcp(data, length) ? KIND_RTCP :
														 KIND_OTHER;
	if (likely(data[0] >> 6 == 2)) {
		if (unlikely(data[1] >= 192 && data[1] <= 223))
			return is_whole_rtcp(data, length) ? KIND_RTCP : KIND_OTHER;
		return is_whole_rtp(data, end, length) ? KIND_RTP : KIND_OTHER;
	}
	if (data[0] <= 3)
		return length >= 20 && be32_at(data + 4) == 0x2112a442 ? KIND_UP : KIND_OTHER;
	if (data[0] >= 16 && data[0] <= 19)
		return be32_at(data + 4) == 0x5a525450 ? KIND_UP : KIND_OTHER;
	if (data[0] >= 20 && data[0] <= 63 && length >= 13)
		return KIND_UP;
	return KIND_OTHER;
}

#define CONTENT_UP FORWARD_CONTENTS /* not for the stream: left to userspace */

/* What a kind of packet is to a component: docs/kernel-abi.md has it as a table. */
static __always_inline __u32 content_of(enum kind kind, __u32 component)
{
	if (kind == KIND_UP)
		return CONTENT_UP;
	if (component == FORWARD_ANY)
		return FORWARD_CONTENT_OTHER;
	if (kind == KIND_RTP)
		return component == FORWARD_RTCP ? CONTENT_UP : FORWARD_CONTENT_RTP;
	if (kind == KIND_RTCP)
		return component == FORWARD_RTP ? FORWARD_CONTENT_RTP : FORWARD_CONTENT_RTCP;
	return CONTENT_UP;
}

#endif
