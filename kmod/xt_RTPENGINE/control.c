// SPDX-License-Identifier: GPL-2.0-or-later
#include "control.h"

#include <linux/compat.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "report.h"
#include "rule.h"
#include "stream.h"
#include "table.h"
#include "xt_RTPENGINE.h"

/* What a command leaves for its caller: `size` bytes after the header. */
struct answer {
	size_t size;
	union {
		u8 bytes[RTPENGINE_MAX_STATE_SIZE];
		u64 align;
	};
};

struct command {
	size_t min, max; /* of the message */
	size_t answer;	 /* at most, without the header */
	int (*execute)(struct rtpe_table *table, const void *message, size_t size, struct answer *answer);
};

static int hello(struct rtpe_table *table, const void *message, size_t size, struct answer *answer)
{
	const struct rtpengine_hello ours = {
		.version = RTPENGINE_ABI_VERSION,
		.table = table->id,
		.stream_size = sizeof(struct rtpengine_stream),
		.destination_size = sizeof(struct rtpengine_destination),
		.state_size = sizeof(struct rtpengine_state),
		.destination_state_size = sizeof(struct rtpengine_destination_state),
	};
	const struct rtpengine_hello *theirs = message;

	answer->size = sizeof(ours) - sizeof(ours.header);
	memcpy(answer->bytes, (const u8 *)&ours + sizeof(ours.header), answer->size);
	if (theirs->version != ours.version || theirs->stream_size != ours.stream_size ||
	    theirs->destination_size != ours.destination_size || theirs->state_size != ours.state_size ||
	    theirs->destination_state_size != ours.destination_state_size)
		return -EPROTO;
	return rtpe_table_greet(table);
}

static int set(struct rtpe_table *table, const void *message, size_t size, struct answer *answer)
{
	const struct rtpengine_set *set = message;
	struct rtpe_stream *stream, *old;
	int err;

	if (set->flags & ~RTPENGINE_KEEP_SRTP || set->reserved)
		return -EINVAL;
	stream = rtpe_stream_create(table->net, &set->stream, size - offsetof(struct rtpengine_set, stream));
	if (IS_ERR(stream))
		return PTR_ERR(stream);
	mutex_lock(&table->lock);
	err = rtpe_table_set(table, stream, set->flags & RTPENGINE_KEEP_SRTP, &old);
	if (!err && old)
		answer->size = rtpe_report(old, answer->bytes, true);
	mutex_unlock(&table->lock);
	if (err)
		rtpe_stream_free(stream);
	return err;
}

/* The state of what `find` finds by the key. */
static int report(struct rtpe_table *table, const struct rtpengine_key *key, struct answer *answer,
		  struct rtpe_stream *(*find)(struct rtpe_table *table, u64 id, const struct rtpe_local *local))
{
	struct rtpe_stream *stream;
	struct rtpe_local local;

	if (!rtpe_local_from(&local, &key->local))
		return -EINVAL;
	mutex_lock(&table->lock);
	stream = find(table, key->id, &local);
	if (!IS_ERR(stream))
		answer->size = rtpe_report(stream, answer->bytes, true);
	mutex_unlock(&table->lock);
	return PTR_ERR_OR_ZERO(stream);
}

static int delete(struct rtpe_table *table, const void *message, size_t size, struct answer *answer)
{
	return report(table, message, answer, rtpe_table_withdraw);
}

static int get(struct rtpe_table *table, const void *message, size_t size, struct answer *answer)
{
	return report(table, message, answer, rtpe_table_find);
}

static int forget(struct rtpe_table *table, const void *message, size_t size, struct answer *answer)
{
	const struct rtpengine_key *key = message;
	struct rtpe_local local;
	int err;

	if (!rtpe_local_from(&local, &key->local))
		return -EINVAL;
	mutex_lock(&table->lock);
	err = rtpe_table_forget(table, key->id, &local);
	mutex_unlock(&table->lock);
	return err;
}

static const struct command commands[] = {
	[RTPENGINE_HELLO] = { sizeof(struct rtpengine_hello), sizeof(struct rtpengine_hello),
			      sizeof(struct rtpengine_hello) - sizeof(struct rtpengine_header), hello },
	[RTPENGINE_SET] = { sizeof(struct rtpengine_set),
			    sizeof(struct rtpengine_set) +
				    RTPENGINE_MAX_DESTINATIONS * sizeof(struct rtpengine_destination),
			    RTPENGINE_MAX_STATE_SIZE, set },
	[RTPENGINE_DELETE] = { sizeof(struct rtpengine_key), sizeof(struct rtpengine_key), RTPENGINE_MAX_STATE_SIZE,
			       delete },
	[RTPENGINE_GET] = { sizeof(struct rtpengine_key), sizeof(struct rtpengine_key), RTPENGINE_MAX_STATE_SIZE, get },
	[RTPENGINE_FORGET] = { sizeof(struct rtpengine_key), sizeof(struct rtpengine_key), 0, forget },
};

/* NULL: no such command, or it can't be of this size. */
static const struct command *command_of(const struct rtpengine_header *header)
{
	const struct command *command;

	if (header->command >= ARRAY_SIZE(commands) || header->reserved)
		return NULL;
	command = &commands[header->command];
	if (!command->execute || header->size < command->min || header->size > command->max)
		return NULL;
	return command;
}

/* The message as it was when its header was checked, whatever the process does to its memory meanwhile. */
static void *copy_message(const struct rtpengine_header *header, const void __user *from)
{
	struct rtpengine_header *message = memdup_user(from, header->size);

	if (!IS_ERR(message))
		*message = *header;
	return message;
}

static int execute(struct rtpe_table *table, const struct command *command, const struct rtpengine_header *header,
		   const void __user *from, struct answer *answer)
{
	void *message;
	int err;

	if (command->execute != hello && !rtpe_table_is_greeted(table))
		return -EPROTO;
	message = copy_message(header, from);
	if (IS_ERR(message))
		return PTR_ERR(message);
	err = command->execute(table, message, header->size, answer);
	kfree_sensitive(message);
	return err;
}

static int leave_answer(struct rtpengine_header header, const struct answer *answer, void __user *to)
{
	header.size = sizeof(header) + answer->size;
	if (copy_to_user(to, &header, sizeof(header)) ||
	    copy_to_user(to + sizeof(header), answer->bytes, answer->size))
		return -EFAULT;
	return 0;
}

static long control_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	struct rtpe_table *table = pde_data(file_inode(file));
	void __user *message = (void __user *)argument;
	const struct command *command;
	struct rtpengine_header header;
	struct answer *answer;
	int err;

	if (request != RTPENGINE_CALL)
		return -ENOTTY;
	if (copy_from_user(&header, message, sizeof(header)))
		return -EFAULT;
	command = command_of(&header);
	if (!command)
		return -EINVAL;
	if (header.capacity < sizeof(header) + command->answer)
		return -EMSGSIZE;
	answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	err = execute(table, command, &header, message, answer);
	if (!err || answer->size)
		err = leave_answer(header, answer, message) ?: err;
	kfree_sensitive(answer);
	return err;
}

static ssize_t control_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct rtpe_table *table = pde_data(file_inode(file));
	const struct command *command;
	struct rtpengine_header header;
	struct answer *answer;
	int err;

	if (count < sizeof(header))
		return -EINVAL;
	if (copy_from_user(&header, from, sizeof(header)))
		return -EFAULT;
	command = command_of(&header);
	if (!command || header.size != count)
		return -EINVAL;
	answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	err = execute(table, command, &header, from, answer);
	kfree_sensitive(answer);
	return err ? err : count;
}

#ifdef CONFIG_COMPAT
static long control_compat_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	return control_ioctl(file, request, (unsigned long)compat_ptr(argument));
}
#endif

static int control_open(struct inode *inode, struct file *file)
{
	if (file->f_mode & FMODE_READ)
		return -EACCES; /* there is nothing to read, and superusers shall hear it too */
	return rtpe_table_take_control(pde_data(inode));
}

static int control_release(struct inode *inode, struct file *file)
{
	rtpe_table_release_control(pde_data(inode));
	return 0;
}

const struct proc_ops rtpe_control_ops = {
	.proc_open = control_open,
	.proc_release = control_release,
	.proc_write = control_write,
	.proc_ioctl = control_ioctl,
#ifdef CONFIG_COMPAT
	.proc_compat_ioctl = control_compat_ioctl,
#endif
	.proc_lseek = noop_llseek,
};
