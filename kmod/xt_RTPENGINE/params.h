/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters, fixed once the module is loaded. */
#ifndef RTPE_PARAMS_H
#define RTPE_PARAMS_H

#include <linux/types.h>
#include <linux/uidgid.h>

extern unsigned int rtpe_max_tables;  /* IDs are 0 to rtpe_max_tables - 1, in every namespace */
extern unsigned int rtpe_max_streams; /* of one table */

/* Owner and mode of the proc files. */
kuid_t rtpe_proc_uid(void);
kgid_t rtpe_proc_gid(void);
umode_t rtpe_read_mode(void);
umode_t rtpe_write_mode(void);

#endif
