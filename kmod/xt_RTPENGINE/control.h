/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/rtpengine/N/control: the commands of a daemon. */
#ifndef RTPE_CONTROL_H
#define RTPE_CONTROL_H

#include <linux/proc_fs.h>

extern const struct proc_ops rtpe_control_ops; /* of an entry whose data is a struct rtpe_table */

#endif
