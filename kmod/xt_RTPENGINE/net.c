// SPDX-License-Identifier: GPL-2.0-or-later
#include "net.h"

#include <linux/module.h>
#include <linux/slab.h>

#include "params.h"
#include "proc.h"
#include "table.h"

unsigned int rtpe_net_id __read_mostly;

static struct rtpe_table *locked_table(struct rtpe_net *rnet, unsigned int id)
{
	return rcu_dereference_protected(rnet->slots[id].table, lockdep_is_held(&rnet->lock));
}

/* A table holds the module, so that what it forwards can't be unloaded. */
int rtpe_net_add_table(struct rtpe_net *rnet, unsigned int id)
{
	struct rtpe_table *table;
	int err = -EEXIST;

	if (id >= rtpe_max_tables)
		return -EINVAL;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	mutex_lock(&rnet->lock);
	if (locked_table(rnet, id))
		goto out;
	table = rtpe_table_create(rnet, id);
	err = PTR_ERR_OR_ZERO(table);
	if (err)
		goto out;
	rcu_assign_pointer(rnet->slots[id].table, table);
out:
	mutex_unlock(&rnet->lock);
	if (err)
		module_put(THIS_MODULE);
	return err;
}

/* Two steps: packets stop finding it, then, when none is on its way any more, it is freed. */
static void remove_table(struct rtpe_net *rnet, struct rtpe_table *table)
{
	rcu_assign_pointer(rnet->slots[table->id].table, NULL);
	rtpe_table_destroy(table);
	module_put(THIS_MODULE);
}

int rtpe_net_del_table(struct rtpe_net *rnet, unsigned int id)
{
	struct rtpe_table *table;
	int err = -ENOENT;

	if (id >= rtpe_max_tables)
		return -EINVAL;
	mutex_lock(&rnet->lock);
	table = locked_table(rnet, id);
	if (!table)
		goto out;
	err = rtpe_table_close(table);
	if (err)
		goto out;
	remove_table(rnet, table);
out:
	mutex_unlock(&rnet->lock);
	return err;
}

const struct rtpe_slot *rtpe_net_add_rule(struct net *net, unsigned int id)
{
	struct rtpe_net *rnet = rtpe_net_of(net);

	if (id >= rtpe_max_tables)
		return ERR_PTR(-EINVAL);
	atomic_inc(&rnet->slots[id].rules);
	return &rnet->slots[id];
}

void rtpe_net_del_rule(struct net *net, unsigned int id)
{
	struct rtpe_net *rnet = rtpe_net_of(net);

	if (rnet->slots) /* else the namespace goes, and we before the rules */
		atomic_dec(&rnet->slots[id].rules);
}

static int __net_init enter_net(struct net *net)
{
	struct rtpe_net *rnet = rtpe_net_of(net);
	int err;

	rnet->net = net;
	mutex_init(&rnet->lock);
	rnet->slots = kvcalloc(rtpe_max_tables, sizeof(*rnet->slots), GFP_KERNEL);
	if (!rnet->slots)
		return -ENOMEM;
	err = rtpe_proc_add_net(rnet);
	if (err)
		kvfree(rnet->slots);
	return err;
}

/* No packets come any more. Removing a proc entry closes what a process has open of it. */
static void __net_exit leave_net(struct net *net)
{
	struct rtpe_net *rnet = rtpe_net_of(net);
	unsigned int id;

	rtpe_proc_close_net(rnet);
	mutex_lock(&rnet->lock);
	for (id = 0; id < rtpe_max_tables; id++)
		if (locked_table(rnet, id))
			remove_table(rnet, locked_table(rnet, id));
	mutex_unlock(&rnet->lock);
	rtpe_proc_del_net(rnet);
	kvfree(rnet->slots);
	rnet->slots = NULL;
}

static struct pernet_operations net_operations = {
	.init = enter_net,
	.exit = leave_net,
	.id = &rtpe_net_id,
	.size = sizeof(struct rtpe_net),
};

int __init rtpe_net_init(void)
{
	return register_pernet_subsys(&net_operations);
}

void rtpe_net_exit(void)
{
	unregister_pernet_subsys(&net_operations);
}
