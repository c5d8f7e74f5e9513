/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session keys, RFC 3711 section 4.3 with a key derivation rate of 0. */
#ifndef RTPE_SRTP_KEYS_H
#define RTPE_SRTP_KEYS_H

#include "srtp_aes.h"
#include "srtp_ghash.h"
#include "srtp_hmac.h"
#include "uapi/xt_RTPENGINE.h"

/* Of RTP or of RTCP. Doesn't change once it is made. */
struct rtpe_srtp_keys {
	bool rtcp, gcm;
	bool cipher;	/* there is one */
	bool encrypt;	/* what we send; with GCM, what isn't encrypted is still authenticated */
	u8 tag_length;	/* 0: no authentication */
	u8 overhead;	/* tag, MKI and the index of RTCP */
	struct rtpe_aes_iv salt;
	struct rtpe_hmac hmac;	 /* AES-CM and NULL */
	struct rtpe_field ghash; /* GCM */
	struct rtpe_aes aes;
};

/* @config was checked by rtpe_srtp_config_valid(). May use some hundred bytes of stack. */
int rtpe_srtp_derive(struct rtpe_srtp_keys *keys, const struct rtpengine_srtp *config, bool rtcp);

/* The first counter block for a packet: RFC 3711 section 4.1.1, RFC 7714 sections 8.1 and 9.1. */
static inline struct rtpe_aes_iv rtpe_srtp_iv(const struct rtpe_srtp_keys *keys, u32 ssrc, u64 index)
{
	if (keys->gcm)
		return (struct rtpe_aes_iv){ keys->salt.high ^ (u64)ssrc << 16 ^ index >> 32,
					     keys->salt.low ^ index << 32 };
	return (struct rtpe_aes_iv){ keys->salt.high ^ ssrc, keys->salt.low ^ index << 16 };
}

#endif
