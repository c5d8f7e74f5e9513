/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet on its way through a stream, and what is counted of it. */
#ifndef RTPENGINE_BPF_PASSAGE_H
#define RTPENGINE_BPF_PASSAGE_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "packet.h"
#include "sources.h"
#include "types.h"

struct passage {
	struct forward_generation generation;
	struct datagram datagram;
	struct rtp_header rtp;
	__u32 content;
	__u32 is_rtp; /* `rtp` is there */
};

#define UP TC_ACT_UNSPEC /* other programs, then the stack */

/* No function may be called while a lock is held. */

static __always_inline int is_same(const struct forward_generation *a, const struct forward_generation *b)
{
	return a->id == b->id && a->serial == b->serial;
}

static __always_inline int is_endpoint(const struct forward_endpoint *one, const struct forward_endpoint *other)
{
	const __u32 *a = (const __u32 *)one, *b = (const __u32 *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && a[4] == b[4];
}

/*
 * An element that is deleted may be another's at once, of either map that led here: under the lock it is known whose the
 * stream is, and that it is the one of the packet's port. As no generation comes twice, what was read of the stream before
 * was its own. A stream that is sealed counts no more: its successor is there already, or userspace.
 */
static __always_inline int is_current(const struct forward_stream *stream, const struct passage *passage)
{
	return !stream->sealed && is_same(&stream->generation, &passage->generation) &&
	       is_endpoint(&stream->local, &passage->datagram.to);
}

static __always_inline int count(struct forward_stream *stream, const struct passage *passage, __u64 now)
{
	struct forward_sum *in = &stream->in[passage->content & 3];
	int current;

	bpf_spin_lock(&stream->lock);
	current = is_current(stream, passage);
	if (likely(current)) {
		stream->last_seen = now;
		stream->tos = passage->datagram.tos;
		in->packets++;
		in->bytes += passage->datagram.length;
		if (passage->is_rtp) {
			type_count(&stream->types, passage->rtp.type);
			source_count(&stream->sources, &passage->rtp, passage->datagram.length, now);
		}
	}
	bpf_spin_unlock(&stream->lock);
	return current;
}

static __always_inline int to_userspace(struct forward_stream *stream, const struct passage *passage)
{
	bpf_spin_lock(&stream->lock);
	if (is_current(stream, passage))
		stream->to_userspace++;
	bpf_spin_unlock(&stream->lock);
	return UP;
}

static __always_inline int refuse(struct forward_stream *stream, const struct passage *passage)
{
	int current;

	bpf_spin_lock(&stream->lock);
	current = is_current(stream, passage);
	if (current)
		stream->errors++;
	bpf_spin_unlock(&stream->lock);
	return current ? TC_ACT_SHOT : UP;
}

static __always_inline int failed(struct forward_stream *stream, const struct passage *passage)
{
	bpf_spin_lock(&stream->lock);
	if (is_current(stream, passage)) {
		stream->failed.packets++;
		stream->failed.bytes += passage->datagram.length;
	}
	bpf_spin_unlock(&stream->lock);
	return TC_ACT_SHOT;
}


#endif
