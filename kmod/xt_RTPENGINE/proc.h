/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of /proc/rtpengine. It is a symbolic link to self/net/rtpengine: every process sees the tables of its
 * own network namespace.
 */
#ifndef RTPE_PROC_H
#define RTPE_PROC_H

struct rtpe_net;
struct rtpe_table;

int rtpe_proc_init(void);
void rtpe_proc_exit(void);

int rtpe_proc_add_net(struct rtpe_net *rnet);
void rtpe_proc_close_net(struct rtpe_net *rnet); /* no more tables come or go by command */
void rtpe_proc_del_net(struct rtpe_net *rnet);	 /* its tables are gone */

int rtpe_proc_add_table(struct rtpe_table *table);
void rtpe_proc_del_table(struct rtpe_table *table); /* waits for those in it and closes what they have open */

#endif
