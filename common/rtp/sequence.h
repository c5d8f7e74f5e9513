/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/* One SSRC's sequence numbers: RFC 3550 appendix A.1, with a window that tells late packets from repeated ones. */
#ifndef RTPENGINE_RTP_SEQUENCE_H
#define RTPENGINE_RTP_SEQUENCE_H

#include "packet.h"

/* A jump of this many numbers or more, either way, is a source that began anew: nothing is lost. */
#define RTP_SEQUENCE_RESTART 3000

/* Whoever was silent for so long gives its place to a new SSRC; without such, the new one is counted with others. */
#define RTP_SOURCE_SILENT 10 /* s */

/* All zero: nothing seen yet. */
struct rtp_sequence {
	__u64 highest;	  /* wraps counted in the bits above 16 */
	__u64 window;	  /* bit n: highest - n has been seen; 0: nothing */
	__u64 lost;	  /* missing so far; a late packet takes itself back */
	__u64 duplicates;
};

/* A smaller number after a restart opens the next cycle, so that `highest` never goes back. */
RTP_FUNCTION void rtp_sequence_restart(struct rtp_sequence *sequence, __u16 number)
{
	const __u64 cycle = sequence->highest & ~0xffffULL;

	sequence->highest = cycle + (number < (sequence->highest & 0xffff) ? 0x10000 : 0) + number;
	sequence->window = ~0ULL; /* nothing before it is missed */
}

RTP_FUNCTION void rtp_sequence_ahead(struct rtp_sequence *sequence, __u32 steps)
{
	sequence->highest += steps;
	sequence->lost += steps - 1;
	sequence->window = (steps < 64 ? sequence->window << steps : 0) | 1;
}

RTP_FUNCTION void rtp_sequence_late(struct rtp_sequence *sequence, __u32 steps)
{
	if (steps >= 64)
		return; /* too old to say */
	if (sequence->window >> steps & 1)
		sequence->duplicates++;
	else if (sequence->lost)
		sequence->lost--;
	sequence->window |= 1ULL << steps;
}

RTP_FUNCTION void rtp_sequence_advance(struct rtp_sequence *sequence, __u16 number)
{
	const __s32 step = (__s16)(__u16)(number - (__u16)sequence->highest);

	if (RTP_UNLIKELY(!sequence->window || step >= RTP_SEQUENCE_RESTART || step <= -RTP_SEQUENCE_RESTART))
		rtp_sequence_restart(sequence, number);
	else if (RTP_LIKELY(step > 0))
		rtp_sequence_ahead(sequence, (__u32)step);
	else
		rtp_sequence_late(sequence, (__u32)-step);
}

/* The same for a structure of any type that has the four among its fields: in a copy, so that they lie in registers. */
#define RTP_SEQUENCE_COUNT(source, number)                                                         \
	do {                                                                                       \
		struct rtp_sequence rtp_copy = { (source)->highest, (source)->window, (source)->lost,  \
						 (source)->duplicates };                           \
		rtp_sequence_advance(&rtp_copy, number);                                           \
		(source)->highest = rtp_copy.highest;                                              \
		(source)->window = rtp_copy.window;                                                \
		(source)->lost = rtp_copy.lost;                                                    \
		(source)->duplicates = rtp_copy.duplicates;                                        \
	} while (0)

#endif
