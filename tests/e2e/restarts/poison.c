/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into the daemon by a test: a fault that a packet can trigger. A process that has received a datagram with the word
 * POISON in it dies when it next sends something, or waits for more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int poisoned(const struct mmsghdr *messages, int count)
{
	for (int i = 0; i < count; i++) {
		const struct iovec *part = messages[i].msg_hdr.msg_iov;

		if (messages[i].msg_len > 6 && memmem(part->iov_base, messages[i].msg_len, "POISON", 6))
			return 1;
	}
	return 0;
}

static _Thread_local int dying;

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int room, int flags, struct timespec *timeout)
{
	static int (*real)(int, struct mmsghdr *, unsigned int, int, struct timespec *);

	if (!real)
		real = dlsym(RTLD_NEXT, "recvmmsg");
	const int count = real(fd, messages, room, flags, timeout);

	if (count > 0 && poisoned(messages, count))
		dying = 1;
	return count;
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	static int (*real)(int, struct mmsghdr *, unsigned int, int);

	if (dying)
		abort();
	if (!real)
		real = dlsym(RTLD_NEXT, "sendmmsg");
	return real(fd, messages, count, flags);
}
