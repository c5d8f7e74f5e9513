// SPDX-License-Identifier: GPL-2.0-or-later
#include "proc.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "control.h"
#include "net.h"
#include "params.h"
#include "report.h"
#include "table.h"

static const char dir_name[] = "rtpengine";

/* ---- control: "add ID", "del ID" ---- */

static int execute(struct rtpe_net *rnet, char *line)
{
	unsigned int id;
	char *word = strsep(&line, " ");

	if (!line || kstrtouint(line, 10, &id)) /* takes the newline at the end, and nothing else behind the number */
		return -EINVAL;
	if (!strcmp(word, "add"))
		return rtpe_net_add_table(rnet, id);
	if (!strcmp(word, "del"))
		return rtpe_net_del_table(rnet, id);
	return -EINVAL;
}

static ssize_t control_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct rtpe_net *rnet = pde_data(file_inode(file));
	char line[24];
	int err;

	if (!count || count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, count))
		return -EFAULT;
	line[count] = '\0';
	if (strlen(line) != count)
		return -EINVAL;
	err = execute(rnet, line);
	return err ? err : count;
}

static const struct proc_ops control_ops = {
	.proc_write = control_write,
	.proc_lseek = noop_llseek,
};

/* ---- list: the IDs ---- */

static int list_show(struct seq_file *seq, void *unused)
{
	struct rtpe_net *rnet = pde_data(file_inode(seq->file));
	unsigned int id;

	for (id = 0; id < rtpe_max_tables; id++)
		if (rcu_access_pointer(rnet->slots[id].table))
			seq_printf(seq, "%u\n", id);
	return 0;
}

static int list_open(struct inode *inode, struct file *file)
{
	return single_open(file, list_show, NULL);
}

static const struct proc_ops list_ops = {
	.proc_open = list_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/* ---- the tree ---- */

static bool add_file(const char *name, umode_t mode, struct proc_dir_entry *dir, const struct proc_ops *ops,
		     void *data)
{
	struct proc_dir_entry *file = proc_create_data(name, S_IFREG | mode, dir, ops, data);

	if (!file)
		return false;
	proc_set_user(file, rtpe_proc_uid(), rtpe_proc_gid());
	return true;
}

int rtpe_proc_add_net(struct rtpe_net *rnet)
{
	rnet->dir = proc_net_mkdir(rnet->net, dir_name, rnet->net->proc_net);
	if (!rnet->dir)
		return -ENOMEM;
	if (add_file("control", rtpe_write_mode(), rnet->dir, &control_ops, rnet) &&
	    add_file("list", rtpe_read_mode(), rnet->dir, &list_ops, rnet))
		return 0;
	proc_remove(rnet->dir);
	return -ENOMEM;
}

void rtpe_proc_close_net(struct rtpe_net *rnet)
{
	remove_proc_entry("control", rnet->dir);
}

void rtpe_proc_del_net(struct rtpe_net *rnet)
{
	proc_remove(rnet->dir);
}

int rtpe_proc_add_table(struct rtpe_table *table)
{
	char name[12];

	snprintf(name, sizeof(name), "%u", table->id);
	table->dir = proc_mkdir(name, table->rnet->dir);
	if (!table->dir)
		return -ENOMEM;
	if (add_file("control", rtpe_write_mode(), table->dir, &rtpe_control_ops, table) &&
	    add_file("blist", rtpe_read_mode(), table->dir, &rtpe_blist_ops, table) &&
	    add_file("list", rtpe_read_mode(), table->dir, &rtpe_list_ops, table) &&
	    add_file("status", rtpe_read_mode(), table->dir, &rtpe_status_ops, table))
		return 0;
	proc_remove(table->dir);
	return -ENOMEM;
}

void rtpe_proc_del_table(struct rtpe_table *table)
{
	proc_remove(table->dir);
}

int __init rtpe_proc_init(void)
{
	return proc_symlink(dir_name, NULL, "self/net/rtpengine") ? 0 : -ENOMEM;
}

void rtpe_proc_exit(void)
{
	remove_proc_entry(dir_name, NULL);
}
