// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the datagrams of open media ports to one socket of the worker that has them, before the stack looks for a
 * socket of its own. Whatever is not open goes its way as if we weren't there.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>

#include "steer.h"

#define AF_INET 2 /* libc's headers know no BPF target */

/* The index of each media address; written by the supervisor. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STEER_MAX_ADDRESSES);
	__type(key, struct steer_address);
	__type(value, __u32);
} steer_addresses SEC(".maps");

/* max_entries is set when it is loaded: 8192 cells for each address. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, STEER_PORTS / STEER_PORTS_PER_CELL);
	__type(key, __u32);
	__type(value, struct steer_cell);
} steer_ports SEC(".maps");

/* Socket of a worker: its number * 2, + 1 for IPv6. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, STEER_MAX_WORKERS * STEER_FAMILIES);
	__type(key, __u32);
	__type(value, __u64);
} steer_sockets SEC(".maps");

static __always_inline __u32 owner_of(__u32 address, __u32 port)
{
	__u32 place = address * STEER_PORTS + (port & (STEER_PORTS - 1));
	__u32 number = place / STEER_PORTS_PER_CELL;
	struct steer_cell *cell = bpf_map_lookup_elem(&steer_ports, &number);

	return cell ? cell->owners[place % STEER_PORTS_PER_CELL] : 0;
}

SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	struct steer_address key = {};
	__u32 *address, owner, place;
	struct bpf_sock *sk;

	if (ctx->protocol != IPPROTO_UDP)
		return SK_PASS;
	if (ctx->family == AF_INET) {
		key.family = 4;
		*(__u32 *)key.bytes = ctx->local_ip4;
	} else {
		key.family = 6;
		((__u32 *)key.bytes)[0] = ctx->local_ip6[0];
		((__u32 *)key.bytes)[1] = ctx->local_ip6[1];
		((__u32 *)key.bytes)[2] = ctx->local_ip6[2];
		((__u32 *)key.bytes)[3] = ctx->local_ip6[3];
	}
	address = bpf_map_lookup_elem(&steer_addresses, &key);
	owner = address ? owner_of(*address, ctx->local_port) : 0;
	if (!owner)
		return SK_PASS;
	place = (owner - 1) * STEER_FAMILIES + (key.family == 6);
	sk = bpf_map_lookup_elem(&steer_sockets, &place);
	if (sk) {
		bpf_sk_assign(ctx, sk, 0);
		bpf_sk_release(sk);
	}
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
