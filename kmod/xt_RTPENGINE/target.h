/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The x_tables target: what happens to a packet that an RTPENGINE rule matches. */
#ifndef RTPE_TARGET_H
#define RTPE_TARGET_H

int rtpe_target_init(void);
void rtpe_target_exit(void);

#endif
