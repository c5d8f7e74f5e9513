/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Index and replay window of one SSRC, RFC 3711 section 3.3: pure. */
#ifndef RTPE_SRTP_WINDOW_H
#define RTPE_SRTP_WINDOW_H

#include <linux/bits.h>
#include <linux/types.h>

#define RTPE_WINDOW 128 /* packets */
#define RTPE_RTP_LAST (BIT_ULL(48) - 1)
#define RTPE_RTCP_LAST (BIT_ULL(31) - 1)

struct rtpe_window {
	u64 highest;
	u64 seen[2]; /* bit n: highest - n */
	bool begun;  /* else the others mean nothing */
};

/* Section 3.3.1: the index that a sequence number stands for. It may be RTPE_RTP_LAST + 1 or more: used up. */
static inline u64 rtpe_window_guess(const struct rtpe_window *window, u16 seq)
{
	u64 roc = window->highest >> 16;
	int last = window->highest & 0xffff;

	if (!window->begun)
		return seq;
	if (last < 0x8000) {
		if (seq - last > 0x8000 && roc > 0) /* nothing was before the first turn */
			roc--;
	} else if (last - 0x8000 > seq) {
		roc++;
	}
	return roc << 16 | seq;
}

/* Section 3.3.2. What is older than the window counts as seen. */
static inline bool rtpe_window_saw(const struct rtpe_window *window, u64 index)
{
	u64 age = window->highest - index;

	if (!window->begun || index > window->highest)
		return false;
	return age >= RTPE_WINDOW || window->seen[age / 64] >> age % 64 & 1;
}

static inline void rtpe_window_move(struct rtpe_window *window, u64 by)
{
	u64 *seen = window->seen;

	if (by >= RTPE_WINDOW) {
		seen[1] = 0;
		seen[0] = 0;
	} else if (by >= 64) {
		seen[1] = seen[0] << (by - 64);
		seen[0] = 0;
	} else if (by > 0) {
		seen[1] = seen[1] << by | seen[0] >> (64 - by);
		seen[0] <<= by;
	}
}

static inline void rtpe_window_add(struct rtpe_window *window, u64 index)
{
	u64 age = 0;

	if (!window->begun) {
		*window = (struct rtpe_window){ .highest = index, .begun = true };
	} else if (index > window->highest) {
		rtpe_window_move(window, index - window->highest);
		window->highest = index;
	} else {
		age = window->highest - index;
	}
	if (age < RTPE_WINDOW)
		window->seen[age / 64] |= BIT_ULL(age % 64);
}

#endif
