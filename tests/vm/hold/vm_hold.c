// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Holds a processor in an RCU read side, as a packet does that is on its way, for as long as a test wants: no grace
 * period ends meanwhile. /sys/module/vm_hold/parameters/cpu: -1, or the processor that is held.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

static int cpu = -1;
static struct task_struct *holder;
static DECLARE_COMPLETION(inside);

static int hold(void *unused)
{
	rcu_read_lock();
	preempt_disable();
	complete(&inside);
	while (!kthread_should_stop())
		cpu_relax();
	preempt_enable();
	rcu_read_unlock();
	return 0;
}

static int begin(int where)
{
	struct task_struct *task = kthread_create(hold, NULL, "vm_hold");

	if (IS_ERR(task))
		return PTR_ERR(task);
	holder = task;
	kthread_bind(task, where);
	reinit_completion(&inside);
	wake_up_process(task);
	wait_for_completion(&inside); /* when that was written, it is so */
	return 0;
}

static void end(void)
{
	if (holder)
		kthread_stop(holder);
	holder = NULL;
}

static int set_cpu(const char *value, const struct kernel_param *param)
{
	int where, err = kstrtoint(value, 10, &where);

	if (err)
		return err;
	if (where < -1 || (where >= 0 && !cpu_online(where)))
		return -EINVAL;
	end();
	err = where < 0 ? 0 : begin(where);
	cpu = err ? -1 : where;
	return err;
}

static const struct kernel_param_ops cpu_ops = {
	.set = set_cpu,
	.get = param_get_int,
};
module_param_cb(cpu, &cpu_ops, &cpu, 0644);

static int __init vm_hold_init(void)
{
	return 0;
}

static void __exit vm_hold_exit(void)
{
	end();
}

module_init(vm_hold_init);
module_exit(vm_hold_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("for tests: a processor in an RCU read side");
