/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of streams: for the daemon in binary, for people as text. */
#ifndef RTPE_REPORT_H
#define RTPE_REPORT_H

#include <linux/proc_fs.h>

#include "stream.h"

/* Of entries whose data is a struct rtpe_table. */
extern const struct proc_ops rtpe_blist_ops, rtpe_list_ops, rtpe_status_ops;

/*
 * Writes a struct rtpengine_state and what belongs behind it to `to`, RTPENGINE_MAX_STATE_SIZE bytes, aligned;
 * returns its size. Not in hard interrupts.
 */
size_t rtpe_report(const struct rtpe_stream *stream, void *to, bool with_srtp);

#endif
