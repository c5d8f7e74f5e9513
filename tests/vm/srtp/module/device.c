// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the SRTP of xt_RTPENGINE callable for a test program. Not for a kernel that matters. */
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/uaccess.h>

#include "known_answers.h"
#include "srtp.h"
#include "srtp_test.h"

static long create(struct file *file, struct srtp_test_create *arg)
{
	struct rtpe_srtp *srtp = rtpe_srtp_create(&arg->config, arg->sources, arg->incoming);

	if (IS_ERR(srtp))
		return PTR_ERR(srtp);
	if (file->private_data)
		rtpe_srtp_put(file->private_data);
	file->private_data = srtp;
	return 0;
}

static long packet(struct rtpe_srtp *srtp, struct srtp_test_packet *arg, bool protect)
{
	if (arg->length > sizeof(arg->data) || arg->room > sizeof(arg->data) - arg->length)
		return -EMSGSIZE;
	local_bh_disable();
	if (protect)
		arg->result = rtpe_srtp_protect(srtp, arg->data, arg->length, arg->room, arg->rtcp);
	else
		arg->result = rtpe_srtp_unprotect(srtp, arg->data, arg->length, arg->rtcp);
	local_bh_enable();
	return 0;
}

static long sources(struct rtpe_srtp *srtp, struct srtp_test_sources *arg)
{
	memset(arg, 0, sizeof(*arg));
	arg->count = rtpe_srtp_sources(srtp, arg->sources);
	return 0;
}

static void set_sequence(u8 *rtp, u32 sequence)
{
	rtp[2] = sequence >> 8;
	rtp[3] = sequence;
}

static int measure_one(struct rtpe_srtp *srtp, struct rtpe_srtp *peer, struct srtp_test_measure *arg, u8 *data)
{
	u64 start = get_cycles();
	int len = rtpe_srtp_protect(srtp, data, arg->length, 64, false);

	if (peer && len > 0) {
		start = get_cycles();
		len = rtpe_srtp_unprotect(peer, data, len, false);
	}
	arg->ticks += get_cycles() - start;
	return len;
}

static long measure_all(struct rtpe_srtp *srtp, struct rtpe_srtp *peer, struct srtp_test_measure *arg, u8 *data)
{
	u32 n;

	if (arg->length < 12 || arg->length > SRTP_TEST_SPACE - 64)
		return -EMSGSIZE;
	arg->ticks = 0;
	arg->result = 0;
	for (n = 0; n < arg->rounds && arg->result >= 0; n++) {
		memcpy(data, arg->data, arg->length);
		set_sequence(data, n);
		local_bh_disable();
		arg->result = measure_one(srtp, peer, arg, data);
		local_bh_enable();
	}
	return 0;
}

static const struct file_operations operations;

static long measure(struct rtpe_srtp *srtp, struct srtp_test_measure *arg)
{
	struct file *file = arg->peer < 0 ? NULL : fget(arg->peer);
	u8 *data = kmalloc(SRTP_TEST_SPACE, GFP_KERNEL);
	long err = -ENOMEM;

	if (arg->peer >= 0 && (!file || file->f_op != &operations || !file->private_data))
		err = -EBADF;
	else if (data)
		err = measure_all(srtp, file ? file->private_data : NULL, arg, data);
	kfree(data);
	if (file)
		fput(file);
	return err;
}

static long command(struct file *file, unsigned int number, void *arg)
{
	struct rtpe_srtp *srtp = file->private_data;

	if (number == SRTP_TEST_CREATE)
		return create(file, arg);
	if (!srtp)
		return -ENXIO;
	switch (number) {
	case SRTP_TEST_PROTECT:
	case SRTP_TEST_UNPROTECT:
		return packet(srtp, arg, number == SRTP_TEST_PROTECT);
	case SRTP_TEST_SOURCES:
		return sources(srtp, arg);
	case SRTP_TEST_MATCHES:
		return rtpe_srtp_matches(srtp, arg);
	case SRTP_TEST_MEASURE:
		return measure(srtp, arg);
	}
	return -ENOTTY;
}

static long test_ioctl(struct file *file, unsigned int number, unsigned long user)
{
	unsigned int size = _IOC_SIZE(number);
	long result;
	void *arg;

	if (number == SRTP_TEST_OVERHEAD)
		return file->private_data ? rtpe_srtp_overhead(file->private_data, user) : -ENXIO;
	if (size > 2 * SRTP_TEST_SPACE)
		return -ENOTTY;
	arg = memdup_user((void __user *)user, size);
	if (IS_ERR(arg))
		return PTR_ERR(arg);
	result = command(file, number, arg);
	if (result >= 0 && _IOC_DIR(number) & _IOC_READ && copy_to_user((void __user *)user, arg, size))
		result = -EFAULT;
	kfree_sensitive(arg);
	return result;
}

static int test_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		rtpe_srtp_put(file->private_data);
	return 0;
}

static int test_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL; /* the misc device was there */
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = test_open,
	.release = test_release,
	.unlocked_ioctl = test_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "srtp_test",
	.fops = &operations,
};

static int __init test_init(void)
{
	int err = known_answers();

	return err ?: misc_register(&device);
}

static void __exit test_exit(void)
{
	misc_deregister(&device);
}

module_init(test_init);
module_exit(test_exit);
MODULE_DESCRIPTION("Test of xt_RTPENGINE's SRTP");
MODULE_LICENSE("GPL");
