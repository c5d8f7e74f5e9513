// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.h"

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "net.h"
#include "params.h"
#include "proc.h"
#include "stream.h"

#define RTPE_FREED_AT_ONCE 4

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
	hash_init(table->withdrawn);
	INIT_LIST_HEAD(&table->retired);
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
	struct rtpe_stream *stream, *next;
	unsigned long place;

	rtpe_proc_del_table(table);
	synchronize_rcu_expedited();
	xa_for_each(&table->streams, place, stream)
		rtpe_stream_free(stream);
	list_for_each_entry_safe(stream, next, &table->retired, retired)
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

/* ---- streams that packets find no more ---- */

/* The cookie is there before anybody sees that it is withdrawn. */
static void withdraw(struct rtpe_table *table, struct rtpe_stream *stream)
{
	hlist_del_rcu(&stream->node);
	table->n_streams--;
	stream->cookie = start_poll_synchronize_rcu();
	smp_store_release(&stream->withdrawn, true);
	hash_add(table->withdrawn, &stream->by_id, stream->id);
	table->n_withdrawn++;
}

static struct rtpe_stream *find_withdrawn(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	struct rtpe_stream *stream;

	hash_for_each_possible(table->withdrawn, stream, by_id, id)
		if (stream->id == id && rtpe_local_equal(&stream->local, local))
			return stream;
	return NULL;
}

static void not_withdrawn_any_more(struct rtpe_table *table, struct rtpe_stream *stream)
{
	hash_del(&stream->by_id);
	table->n_withdrawn--;
}

/* Nothing leads there; packets and readers that are on their way through it yet don't delay anybody. */
static void retire(struct rtpe_table *table, struct rtpe_stream *stream)
{
	stream->cookie = start_poll_synchronize_rcu();
	list_add_tail(&stream->retired, &table->retired);
	table->n_retired++;
}

/* Each command retires at most one, so with the next ones they all go; a few at a time take no long time. */
static void free_retired(struct rtpe_table *table)
{
	struct rtpe_stream *stream, *next;
	unsigned int n = 0;

	list_for_each_entry_safe(stream, next, &table->retired, retired) {
		if (n++ == RTPE_FREED_AT_ONCE || !poll_state_synchronize_rcu(stream->cookie))
			return;
		list_del(&stream->retired);
		rtpe_stream_free(stream);
		table->n_retired--;
	}
}

/* ---- commands ---- */

static int add(struct rtpe_table *table, struct rtpe_stream *stream)
{
	int err;

	if (table->n_streams + table->n_withdrawn >= rtpe_max_streams)
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

static void take_index(struct rtpe_table *table, struct rtpe_stream *stream, struct rtpe_stream *old)
{
	if (!old->withdrawn)
		return hlist_replace_rcu(&old->node, &stream->node);
	not_withdrawn_any_more(table, old);
	rtpe_index_add(&table->index, stream); /* its page is there since the first rule */
	table->n_streams++;
}

static int replace(struct rtpe_table *table, struct rtpe_stream *stream, struct rtpe_stream *old, bool keep_srtp)
{
	int err;

	if (old->id != stream->id)
		return -EEXIST;
	if (table->n_retired >= rtpe_max_streams)
		return -EAGAIN;
	err = rtpe_stream_inherit(stream, old, keep_srtp);
	if (err)
		return err;
	stream->place = old->place;
	xa_store(&table->streams, stream->place, stream, GFP_KERNEL); /* the place is there: needs no memory */
	take_index(table, stream, old);
	retire(table, old);
	return 0;
}

int rtpe_table_set(struct rtpe_table *table, struct rtpe_stream *stream, bool keep_srtp, struct rtpe_stream **old)
{
	int err;

	lockdep_assert_held(&table->lock);
	free_retired(table);
	*old = rtpe_index_find_locked(&table->index, &stream->local) ?:
	       find_withdrawn(table, stream->id, &stream->local);
	err = *old ? replace(table, stream, *old, keep_srtp) : add(table, stream);
	return err;
}

static struct rtpe_stream *find_living(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	struct rtpe_stream *stream = rtpe_index_find_locked(&table->index, local);

	return stream && stream->id == id ? stream : NULL;
}

struct rtpe_stream *rtpe_table_find(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	lockdep_assert_held(&table->lock);
	free_retired(table);
	return find_living(table, id, local) ?: find_withdrawn(table, id, local) ?: ERR_PTR(-ENOENT);
}

struct rtpe_stream *rtpe_table_withdraw(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	struct rtpe_stream *stream = rtpe_table_find(table, id, local);

	if (!IS_ERR(stream) && !stream->withdrawn)
		withdraw(table, stream);
	return stream;
}

int rtpe_table_forget(struct rtpe_table *table, u64 id, const struct rtpe_local *local)
{
	struct rtpe_stream *stream = rtpe_table_find(table, id, local);

	if (IS_ERR(stream))
		return PTR_ERR(stream);
	if (!stream->withdrawn)
		return -EBUSY;
	if (!poll_state_synchronize_rcu(stream->cookie))
		return -EAGAIN;
	not_withdrawn_any_more(table, stream);
	xa_erase(&table->streams, stream->place);
	retire(table, stream); /* who reads blist may have it */
	return 0;
}
