/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the forwarding program shares with the supervisor, which loads it, and the workers, which give it streams.
 *
 * Two maps lead to a stream: a local port has a generation, and a generation has a stream. A stream is never changed but
 * for its counters: a new rule is a new generation. Addresses are in network order, IPv4 in the first four bytes, the
 * rest zero.
 */
#ifndef RTPENGINE_BPF_FORWARD_H
#define RTPENGINE_BPF_FORWARD_H

#include <linux/bpf.h>
#include <linux/types.h>

/* Another one with every change of what is in the maps or of what it means. */
#define FORWARD_LAYOUT 3

#define FORWARD_MAX_TYPES 16 /* and the others together */
#define FORWARD_MAX_SOURCES 4 /* likewise */
#define FORWARD_MAX_COPIES 15 /* destinations beside the first */

struct forward_endpoint {
	__u8 address[16];
	__be16 port;
	__u16 family; /* 4 or 6; 0: none */
};

/* One of the rules that a stream has had. Never two alike while the maps live: a withdrawn rule's doesn't come again. */
struct forward_generation {
	__u64 id;
	__u64 serial;
};

enum forward_component { FORWARD_ANY, FORWARD_RTP, FORWARD_RTCP, FORWARD_MUXED };

enum forward_mismatch { FORWARD_FROM_ANYWHERE, FORWARD_REFUSE, FORWARD_TO_USERSPACE };

/* What a packet is to a stream of this component: index of its sums, and bit of what a destination takes. */
enum forward_content { FORWARD_CONTENT_RTP, FORWARD_CONTENT_RTCP, FORWARD_CONTENT_OTHER, FORWARD_CONTENTS };

struct forward_destination {
	__u64 stream; /* the daemon's name for where this leads */
	struct forward_endpoint from, to;
	__u8 takes;    /* 1 << enum forward_content */
	__u8 tos;      /* TOS or traffic class */
	__u8 priority; /* in our own queues, by TOS */
	__u8 reserved[5];
};

struct forward_sum {
	__u64 packets, bytes; /* bytes: UDP payload */
};

/* One SSRC, RFC 3550 appendix A: as offload::Source. */
struct forward_source {
	__u32 ssrc, timestamp;
	__u64 packets, bytes, lost, duplicates;
	__u64 highest; /* sequence number, wraps counted in the bits above 16 */
	__u64 window;  /* bit n: highest - n was seen; 0: nothing was */
	__u64 heard;   /* CLOCK_MONOTONIC, ns */
};

/* Whoever was silent for RTP_SOURCE_SILENT gives its place to a new one; without such, the new one is one of the others. */
struct forward_sources {
	__u8 n, current_source, reserved[6];
	struct forward_source list[FORWARD_MAX_SOURCES];
	struct forward_sum others;
};

/* RTP payload types as they come: the list is no condition. */
struct forward_types {
	__u8 n, current_type, reserved[6];
	__u8 list[FORWARD_MAX_TYPES];
	__u64 packets[FORWARD_MAX_TYPES];
	__u64 others;
};

/*
 * What is counted, is counted under the lock, and only while the stream isn't sealed: what is read after sealing is
 * final. Every packet goes to all destinations that take it or to userspace, so sums by content say what each of them
 * got.
 */
struct forward_stream {
	struct bpf_spin_lock lock;
	__u32 sealed;
	struct forward_generation generation;
	struct forward_endpoint local, source;
	__u8 component, mismatch;
	__u8 n_destinations; /* beyond the first: in forward_copies */
	__u8 reserved[5];
	struct forward_destination destination;

	__u64 errors;	    /* wrong source */
	__u64 to_userspace; /* packets of the stream that were left to it */
	__u64 last_seen;    /* CLOCK_MONOTONIC, ns; 0: nothing yet */
	__u64 tos;	    /* of the latest packet */
	struct forward_sum in[FORWARD_CONTENTS + 1]; /* a power of two */
	struct forward_sum failed; /* of these, what could not be sent to the first destination */
	struct forward_types types;
	struct forward_sources sources;
};

struct forward_copy {
	struct forward_destination destination;
	struct forward_sum failed;
};

/* With its own generation, for the same reason as a stream's: the element may be another's by now. */
struct forward_copies {
	struct bpf_spin_lock lock;
	__u32 reserved;
	struct forward_generation generation;
	struct forward_copy list[FORWARD_MAX_COPIES];
};

#endif
