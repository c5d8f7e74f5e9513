// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule.h"

#include <linux/in.h>
#include <linux/string.h>
#include <net/ipv6.h>

static bool all_zero(const void *bytes, size_t size)
{
	return !memchr_inv(bytes, 0, size);
}

/* Packets can be sent to it and come from it. */
static bool is_host(const struct rtpengine_endpoint *endpoint)
{
	__be32 address;

	if (endpoint->family == RTPENGINE_IPV6) {
		const struct in6_addr *a = (const struct in6_addr *)endpoint->address;

		return !ipv6_addr_any(a) && !ipv6_addr_is_multicast(a) && !ipv6_addr_v4mapped(a);
	}
	memcpy(&address, endpoint->address, sizeof(address));
	return !ipv4_is_zeronet(address) && !ipv4_is_multicast(address) && !ipv4_is_lbcast(address);
}

static bool endpoint_is_valid(const struct rtpengine_endpoint *endpoint)
{
	if (endpoint->reserved || !endpoint->port)
		return false;
	if (endpoint->family == RTPENGINE_IPV4)
		return all_zero(endpoint->address + 4, 12) && !endpoint->scope && is_host(endpoint);
	return endpoint->family == RTPENGINE_IPV6 && is_host(endpoint);
}

static bool source_is_valid(const struct rtpengine_stream *rule)
{
	if (rule->mismatch == RTPENGINE_MISMATCH_IGNORE && all_zero(&rule->source, sizeof(rule->source)))
		return true;
	return endpoint_is_valid(&rule->source) && rule->source.family == rule->local.family;
}

static bool payload_types_are_valid(const struct rtpengine_stream *rule)
{
	unsigned int i, j;

	if (rule->n_payload_types > RTPENGINE_MAX_PAYLOAD_TYPES)
		return false;
	for (i = 0; i < rule->n_payload_types; i++) {
		const struct rtpengine_payload_type *type = &rule->payload_types[i];

		if (type->type > 127 || !all_zero(type->reserved, sizeof(type->reserved)))
			return false;
		for (j = 0; j < i; j++)
			if (rule->payload_types[j].type == type->type)
				return false;
	}
	return all_zero(&rule->payload_types[i], (RTPENGINE_MAX_PAYLOAD_TYPES - i) * sizeof(rule->payload_types[0]));
}

static bool destination_is_valid(const struct rtpengine_destination *destination)
{
	const u8 all = RTPENGINE_TAKES_RTP | RTPENGINE_TAKES_RTCP | RTPENGINE_TAKES_OTHER;

	return endpoint_is_valid(&destination->from) && endpoint_is_valid(&destination->to) &&
	       destination->from.family == destination->to.family && destination->takes &&
	       !(destination->takes & ~all) && all_zero(destination->reserved, sizeof(destination->reserved));
}

static bool destinations_are_valid(const struct rtpengine_stream *rule, size_t size)
{
	const struct rtpengine_destination *destinations = rtpe_rule_destinations(rule);
	unsigned int i;

	if (rule->n_destinations > RTPENGINE_MAX_DESTINATIONS ||
	    size != sizeof(*rule) + rule->n_destinations * sizeof(*destinations))
		return false;
	if (rule->flags & RTPENGINE_BLACKHOLE)
		return !rule->n_destinations;
	for (i = 0; i < rule->n_destinations; i++)
		if (!destination_is_valid(&destinations[i]))
			return false;
	return true;
}

bool rtpe_rule_is_valid(const struct rtpengine_stream *rule, size_t size)
{
	const u8 flags = RTPENGINE_PAYLOAD_TYPES | RTPENGINE_COUNT_SOURCES | RTPENGINE_BLACKHOLE | RTPENGINE_DROP_RTP;

	return rule->id && endpoint_is_valid(&rule->local) && source_is_valid(rule) &&
	       rule->component <= RTPENGINE_MUXED && rule->mismatch <= RTPENGINE_MISMATCH_USERSPACE &&
	       !(rule->flags & ~flags) && all_zero(rule->reserved, sizeof(rule->reserved)) &&
	       rule->n_sources <= RTPENGINE_MAX_SOURCES && payload_types_are_valid(rule) &&
	       destinations_are_valid(rule, size);
}

bool rtpe_local_from(struct rtpe_local *local, const struct rtpengine_endpoint *endpoint)
{
	if (!endpoint_is_valid(endpoint))
		return false;
	memcpy(&local->address, endpoint->address, sizeof(local->address));
	local->port = endpoint->port;
	local->family = endpoint->family;
	return true;
}
