/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a struct rtpe_srtp is: for the srtp*.c files only. */
#ifndef RTPE_SRTP_SIDE_H
#define RTPE_SRTP_SIDE_H

#include <linux/refcount.h>

#include "srtp.h"
#include "srtp_keys.h"
#include "srtp_simd.h"
#include "srtp_ssrcs.h"

struct rtpe_srtp {
	struct rtpe_srtp_keys keys[2]; /* RTP, RTCP */
	struct rtpe_ssrcs ssrcs;
	enum rtpe_simd simd; /* the best to be had */
	refcount_t references;
	struct rtpengine_srtp config;
};

#endif
