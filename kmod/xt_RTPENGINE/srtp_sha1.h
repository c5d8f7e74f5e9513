/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-1's compression function, RFC 3174, in plain C. */
#ifndef RTPE_SRTP_SHA1_H
#define RTPE_SRTP_SHA1_H

#include <linux/types.h>

#define RTPE_SHA1_BLOCK 64
#define RTPE_SHA1_SIZE 20

struct rtpe_sha1 {
	u32 h[5];
};

extern const struct rtpe_sha1 rtpe_sha1_start;

void rtpe_sha1_block(struct rtpe_sha1 *state, const u8 *data);

#endif
