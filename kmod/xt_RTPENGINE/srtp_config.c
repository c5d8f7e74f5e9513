// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_config.h"

#include <linux/array_size.h>
#include <linux/string.h>

static const struct rtpe_cipher rtpe_ciphers[] = {
	[RTPENGINE_CIPHER_NULL] = { .key = 16, .salt = 14 },
	[RTPENGINE_AES_CM_128] = { .key = 16, .salt = 14 },
	[RTPENGINE_AES_CM_192] = { .key = 24, .salt = 14 },
	[RTPENGINE_AES_CM_256] = { .key = 32, .salt = 14 },
	[RTPENGINE_AES_GCM_128] = { .key = 16, .salt = 12, .gcm = true },
	[RTPENGINE_AES_GCM_256] = { .key = 32, .salt = 12, .gcm = true },
};

/* Of RTP, of RTCP. */
static const u8 rtpe_tags[][2] = {
	[RTPENGINE_AUTH_NULL] = { 0, 0 },
	[RTPENGINE_HMAC_SHA1_80] = { 10, 10 },
	[RTPENGINE_HMAC_SHA1_32] = { 4, 10 },
};

#define RTPE_GCM_TAG 16

static bool rtpe_zero_from(const __u8 *bytes, unsigned int from, unsigned int size)
{
	return !memchr_inv(bytes + from, 0, size - from);
}

static bool rtpe_flags_valid(const struct rtpengine_srtp *config)
{
	const unsigned int known = RTPENGINE_SRTP | RTPENGINE_SRTP_UNENCRYPTED | RTPENGINE_SRTCP_UNENCRYPTED |
				   RTPENGINE_SRTP_UNAUTHENTICATED | RTPENGINE_SRTP_SHARED;

	return config->flags & RTPENGINE_SRTP && !(config->flags & ~known);
}

/* RFC 7714 knows RTCP that isn't encrypted (section 9.3), but no RTP, and nothing without authentication. */
static bool rtpe_gcm_valid(const struct rtpengine_srtp *config)
{
	const unsigned int none = RTPENGINE_SRTP_UNENCRYPTED | RTPENGINE_SRTP_UNAUTHENTICATED;

	return config->auth == RTPENGINE_AUTH_NULL && !(config->flags & none);
}

bool rtpe_srtp_config_valid(const struct rtpengine_srtp *config)
{
	const struct rtpe_cipher *cipher;

	if (!rtpe_flags_valid(config) || config->cipher >= ARRAY_SIZE(rtpe_ciphers) ||
	    config->auth >= ARRAY_SIZE(rtpe_tags) || config->mki_length > RTPENGINE_MAX_MKI)
		return false;
	cipher = rtpe_srtp_cipher(config);
	return (!cipher->gcm || rtpe_gcm_valid(config)) &&
	       rtpe_zero_from(config->reserved, 0, sizeof(config->reserved)) &&
	       rtpe_zero_from(config->master_key, cipher->key, sizeof(config->master_key)) &&
	       rtpe_zero_from(config->master_salt, cipher->salt, sizeof(config->master_salt)) &&
	       rtpe_zero_from(config->mki, config->mki_length, sizeof(config->mki));
}

const struct rtpe_cipher *rtpe_srtp_cipher(const struct rtpengine_srtp *config)
{
	return &rtpe_ciphers[config->cipher];
}

bool rtpe_srtp_encrypts(const struct rtpengine_srtp *config, bool rtcp)
{
	return config->cipher != RTPENGINE_CIPHER_NULL &&
	       !(config->flags & (rtcp ? RTPENGINE_SRTCP_UNENCRYPTED : RTPENGINE_SRTP_UNENCRYPTED));
}

unsigned int rtpe_srtp_tag_length(const struct rtpengine_srtp *config, bool rtcp)
{
	if (rtpe_srtp_cipher(config)->gcm)
		return RTPE_GCM_TAG;
	if (!rtcp && config->flags & RTPENGINE_SRTP_UNAUTHENTICATED)
		return 0;
	return rtpe_tags[config->auth][rtcp];
}
