// SPDX-License-Identifier: GPL-2.0-or-later
/* Life of a side. */
#include "srtp.h"

#include <linux/err.h>
#include <linux/slab.h>

#include "compat.h"
#include "srtp_config.h"
#include "srtp_side.h"

static int rtpe_srtp_init(struct rtpe_srtp *srtp, const struct rtpengine_srtp *config,
			  const struct rtpengine_srtp_source *sources)
{
	int err = rtpe_ssrcs_init(&srtp->ssrcs, sources, config->flags & RTPENGINE_SRTP_SHARED);

	refcount_set(&srtp->references, 1);
	srtp->simd = rtpe_simd_best();
	srtp->config = *config;
	err = err ?: rtpe_srtp_derive(&srtp->keys[0], config, false);
	return err ?: rtpe_srtp_derive(&srtp->keys[1], config, true);
}

/* Both directions have the same state: @incoming makes no difference yet. */
struct rtpe_srtp *rtpe_srtp_create(const struct rtpengine_srtp *config,
				   const struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES],
				   bool incoming)
{
	struct rtpe_srtp *srtp;
	int err;

	if (!rtpe_srtp_config_valid(config))
		return ERR_PTR(-EINVAL);
	srtp = kzalloc(sizeof(*srtp), GFP_KERNEL);
	if (!srtp)
		return ERR_PTR(-ENOMEM);
	err = rtpe_srtp_init(srtp, config, sources);
	if (err) {
		kfree_sensitive(srtp);
		return ERR_PTR(err);
	}
	return srtp;
}

struct rtpe_srtp *rtpe_srtp_get(struct rtpe_srtp *srtp)
{
	refcount_inc(&srtp->references);
	return srtp;
}

void rtpe_srtp_put(struct rtpe_srtp *srtp)
{
	if (refcount_dec_and_test(&srtp->references))
		kfree_sensitive(srtp);
}

bool rtpe_srtp_matches(const struct rtpe_srtp *srtp, const struct rtpengine_srtp *config)
{
	return !crypto_memneq(&srtp->config, config, sizeof(*config));
}

bool rtpe_srtp_same(const struct rtpe_srtp *a, const struct rtpe_srtp *b)
{
	return rtpe_srtp_matches(a, &b->config);
}

unsigned int rtpe_srtp_sources(struct rtpe_srtp *srtp, struct rtpengine_srtp_source out[RTPENGINE_MAX_SOURCES])
{
	return rtpe_ssrcs_snapshot(&srtp->ssrcs, out);
}

bool rtpe_srtp_shared(const struct rtpe_srtp *srtp)
{
	return srtp->ssrcs.shared;
}

bool rtpe_srtp_own(struct rtpe_srtp *srtp, u32 ssrc, u16 seq)
{
	return rtpe_ssrcs_own(&srtp->ssrcs, ssrc, seq);
}

unsigned int rtpe_srtp_overhead(const struct rtpe_srtp *srtp, bool rtcp)
{
	return srtp->keys[rtcp].overhead;
}
