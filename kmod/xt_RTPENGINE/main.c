// SPDX-License-Identifier: GPL-2.0-or-later
/* Forwards the media streams of rtpengine in the kernel: loading and unloading. */
#include <linux/module.h>

#include "forward.h"
#include "net.h"
#include "params.h"
#include "proc.h"
#include "target.h"

unsigned int rtpe_max_tables = 64;
module_param_named(max_tables, rtpe_max_tables, uint, 0444);
MODULE_PARM_DESC(max_tables, "tables in a network namespace, IDs from 0 (1 to 4096, default 64)");

unsigned int rtpe_max_streams = 131072;
module_param_named(max_streams, rtpe_max_streams, uint, 0444);
MODULE_PARM_DESC(max_streams, "streams in a table (default 131072)");

static uint proc_uid;
module_param(proc_uid, uint, 0444);
MODULE_PARM_DESC(proc_uid, "owner of the files in /proc/rtpengine (default 0)");

static uint proc_gid;
module_param(proc_gid, uint, 0444);
MODULE_PARM_DESC(proc_gid, "group of the files in /proc/rtpengine (default 0)");

static uint proc_mode = 0640;
module_param(proc_mode, uint, 0444);
MODULE_PARM_DESC(proc_mode,
		 "their mode; of it a file to read takes the r bits, one to write the w bits (default 0640)");

kuid_t rtpe_proc_uid(void)
{
	return make_kuid(&init_user_ns, proc_uid);
}

kgid_t rtpe_proc_gid(void)
{
	return make_kgid(&init_user_ns, proc_gid);
}

umode_t rtpe_read_mode(void)
{
	return proc_mode & 0444;
}

umode_t rtpe_write_mode(void)
{
	return proc_mode & 0222;
}

static int __init check_params(void)
{
	if (rtpe_max_tables < 1 || rtpe_max_tables > 4096) {
		pr_err("xt_RTPENGINE: max_tables must be 1 to 4096\n");
		return -EINVAL;
	}
	if (proc_mode & ~0777) {
		pr_err("xt_RTPENGINE: proc_mode must be 0 to 0777\n");
		return -EINVAL;
	}
	if (!uid_valid(rtpe_proc_uid()) || !gid_valid(rtpe_proc_gid())) {
		pr_err("xt_RTPENGINE: no such proc_uid or proc_gid\n");
		return -EINVAL;
	}
	return 0;
}

static int __init rtpe_init(void)
{
	int err;

	err = check_params();
	if (err)
		return err;
	rtpe_forward_init();
	err = rtpe_net_init();
	if (err)
		return err;
	err = rtpe_proc_init();
	if (err)
		goto out_net;
	err = rtpe_target_init();
	if (err)
		goto out_proc;
	return 0;

out_proc:
	rtpe_proc_exit();
out_net:
	rtpe_net_exit();
	return err;
}

static void __exit rtpe_exit(void)
{
	rtpe_target_exit();
	rtpe_proc_exit();
	rtpe_net_exit();
}

module_init(rtpe_init);
module_exit(rtpe_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("x_tables: RTPENGINE target, in-kernel forwarding of media streams");
MODULE_ALIAS("ipt_RTPENGINE");
MODULE_ALIAS("ip6t_RTPENGINE");
