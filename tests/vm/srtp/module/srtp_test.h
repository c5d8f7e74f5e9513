/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/* /dev/srtp_test: each open file is one side, a struct rtpe_srtp. */
#ifndef SRTP_TEST_H
#define SRTP_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "xt_RTPENGINE.h"

#define SRTP_TEST_SPACE 2048

struct srtp_test_create {
	struct rtpengine_srtp config;
	struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES];
	__u32 incoming, padding;
};

struct srtp_test_packet {
	__u32 rtcp, length, room;
	__s32 result;
	__u8 data[SRTP_TEST_SPACE];
};

/* The packet is protected, or also unprotected by another side, over and over with rising sequence numbers. */
struct srtp_test_measure {
	__u32 length, rounds;
	__s32 peer; /* descriptor of a side with the same keys; -1: measure protecting */
	__s32 result;
	__u64 ticks; /* TSC, all rounds */
	__u8 data[SRTP_TEST_SPACE];
};

struct srtp_test_sources {
	struct rtpengine_srtp_source sources[RTPENGINE_MAX_SOURCES];
	__u32 count, padding;
};

#define SRTP_TEST_CREATE _IOW('T', 1, struct srtp_test_create) /* replaces what the file was */
#define SRTP_TEST_PROTECT _IOWR('T', 2, struct srtp_test_packet)
#define SRTP_TEST_UNPROTECT _IOWR('T', 3, struct srtp_test_packet)
#define SRTP_TEST_SOURCES _IOR('T', 4, struct srtp_test_sources)
#define SRTP_TEST_MATCHES _IOW('T', 5, struct rtpengine_srtp) /* returns 0, 1 */
#define SRTP_TEST_OVERHEAD _IO('T', 6)			       /* argument: RTCP; returns bytes */
#define SRTP_TEST_MEASURE _IOWR('T', 7, struct srtp_test_measure)

#endif
