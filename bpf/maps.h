/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies in the kernel: forward.h says how it hangs together. */
#ifndef RTPENGINE_BPF_MAPS_H
#define RTPENGINE_BPF_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "forward.h"

/* max_entries of all are set when they are loaded. Elements are allocated when they are needed. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_endpoint);
	__type(value, struct forward_generation);
} forward_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_generation);
	__type(value, struct forward_stream);
} forward_streams SEC(".maps");

/* Of streams with more than one destination. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct forward_generation);
	__type(value, struct forward_copies);
} forward_copies SEC(".maps");

/* What is read of an element under its lock. Not on the stack: before Linux 6.12 that would be more than there is. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct forward_destination);
} forward_scratch SEC(".maps");


#endif
