/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The authentication tag of a packet whose payload is encrypted already, or still. */
#ifndef RTPE_SRTP_TAG_H
#define RTPE_SRTP_TAG_H

#include "srtp_packet.h"

#define RTPE_MAX_TAG RTPE_SHA1_SIZE /* before it is cut */

void rtpe_srtp_tag(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
		   const struct rtpe_aes_iv *iv, u8 tag[RTPE_MAX_TAG], enum rtpe_simd simd);

#endif
