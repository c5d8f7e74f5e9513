// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.h"

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "net.h"
#include "params.h"
#include "proc.h"
#include "stream.h"

struct rtpe_table *rtpe_table_create(struct rtpe_net *rnet, unsigned int id)
{
	struct rtpe_table *table;
	int err;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->net = rnet->net;
	table->rnet = rnet;
	table->id = id;
	mutex_init(&table->lock);
	xa_init_flags(&table->streams, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	err = rtpe_proc_add_table(table);
	if (err) {
		kfree(table);
		return ERR_PTR(err);
	}
	return table;
}

int rtpe_table_close(struct rtpe_table *table)
{
	int err = -EBUSY;

	mutex_lock(&table->lock);
	if (table->control == RTPE_FREE) {
		table->control = RTPE_CLOSED;
		err = 0;
	}
	mutex_unlock(&table->lock);
	return err;
}

void rtpe_table_destroy(struct rtpe_table *table)
{
	struct rtpe_stream *stream;
	unsigned long place;

	rtpe_proc_del_table(table);
	synchronize_rcu_expedited();
	xa_for_each(&table->streams, place, stream)
		rtpe_stream_free(stream);
	xa_destroy(&table->streams);
	rtpe_index_destroy(&table->index);
	mutex_destroy(&table->lock);
	kfree(table);
}

int rtpe_table_take_control(struct rtpe_table *table)
{
	int err = 0;

	mutex_lock(&table->lock);
	if (table->control == RTPE_CLOSED) {
		err = -ENOENT;
	} else if (table->control != RTPE_FREE) {
		err = -EBUSY;
	} else {
		table->control = RTPE_OPENED;
		table->controller = get_pid(task_tgid(current));
	}
	mutex_unlock(&table->lock);
	return err;
}

void rtpe_table_release_control(struct rtpe_table *table)
{
	mutex_lock(&table->lock);
	put_pid(table->controller);
	table->controller = NULL;
	table->control = RTPE_FREE;
	mutex_unlock(&table->lock);
}

int rtpe_table_greet(struct rtpe_table *table)
{
	mutex_lock(&table->lock);
	table->control = RTPE_GREETED;
	mutex_unlock(&table->lock);
	return 0;
}

bool rtpe_table_is_greeted(struct rtpe_table *table)
{
	return READ_ONCE(table->control) == RTPE_GREETED;
}

static int add(struct rtpe_table *table, struct rtpe_stream *stream)
{
	int err;

	if (table->n_streams >= rtpe_max_streams)
		return -ENOSPC;
	err = rtpe_index_reserve(&table->index, &stream->local);
	if (err)
		return err;
	err = xa_alloc(&table->streams, &stream->place, stream, xa_limit_32b, GFP_KERNEL);
	if (err)
		return err;
	rtpe_index_add(&table->index, stream);
	table->n_streams++;
	return 0;
}

static int replace(struct rtpe_table *table, struct rtpe_stream *stream, struct rtpe_stream *old, bool keep_srtp)
{
	if (old->id != stream->id)
		return -EEXIST;
	rtpe_stream_inherit(stream, old, keep_srtp);
	stream->place = old->place;
	xa_store(&table->streams, stream->place, stream, GFP_KERNEL); /* the place is there: needs no memory */
	hlist_replace_rcu(&old->node, &stream->node);
	return 0;
}

int rtpe_table_set(struct rtpe_table *table, struct rtpe_stream *stream, bool keep_srtp, struct rtpe_stream **old)
{
	int err;

	mutex_lock(&table->lock);
	*old = rtpe_index_find_locked(&table->index, &stream->local);
	err = *old ? replace(table, stream, *old, keep_srtp) : add(table, stream);
	mutex_unlock(&table->lock);
	if (err)
		*old = NULL;
	if (*old)
		synchronize_rcu_expedited(); /* the daemon waits for the final counters */
	return err;
}

struct rtpe_stream *rtpe_table_take(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	struct rtpe_stream *stream;

	mutex_lock(&table->lock);
	stream = rtpe_index_find_locked(&table->index, local);
	if (stream && stream->id == id) {
		hlist_del_rcu(&stream->node);
		xa_erase(&table->streams, stream->place);
		table->n_streams--;
	} else {
		stream = ERR_PTR(-ENOENT);
	}
	mutex_unlock(&table->lock);
	if (!IS_ERR(stream))
		synchronize_rcu_expedited();
	return stream;
}
