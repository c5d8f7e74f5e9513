/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A forwarding table: the streams of one instance, and the daemon that controls it. */
#ifndef RTPE_TABLE_H
#define RTPE_TABLE_H

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
	unsigned int n_streams;
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

/*
 * Adds `stream`, which the table owns from then on, or puts it in the place of the one of the same id and local
 * endpoint. The replaced stream, if any, is returned in `old`: no packet sees it any more, the caller frees it.
 * -EEXIST: the endpoint belongs to another id; -ENOSPC: too many streams; -ENOMEM.
 */
int rtpe_table_set(struct rtpe_table *table, struct rtpe_stream *stream, bool keep_srtp, struct rtpe_stream **old);
/* Takes it out: no packet sees it any more, the caller frees it. ERR_PTR(-ENOENT). */
struct rtpe_stream *rtpe_table_take(struct rtpe_table *table, u64 id, const struct rtpe_local *local);

#endif
