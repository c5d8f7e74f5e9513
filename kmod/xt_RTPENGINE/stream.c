// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"

#include <linux/slab.h>
#include <net/ip6_checksum.h>
#include <net/route.h>

#include "rule.h"
#include "sources.h"
#include "srtp.h"

static struct rtpe_srtp *protection(const struct rtpengine_srtp *config, const struct rtpengine_srtp_source *sources,
				    bool incoming)
{
	if (config->flags)
		return rtpe_srtp_create(config, sources, incoming);
	/* Keys without the flag are a mistake that would send media in the clear. */
	return memchr_inv(config, 0, sizeof(*config)) ? ERR_PTR(-EINVAL) : NULL;
}

static void names_of(const struct rtpe_stream *stream, u64 names[RTPENGINE_MAX_DESTINATIONS])
{
	unsigned int i;

	for (i = 0; i < stream->n_destinations; i++)
		names[i] = stream->destinations[i].stream;
}

/* False: it has no place for some destination. */
static bool count_in(struct rtpe_stream *stream, struct rtpe_tally *tally)
{
	u64 names[RTPENGINE_MAX_DESTINATIONS];
	u8 places[RTPENGINE_MAX_DESTINATIONS];
	unsigned int i;

	names_of(stream, names);
	if (!rtpe_tally_places(tally, names, stream->n_destinations, places))
		return false;
	for (i = 0; i < stream->n_destinations; i++)
		stream->destinations[i].place = places[i];
	stream->tally = tally;
	stream->counts = tally->counts;
	return true;
}

static int make_tally(struct rtpe_stream *stream)
{
	u64 names[RTPENGINE_MAX_DESTINATIONS];
	struct rtpe_tally *tally;

	names_of(stream, names);
	tally = rtpe_tally_create(names, stream->n_destinations);
	if (!tally)
		return -ENOMEM;
	count_in(stream, tally);
	return 0;
}

static int make_sources(struct rtpe_stream *stream, const struct rtpengine_stream *rule)
{
	if (!(rule->flags & RTPENGINE_COUNT_SOURCES))
		return 0;
	stream->sources = rtpe_sources_create(rule->sources, rule->n_sources);
	return stream->sources ? 0 : -ENOMEM;
}

static int make_incoming(struct rtpe_stream *stream, const struct rtpengine_stream *rule)
{
	struct rtpe_srtp *srtp = protection(&rule->srtp, rule->srtp_sources, true);

	if (IS_ERR(srtp))
		return PTR_ERR(srtp);
	stream->srtp = srtp;
	stream->shared = srtp && rtpe_srtp_shared(srtp);
	return 0;
}

static __wsum pseudo_sum(const struct rtpe_destination *destination)
{
	if (destination->family == RTPENGINE_IPV4)
		return csum_tcpudp_nofold(destination->from.s6_addr32[0], destination->to.s6_addr32[0], 0,
					  IPPROTO_UDP, 0);
	return ~csum_unfold(csum_ipv6_magic(&destination->from, &destination->to, 0, IPPROTO_UDP, 0));
}

static int make_destination(struct rtpe_destination *destination, const struct rtpengine_destination *rule)
{
	struct rtpe_srtp *srtp = protection(&rule->srtp, rule->srtp_sources, false);

	if (IS_ERR(srtp))
		return PTR_ERR(srtp);
	destination->srtp = srtp;
	destination->stream = rule->stream;
	destination->takes = rule->takes;
	destination->tos = rule->tos;
	destination->ttl = rule->ttl ? rule->ttl : 64;
	destination->priority = rt_tos2priority(rule->tos);
	destination->family = rule->to.family;
	destination->from_port = rule->from.port;
	destination->to_port = rule->to.port;
	destination->scope = rule->to.scope;
	memcpy(&destination->from, rule->from.address, sizeof(destination->from));
	memcpy(&destination->to, rule->to.address, sizeof(destination->to));
	destination->pseudo = pseudo_sum(destination);
	rtpe_route_init(&destination->route);
	return 0;
}

static void add_taker(struct rtpe_stream *stream, unsigned int i)
{
	unsigned int takes;

	for (takes = RTPENGINE_TAKES_RTP; takes <= RTPENGINE_TAKES_OTHER; takes <<= 1)
		if (stream->destinations[i].takes & takes)
			stream->takers[takes] |= BIT(i);
}

static int make_destinations(struct rtpe_stream *stream, const struct rtpengine_stream *rule)
{
	unsigned int i;
	int err;

	for (i = 0; i < stream->n_destinations; i++) {
		err = make_destination(&stream->destinations[i], &rtpe_rule_destinations(rule)[i]);
		if (err)
			return err;
		add_taker(stream, i);
		stream->shared |= stream->destinations[i].srtp && rtpe_srtp_shared(stream->destinations[i].srtp);
	}
	return 0;
}

static void copy_payload_types(struct rtpe_stream *stream, const struct rtpengine_stream *rule)
{
	unsigned int i;

	for (i = 0; i < rule->n_payload_types; i++) {
		const struct rtpengine_payload_type *type = &rule->payload_types[i];

		stream->clock_rates[i + 1] = type->clock_rate;
		stream->place_of_type[type->type] = i + 1;
	}
}

static void copy_rule(struct rtpe_stream *stream, const struct rtpengine_stream *rule)
{
	rtpe_local_from(&stream->local, &rule->local);
	stream->id = rule->id;
	stream->component = rule->component;
	stream->mismatch = rule->mismatch;
	stream->flags = rule->flags;
	stream->n_destinations = rule->n_destinations;
	stream->scope = rule->local.scope;
	stream->source_port = rule->source.port;
	memcpy(&stream->source, rule->source.address, sizeof(stream->source));
	copy_payload_types(stream, rule);
}

struct rtpe_stream *rtpe_stream_create(struct net *net, const struct rtpengine_stream *rule, size_t size)
{
	struct rtpe_stream *stream;
	int err;

	if (!rtpe_rule_is_valid(rule, size))
		return ERR_PTR(-EINVAL);
	stream = kzalloc(struct_size(stream, destinations, rule->n_destinations), GFP_KERNEL_ACCOUNT);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	stream->net = net;
	copy_rule(stream, rule);
	err = make_sources(stream, rule);
	if (!err)
		err = make_incoming(stream, rule);
	if (!err)
		err = make_destinations(stream, rule);
	if (!err)
		err = make_tally(stream);
	if (!err)
		return stream;
	rtpe_stream_free(stream);
	return ERR_PTR(err);
}

/* Also of one that is made in part: what is not there yet is NULL. */
void rtpe_stream_free(struct rtpe_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->n_destinations; i++) {
		rtpe_route_destroy(&stream->destinations[i].route);
		if (stream->destinations[i].srtp)
			rtpe_srtp_put(stream->destinations[i].srtp);
	}
	if (stream->srtp)
		rtpe_srtp_put(stream->srtp);
	if (stream->sources)
		rtpe_sources_put(stream->sources);
	if (stream->tally)
		rtpe_tally_put(stream->tally);
	kfree(stream);
}

static void share(struct rtpe_srtp **srtp, struct rtpe_srtp *old)
{
	if (!*srtp || !old || !rtpe_srtp_same(*srtp, old))
		return;
	rtpe_srtp_put(*srtp);
	*srtp = rtpe_srtp_get(old);
}

static void inherit_srtp(struct rtpe_stream *stream, const struct rtpe_stream *old)
{
	unsigned int i, j;

	share(&stream->srtp, old->srtp);
	for (i = 0; i < stream->n_destinations; i++)
		for (j = 0; j < old->n_destinations; j++)
			if (stream->destinations[i].stream == old->destinations[j].stream)
				share(&stream->destinations[i].srtp, old->destinations[j].srtp);
}

static bool inherit_tally(struct rtpe_stream *stream, const struct rtpe_stream *old)
{
	struct rtpe_tally *own = stream->tally;

	if (!count_in(stream, old->tally))
		return false;
	rtpe_tally_get(old->tally);
	rtpe_tally_put(own);
	return true;
}

int rtpe_stream_inherit(struct rtpe_stream *stream, const struct rtpe_stream *old, bool keep_srtp)
{
	if (!inherit_tally(stream, old))
		return -ESTALE;
	if (stream->sources && old->sources) {
		rtpe_sources_put(stream->sources);
		stream->sources = rtpe_sources_get(old->sources);
	}
	if (keep_srtp)
		inherit_srtp(stream, old);
	return 0;
}
