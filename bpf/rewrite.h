/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a datagram in an sk_buff another source and destination, of the same family or the other one. Checksums are
 * updated by what changes: right whether the sum is complete, left to a device (CHECKSUM_PARTIAL) or known to the stack
 * (CHECKSUM_COMPLETE). The sum of a datagram that was damaged on its way stays wrong.
 */
#ifndef RTPENGINE_BPF_REWRITE_H
#define RTPENGINE_BPF_REWRITE_H

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>

#include "packet.h"

#define REWRITE_TTL 64 /* as userspace has it */

struct sum {
	__u64 words;
};

static __always_inline void sum_address(struct sum *sum, const struct forward_endpoint *endpoint)
{
	const __u32 *words = (const __u32 *)endpoint->address;

	sum->words += (__u64)words[0] + words[1] + words[2] + words[3];
}

/* To 32 bits, still a sum in ones' complement. */
static __always_inline __u32 fold32(__u64 words)
{
	words = (words & 0xffffffff) + (words >> 32);
	return (words & 0xffffffff) + (words >> 32);
}

static __always_inline __u16 fold16(__u32 words)
{
	words = (words & 0xffff) + (words >> 16);
	return (words & 0xffff) + (words >> 16);
}

static __always_inline __u32 change_of(__u64 before, __u64 after)
{
	return fold32((__u64)fold32(after) + (__u32)~fold32(before));
}

/* Not inline, as the stores below: the stack of a call is 512 bytes in all. */
static __noinline __u32 change_of_addresses(const struct datagram *datagram, const struct forward_destination *to)
{
	struct sum before = {}, after = {};

	sum_address(&before, &datagram->from);
	sum_address(&before, &datagram->to);
	sum_address(&after, &to->from);
	sum_address(&after, &to->to);
	return change_of(before.words, after.words);
}

/* As they lie in the header. */
union ports {
	__be16 each[2];
	__u32 word;
};

static __always_inline __u32 ports_of(const struct forward_endpoint *from, const struct forward_endpoint *to)
{
	const union ports ports = { .each = { from->port, to->port } };

	return ports.word;
}

static __noinline int store_ipv4(struct __sk_buff *skb, const struct datagram *datagram,
				      const struct forward_destination *to)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tos = to->tos,
		.tot_len = bpf_htons(sizeof(ip) + sizeof(struct udphdr) + datagram->length),
		.id = bpf_get_prandom_u32(),
		.ttl = REWRITE_TTL,
		.protocol = IPPROTO_UDP,
	};
	const __u32 *words = (const __u32 *)&ip;

	copy4((__u8 *)&ip.saddr, to->from.address);
	copy4((__u8 *)&ip.daddr, to->to.address);
	ip.check = ~fold16(fold32((__u64)words[0] + words[1] + words[2] + words[3] + words[4]));
	return bpf_skb_store_bytes(skb, datagram->network, &ip, sizeof(ip), BPF_F_RECOMPUTE_CSUM);
}

static __noinline int store_ipv6(struct __sk_buff *skb, const struct datagram *datagram,
				      const struct forward_destination *to)
{
	struct ipv6hdr ip = {
		.version = 6,
		.priority = to->tos >> 4,
		.flow_lbl = { to->tos << 4 },
		.payload_len = bpf_htons(sizeof(struct udphdr) + datagram->length),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = REWRITE_TTL,
	};

	copy16((__u8 *)&ip.saddr, to->from.address);
	copy16((__u8 *)&ip.daddr, to->to.address);
	return bpf_skb_store_bytes(skb, datagram->network, &ip, sizeof(ip), BPF_F_RECOMPUTE_CSUM);
}

/* Makes room for the other family's header where it isn't the right one already. 0, or nothing was done. */
static __always_inline int change_family(struct __sk_buff *skb, struct datagram *datagram,
					 const struct forward_destination *to)
{
	const int ipv6 = to->to.family == 6;

	if (likely(datagram->to.family == to->to.family))
		return 0;
	if (bpf_skb_change_proto(skb, ipv6 ? bpf_htons(ETH_P_IPV6) : bpf_htons(ETH_P_IP), 0))
		return -1;
	datagram->transport = datagram->network + (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	return 0;
}

/* The addresses are part of a sum that is left to a device, the ports are not. */
static __always_inline int update_sum(struct __sk_buff *skb, const struct datagram *datagram, __u32 addresses,
				      __u32 ports)
{
	const __u32 at = datagram->transport + offsetof(struct udphdr, check);

	if (unlikely(!datagram->checksum))
		return 0; /* IPv4 has none; one that is left to a device is never zero */
	if (bpf_l4_csum_replace(skb, at, 0, addresses, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0))
		return -1;
	return bpf_l4_csum_replace(skb, at, 0, ports, BPF_F_MARK_MANGLED_0);
}

/*
 * 0: the packet is as `to` wants it, and `datagram` says so. Afterwards pointers into the packet must be fetched anew.
 * Not possible: without a checksum from or to IPv6.
 */
static __always_inline int rewrite(struct __sk_buff *skb, struct datagram *datagram,
				   const struct forward_destination *to)
{
	const __u32 addresses = change_of_addresses(datagram, to);
	const __u32 ports = ports_of(&to->from, &to->to);
	const __u32 change = change_of(ports_of(&datagram->from, &datagram->to), ports);

	if (unlikely(change_family(skb, datagram, to)))
		return -1;
	if (to->to.family == 4 ? store_ipv4(skb, datagram, to) : store_ipv6(skb, datagram, to))
		return -1;
	if (bpf_skb_store_bytes(skb, datagram->transport, &ports, sizeof(ports), 0))
		return -1;
	if (update_sum(skb, datagram, addresses, change))
		return -1;
	datagram->from = to->from;
	datagram->to = to->to;
	return 0;
}

#endif
