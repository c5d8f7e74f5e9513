// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "net.h"
#include "sources.h"
#include "srtp.h"
#include "table.h"
#include "tally.h"

/* ---- binary ---- */

/* The payload types, then the sources. */
static void *report_heard(const struct rtpe_stream *stream, struct rtpengine_state *state, void *to)
{
	struct rtpe_heard heard;

	if (!stream->sources)
		return to;
	rtpe_sources_read(stream->sources, &heard);
	state->n_payload_types = heard.n_types;
	state->n_sources = heard.n;
	state->other_packets = heard.others.packets;
	state->other_bytes = heard.others.bytes;
	state->other_types = heard.others.types;
	memcpy(to, heard.types, heard.n_types * sizeof(heard.types[0]));
	to += heard.n_types * sizeof(heard.types[0]);
	memcpy(to, heard.sources, heard.n * sizeof(heard.sources[0]));
	return to + heard.n * sizeof(heard.sources[0]);
}

/* The destination of the rule that counts there; NULL: a predecessor's. */
static const struct rtpe_destination *destination_at(const struct rtpe_stream *stream, unsigned int place)
{
	unsigned int i;

	for (i = 0; i < stream->n_destinations; i++)
		if (stream->destinations[i].place == place)
			return &stream->destinations[i];
	return NULL;
}

static void *report_destinations(const struct rtpe_stream *stream, void *to, bool with_srtp)
{
	const struct rtpe_tally *tally = stream->tally;
	struct rtpengine_destination_state *states = to;
	struct rtpengine_srtp_source *sources = (void *)(states + tally->n);
	unsigned int place;

	for (place = 0; place < tally->n; place++) {
		const struct rtpe_destination *destination = destination_at(stream, place);

		states[place] = (struct rtpengine_destination_state){
			.stream = tally->streams[place],
			.out = rtpe_tally_out(tally, place),
		};
		if (with_srtp && destination && destination->srtp)
			states[place].n_srtp_sources = rtpe_srtp_sources(destination->srtp, sources);
		sources += states[place].n_srtp_sources;
	}
	return sources;
}

static void report_local(const struct rtpe_stream *stream, struct rtpengine_endpoint *to)
{
	memcpy(to->address, &stream->local.address, sizeof(to->address));
	to->port = stream->local.port;
	to->family = stream->local.family;
	to->scope = stream->scope;
}

/* Asked before anything is summed up, so that it is true of the sums. */
static u8 life_of(const struct rtpe_stream *stream)
{
	if (!smp_load_acquire(&stream->withdrawn)) /* then its cookie is there */
		return 0;
	return RTPENGINE_WITHDRAWN | (poll_state_synchronize_rcu(stream->cookie) ? RTPENGINE_FINAL : 0);
}

size_t rtpe_report(const struct rtpe_stream *stream, void *to, bool with_srtp)
{
	struct rtpengine_state *state = to;
	void *end;

	memset(state, 0, sizeof(*state));
	state->life = life_of(stream);
	state->id = stream->id;
	state->n_destinations = stream->tally->n;
	state->in = rtpe_tally_in(stream->tally);
	report_local(stream, &state->local);
	rtpe_tally_latest(stream->tally, state);
	end = report_heard(stream, state, state + 1);
	if (with_srtp && stream->srtp) {
		state->n_srtp_sources = rtpe_srtp_sources(stream->srtp, end);
		end += state->n_srtp_sources * sizeof(struct rtpengine_srtp_source);
	}
	end = report_destinations(stream, end, with_srtp);
	state->size = end - to;
	return state->size;
}

/* ---- going over the streams of a table: a position is a place in its array ---- */

static struct rtpe_table *table_of(struct seq_file *seq)
{
	return pde_data(file_inode(seq->file));
}

static void *find_from(struct seq_file *seq, loff_t *pos)
{
	unsigned long place = *pos;
	struct rtpe_stream *stream;

	if (*pos > U32_MAX)
		return NULL;
	stream = xa_find(&table_of(seq)->streams, &place, U32_MAX, XA_PRESENT);
	*pos = place;
	return stream;
}

static void *seq_start(struct seq_file *seq, loff_t *pos) __acquires(RCU)
{
	rcu_read_lock();
	return find_from(seq, pos);
}

static void *seq_next(struct seq_file *seq, void *stream, loff_t *pos)
{
	void *next;

	++*pos;
	next = find_from(seq, pos);
	if (!next)
		*pos = (loff_t)U32_MAX + 1;
	return next;
}

static void seq_stop(struct seq_file *seq, void *stream) __releases(RCU)
{
	rcu_read_unlock();
}

/* ---- blist ---- */

static int blist_show(struct seq_file *seq, void *stream)
{
	void *state = seq->private;

	/* seq_file itself sees that the buffer was too small */
	seq_write(seq, state, rtpe_report(stream, state, false));
	return 0;
}

static const struct seq_operations blist_operations = {
	.start = seq_start,
	.next = seq_next,
	.stop = seq_stop,
	.show = blist_show,
};

static int blist_open(struct inode *inode, struct file *file)
{
	return __seq_open_private(file, &blist_operations, RTPENGINE_MAX_STATE_SIZE) ? 0 : -ENOMEM;
}

const struct proc_ops rtpe_blist_ops = {
	.proc_open = blist_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release_private,
};

/* ---- list ---- */

static void show_endpoint(struct seq_file *seq, u8 family, const struct in6_addr *address, __be16 port)
{
	if (family == RTPENGINE_IPV4)
		seq_printf(seq, "%pI4:%u", &address->s6_addr32[0], ntohs(port));
	else
		seq_printf(seq, "[%pI6c]:%u", address, ntohs(port));
}

static void show_counters(struct seq_file *seq, const struct rtpengine_counters *counters)
{
	seq_printf(seq, "%llu packets, %llu bytes, %llu errors\n", counters->packets, counters->bytes,
		   counters->errors);
}

static void show_source(struct seq_file *seq, const struct rtpe_stream *stream)
{
	static const char *const actions[] = { "accepted", "dropped", "left to userspace" };

	seq_puts(seq, "  source ");
	if (stream->source_port)
		show_endpoint(seq, stream->local.family, &stream->source, stream->source_port);
	else
		seq_puts(seq, "any");
	seq_printf(seq, ", others %s%s\n", actions[stream->mismatch], stream->srtp ? ", SRTP" : "");
}

static void show_destination(struct seq_file *seq, const struct rtpe_stream *stream, unsigned int i)
{
	const struct rtpe_destination *destination = &stream->destinations[i];
	const struct rtpengine_counters sum = rtpe_tally_out(stream->tally, destination->place);

	seq_printf(seq, "  to%s%s%s ", destination->takes & RTPENGINE_TAKES_RTP ? " RTP" : "",
		   destination->takes & RTPENGINE_TAKES_RTCP ? " RTCP" : "",
		   destination->takes & RTPENGINE_TAKES_OTHER ? " any" : "");
	show_endpoint(seq, destination->family, &destination->from, destination->from_port);
	seq_puts(seq, " -> ");
	show_endpoint(seq, destination->family, &destination->to, destination->to_port);
	seq_printf(seq, ", stream %llu%s: ", destination->stream, destination->srtp ? ", SRTP" : "");
	show_counters(seq, &sum);
}

static void show_types(struct seq_file *seq, const struct rtpe_stream *stream)
{
	struct rtpe_heard heard;
	unsigned int i;

	if (!stream->sources)
		return;
	rtpe_sources_read(stream->sources, &heard);
	for (i = 0; i < heard.n_types; i++)
		seq_printf(seq, "  payload type %u: %llu packets\n", heard.types[i].type, heard.types[i].packets);
	if (heard.others.types)
		seq_printf(seq, "  other payload types: %llu packets\n", heard.others.types);
}

static int list_show(struct seq_file *seq, void *of)
{
	static const char *const components[] = { "any", "RTP", "RTCP", "RTP and RTCP" };
	const struct rtpe_stream *stream = of;
	const struct rtpengine_counters in = rtpe_tally_in(stream->tally);
	unsigned int i;

	seq_puts(seq, "local ");
	show_endpoint(seq, stream->local.family, &stream->local.address, stream->local.port);
	seq_printf(seq, ", stream %llu, %s: ", stream->id, components[stream->component]);
	show_counters(seq, &in);
	if (READ_ONCE(stream->withdrawn))
		seq_puts(seq, "  withdrawn\n");
	show_source(seq, stream);
	show_types(seq, stream);
	if (stream->flags & RTPENGINE_BLACKHOLE)
		seq_puts(seq, "  to nowhere\n");
	for (i = 0; i < stream->n_destinations; i++)
		show_destination(seq, stream, i);
	return 0;
}

static const struct seq_operations list_operations = {
	.start = seq_start,
	.next = seq_next,
	.stop = seq_stop,
	.show = list_show,
};

static int list_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &list_operations);
}

const struct proc_ops rtpe_list_ops = {
	.proc_open = list_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

/* ---- status ---- */

static int status_show(struct seq_file *seq, void *unused)
{
	struct rtpe_table *table = table_of(seq);
	const unsigned int rules = atomic_read(&table->rnet->slots[table->id].rules);

	mutex_lock(&table->lock);
	seq_printf(seq, "Refcount: %u\n", 1 + !!table->controller + rules);
	seq_printf(seq, "Control PID: %d\n", table->controller ? pid_vnr(table->controller) : 0);
	seq_printf(seq, "Streams: %u\n", table->n_streams);
	seq_printf(seq, "Withdrawn: %u\n", table->n_withdrawn);
	seq_printf(seq, "Retired: %u\n", table->n_retired);
	mutex_unlock(&table->lock);
	seq_printf(seq, "Rules: %u\n", rules);
	return 0;
}

static int status_open(struct inode *inode, struct file *file)
{
	return single_open(file, status_show, NULL);
}

const struct proc_ops rtpe_status_ops = {
	.proc_open = status_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};
