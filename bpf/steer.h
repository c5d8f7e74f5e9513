/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the steering program shares with the supervisor, which fills it in, and the workers, which open ports. */
#ifndef RTPENGINE_BPF_STEER_H
#define RTPENGINE_BPF_STEER_H

#include <linux/types.h>

/* Another one with every change of what is in the maps or of what it means. */
#define STEER_LAYOUT 2

#define STEER_MAX_ADDRESSES 256
#define STEER_MAX_WORKERS 255
#define STEER_PORTS 65536 /* of each address */
#define STEER_FAMILIES 2  /* sockets of a worker: IPv4, IPv6 */

/* A local address; IPv4 in the first four bytes, the rest zero. In network byte order. */
struct steer_address {
	__u8 bytes[16];
	__u32 family; /* 4 or 6 */
};

/*
 * Who receives on a port: a byte for each port of each address, 0 for nobody, else the worker's number + 1. The byte
 * of PORT of the address with INDEX is the (INDEX * STEER_PORTS + PORT)th. It lies in memory of eight bytes a map
 * element; bytes are stored singly, each by the worker that has the port.
 */
#define STEER_PORTS_PER_CELL 8
struct steer_cell {
	__u8 owners[STEER_PORTS_PER_CELL];
};

/*
 * The ports of the ranges are ours, also those that are not open: any socket connected to a peer would be found before
 * the program is asked, and take that stream. So nobody may bind there but a worker, which shows its pass: behind the
 * cells of all addresses are STEER_PASSES cells more, and the socket's cookie is in cell (cookie % STEER_PASSES) of
 * them while the worker binds.
 */
#define STEER_PASSES 1024
#define STEER_MAX_RANGES 256
struct steer_range {
	struct steer_address address;
	__u16 min, max; /* host order, both included */
};

#endif
