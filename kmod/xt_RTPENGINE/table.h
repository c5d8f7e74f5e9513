/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A forwarding table: the streams of one instance, and the daemon that controls it. A stream is found by packets, then
 * withdrawn (its counters can be read until they are final), then retired. Nobody waits for a grace period but who
 * destroys a table.
 */
#ifndef RTPE_TABLE_H
#define RTPE_TABLE_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/xarray.h>

#include "index.h"

struct net;
struct proc_dir_entry;
struct rtpe_net;
struct rtpe_stream;

enum rtpe_control {
	RTPE_FREE,	/* nobody controls it */
	RTPE_OPENED,	/* control is open */
	RTPE_GREETED,	/* and HELLO was said */
	RTPE_CLOSED,	/* about to be destroyed */
};

struct rtpe_table {
	struct net *net; /* no reference: the namespace destroys its tables */
	struct rtpe_net *rnet;
	unsigned int id;
	struct rtpe_index index; /* local endpoint -> stream; read under RCU */
	struct xarray streams;	 /* the same streams, for going over them */
	struct mutex lock;	 /* streams come and go, control is opened and closed */
	DECLARE_HASHTABLE(withdrawn, 10); /* streams by id, until they are forgotten */
	struct list_head retired;	  /* streams that are freed after a grace period, in the order of these */
	unsigned int n_streams, n_withdrawn, n_retired; /* n_streams: that packets find */
	enum rtpe_control control;
	struct pid *controller; /* of RTPE_OPENED and RTPE_GREETED */
	struct proc_dir_entry *dir;
};

struct rtpe_table *rtpe_table_create(struct rtpe_net *rnet, unsigned int id);
/* From now on nobody can take control. -EBUSY: somebody has it. */
int rtpe_table_close(struct rtpe_table *table);
/* Packets must not find it any more; waits for those that did. */
void rtpe_table_destroy(struct rtpe_table *table);

/* -EBUSY: somebody else has it; -ENOENT: the table is about to go. */
int rtpe_table_take_control(struct rtpe_table *table);
void rtpe_table_release_control(struct rtpe_table *table);
/* Whoever has control has said HELLO. */
int rtpe_table_greet(struct rtpe_table *table);
bool rtpe_table_is_greeted(struct rtpe_table *table);

/* ---- The caller holds the lock; what they return is there as long. None of these waits for packets. ---- */

/*
 * Adds `stream`, which the table owns from then on, or puts it in the place of `old`, the one of the same id and local
 * endpoint, withdrawn or not; NULL: there is none. -EEXIST: the endpoint belongs to another id; -ESTALE: `old` doesn't
 * count for all destinations; -ENOSPC: too many streams; -EAGAIN: too many that are not freed yet; -ENOMEM.
 */
int rtpe_table_set(struct rtpe_table *table, struct rtpe_stream *stream, bool keep_srtp, struct rtpe_stream **old);
/* ERR_PTR(-ENOENT). */
struct rtpe_stream *rtpe_table_find(struct rtpe_table *table, u64 id, const struct rtpe_local *local);
/* No new packet finds it; nothing, if it was withdrawn before. ERR_PTR(-ENOENT). */
struct rtpe_stream *rtpe_table_withdraw(struct rtpe_table *table, u64 id, const struct rtpe_local *local);
/* Of a withdrawn one that is final. -ENOENT; -EBUSY: it is not withdrawn; -EAGAIN: packets are on their way through it. */
int rtpe_table_forget(struct rtpe_table *table, u64 id, const struct rtpe_local *local);

#endif
