/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parameters of struct rtpengine_srtp mean. */
#ifndef RTPE_SRTP_CONFIG_H
#define RTPE_SRTP_CONFIG_H

#include <linux/types.h>

#include "uapi/xt_RTPENGINE.h"

struct rtpe_cipher {
	u8 key, salt; /* lengths */
	bool gcm;
};

/* In range, and everything zero that isn't used. */
bool rtpe_srtp_config_valid(const struct rtpengine_srtp *config);

/* These for valid ones. */
const struct rtpe_cipher *rtpe_srtp_cipher(const struct rtpengine_srtp *config);
bool rtpe_srtp_encrypts(const struct rtpengine_srtp *config, bool rtcp);
unsigned int rtpe_srtp_tag_length(const struct rtpengine_srtp *config, bool rtcp);

#endif
