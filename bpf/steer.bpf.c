// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the datagrams of open media ports to one socket of the worker that has them, before the stack looks for a
 * socket of its own. Whatever is not open goes its way as if we weren't there. And keeps others from binding there.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "steer.h"

#define AF_INET 2 /* libc's headers know no BPF target */
#define SOCK_DGRAM 2

/* The index of each media address; written by the supervisor. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STEER_MAX_ADDRESSES);
	__type(key, struct steer_address);
	__type(value, __u32);
} steer_addresses SEC(".maps");

/* max_entries is set when it is loaded: 8192 cells for each address, and the passes. */
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

/* Set before it is loaded. */
const volatile __u64 guard_namespace = 0; /* the cookie of the network namespace that it is for */
const volatile __u32 guard_ranges = 0, guard_passes = 0; /* how many ranges there are; the first pass in steer_ports */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STEER_MAX_RANGES);
	__type(key, __u32);
	__type(value, struct steer_range);
} steer_ranges SEC(".maps");

static __always_inline int same(const struct steer_address *a, const struct steer_address *b)
{
	const __u64 *x = (const __u64 *)a->bytes, *y = (const __u64 *)b->bytes;

	return a->family == b->family && x[0] == y[0] && x[1] == y[1];
}

/* `any`: a wildcard, which has every address of the families in the mask. */
static __noinline int in_ranges(const struct steer_address *address, __u32 port, __u32 any)
{
	__u32 number;

	for (number = 0; number < STEER_MAX_RANGES; ++number) {
		__u32 place = number;
		const struct steer_range *range;

		if (number >= guard_ranges)
			return 0;
		range = bpf_map_lookup_elem(&steer_ranges, &place);
		if (!range)
			return 0;
		if (port < range->min || port > range->max)
			continue;
		if (any & (range->address.family == 4 ? 1 : 2) || same(&range->address, address))
			return 1;
	}
	return 0;
}

static __always_inline int has_pass(__u64 cookie)
{
	__u32 place = guard_passes + (__u32)(cookie % STEER_PASSES);
	const __u64 *pass = bpf_map_lookup_elem(&steer_ports, &place);

	return pass && *pass == cookie;
}

static __always_inline int may_bind(struct bpf_sock_addr *ctx, const struct steer_address *address, __u32 any)
{
	__u32 port = bpf_ntohs((__u16)ctx->user_port);

	if (ctx->type != SOCK_DGRAM || !port || bpf_get_netns_cookie(ctx) != guard_namespace)
		return 1;
	if (in_ranges(address, port, any) && !has_pass(bpf_get_socket_cookie(ctx)))
		return 0;
	return 1;
}

SEC("cgroup/bind4")
int guard4(struct bpf_sock_addr *ctx)
{
	struct steer_address key = {.family = 4};

	*(__u32 *)key.bytes = ctx->user_ip4;
	return may_bind(ctx, &key, ctx->user_ip4 ? 0 : 1);
}

/* A socket that isn't for IPv6 alone has IPv4's addresses too, mapped. */
SEC("cgroup/bind6")
int guard6(struct bpf_sock_addr *ctx)
{
	__u32 a = ctx->user_ip6[0], b = ctx->user_ip6[1], c = ctx->user_ip6[2], d = ctx->user_ip6[3];
	struct steer_address key = {};

	if (!a && !b && c == bpf_htonl(0xffff)) {
		key.family = 4;
		*(__u32 *)key.bytes = d;
		return may_bind(ctx, &key, d ? 0 : 1);
	}
	key.family = 6;
	((__u32 *)key.bytes)[0] = a;
	((__u32 *)key.bytes)[1] = b;
	((__u32 *)key.bytes)[2] = c;
	((__u32 *)key.bytes)[3] = d;
	return may_bind(ctx, &key, a | b | c | d ? 0 : 3);
}

char LICENSE[] SEC("license") = "GPL";
