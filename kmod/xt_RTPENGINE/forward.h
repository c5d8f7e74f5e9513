/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rewrites a datagram and sends it on. */
#ifndef RTPE_FORWARD_H
#define RTPE_FORWARD_H

#include <linux/skbuff.h>

#include "stream.h"

/* A datagram on its way through a rule. */
struct rtpe_datagram {
	struct sk_buff *skb;
	unsigned int payload; /* offset of the UDP payload from skb->data */
	unsigned int length;  /* of it */
	u8 ttl;		      /* that it came with */
	bool rtcp;
};

void rtpe_forward_init(void);

/* Takes the datagram. `content`: enum rtpengine_takes. Softirq, under RCU. */
void rtpe_forward(struct rtpe_stream *stream, struct rtpe_counts *counts, const struct rtpe_datagram *datagram,
		  u8 content);

#endif
