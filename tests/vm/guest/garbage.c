// SPDX-License-Identifier: Apache-2.0
/*
 * Writes garbage to every file of /proc/rtpengine: good messages with some bytes changed, truncated, oversized, in
 * memory that ends or changes under the kernel's eyes; and packets of all kinds to the streams that come of it.
 * Each CPU has a thread. Usage: garbage SEED STEPS. Tables 0 to 3 are there; 0 is controlled by this.
 * Whatever the kernel answers is right; that it lives on is checked by others.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

enum { THREADS = 2, PORTS = 40, FIRST_PORT = 20000, ROOM = 16384, MAX_ERRNO = 134 };

struct worker {
	pthread_t thread;
	unsigned long random, steps;
	int control, udp;
	unsigned char *message; /* ROOM bytes; the page behind them is not there */
	unsigned long answers[MAX_ERRNO];
};

static unsigned char *shared; /* a message that one thread writes while another one sends it */

/* splitmix64 */
static unsigned long number(struct worker *w)
{
	unsigned long z = w->random += 0x9e3779b97f4a7c15ul;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ul;
	z = (z ^ z >> 27) * 0x94d049bb133111ebul;
	return z ^ z >> 31;
}

static unsigned below(struct worker *w, unsigned limit)
{
	return number(w) % limit;
}

static void note(struct worker *w, long result)
{
	w->answers[result < 0 && errno < MAX_ERRNO ? errno : 0]++;
}

static void scramble(struct worker *w, unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = number(w);
}

/* ---- messages ---- */

static struct rtpengine_endpoint endpoint(struct worker *w)
{
	struct rtpengine_endpoint made = {.port = htons(FIRST_PORT + below(w, PORTS))};

	made.family = below(w, 2) ? RTPENGINE_IPV4 : RTPENGINE_IPV6;
	inet_pton(made.family == RTPENGINE_IPV4 ? AF_INET : AF_INET6, made.family == RTPENGINE_IPV4 ? "127.0.0.1" : "::1",
		  made.address);
	return made;
}

static struct rtpengine_srtp srtp(struct worker *w)
{
	struct rtpengine_srtp made = {0};

	if (below(w, 2))
		return made;
	made = (struct rtpengine_srtp){.flags = 1 + 2 * below(w, 8), .cipher = below(w, 6), .auth = below(w, 3)};
	if (made.cipher >= RTPENGINE_AES_GCM_128)
		made.auth = RTPENGINE_AUTH_NULL;
	scramble(w, made.master_key, (const unsigned char[]){16, 16, 24, 32, 16, 32}[made.cipher]);
	scramble(w, made.master_salt, made.cipher >= RTPENGINE_AES_GCM_128 ? 12 : 14);
	made.mki_length = below(w, 3) ? 0 : below(w, RTPENGINE_MAX_MKI + 1);
	scramble(w, made.mki, made.mki_length);
	return made;
}

static size_t set(struct worker *w)
{
	struct rtpengine_set *message = (void *)w->message;
	struct rtpengine_destination *destinations = (void *)(message + 1);
	struct rtpengine_stream *stream = &message->stream;

	memset(w->message, 0, ROOM);
	*stream = (struct rtpengine_stream){.id = 1 + below(w, 3), .local = endpoint(w), .component = below(w, 4),
					    .mismatch = below(w, 3), .flags = below(w, 16)};
	stream->source = endpoint(w);
	stream->source.family = stream->local.family;
	memcpy(stream->source.address, stream->local.address, sizeof(stream->source.address));
	stream->srtp = srtp(w);
	stream->n_payload_types = below(w, RTPENGINE_MAX_PAYLOAD_TYPES + 1);
	for (int i = 0; i < stream->n_payload_types; i++)
		stream->payload_types[i] = (struct rtpengine_payload_type){.type = i * 8 % 128, .clock_rate = number(w)};
	stream->n_destinations =
		stream->flags & RTPENGINE_BLACKHOLE ? 0 : below(w, 4) ? below(w, 3) : below(w, RTPENGINE_MAX_DESTINATIONS + 1);
	for (int i = 0; i < stream->n_destinations; i++) {
		destinations[i] = (struct rtpengine_destination){.stream = number(w), .from = endpoint(w), .to = endpoint(w),
								 .takes = 1 + below(w, 7), .tos = number(w), .ttl = below(w, 8),
								 .srtp = srtp(w)};
		destinations[i].to.family = destinations[i].from.family;
		memcpy(destinations[i].to.address, destinations[i].from.address, sizeof(destinations[i].to.address));
	}
	message->flags = below(w, 2);
	message->header = (struct rtpengine_header){.command = RTPENGINE_SET};
	return sizeof(*message) + stream->n_destinations * sizeof(*destinations);
}

static size_t key(struct worker *w)
{
	struct rtpengine_key *message = (void *)w->message;

	memset(w->message, 0, ROOM);
	*message = (struct rtpengine_key){.header.command = RTPENGINE_DELETE + below(w, 3),
					  .id = 1 + below(w, 3), .local = endpoint(w)};
	return sizeof(*message);
}

static size_t hello(struct worker *w)
{
	struct rtpengine_hello *message = (void *)w->message;

	memset(w->message, 0, ROOM);
	*message = (struct rtpengine_hello){{.command = RTPENGINE_HELLO}, RTPENGINE_ABI_VERSION, 0,
					    sizeof(struct rtpengine_stream), sizeof(struct rtpengine_destination),
					    sizeof(struct rtpengine_state), sizeof(struct rtpengine_destination_state)};
	return sizeof(*message);
}

static size_t noise(struct worker *w)
{
	size_t size = below(w, below(w, 2) ? 2048 : ROOM);

	scramble(w, w->message, size);
	((struct rtpengine_header *)w->message)->command %= 7;
	return size;
}

/* A message as it should be, with its size and capacity. */
static size_t message(struct worker *w)
{
	static size_t (*const kinds[])(struct worker *) = {set, set, set, key, key, hello, noise};
	const size_t size = kinds[below(w, sizeof(kinds) / sizeof(*kinds))](w);
	struct rtpengine_header *header = (void *)w->message;

	header->size = size;
	header->capacity = ROOM;
	return size;
}

/* Half of the messages stay as they are, so that there is a state to go wrong. */
static size_t spoilt(struct worker *w, size_t size)
{
	struct rtpengine_header *header = (void *)w->message;

	switch (below(w, 12)) {
	case 0:
		for (unsigned i = below(w, 8) + 1; i--;)
			w->message[below(w, size + 1)] = number(w);
		break;
	case 1:
		w->message[below(w, size + 1)] ^= 1u << below(w, 8);
		break;
	case 2:
		return below(w, size + 1);
	case 3:
		return header->size = below(w, size + 1);
	case 4:
		return header->size = below(w, ROOM);
	case 5:
		header->size = number(w);
		break;
	case 6:
		header->capacity = below(w, 2) ? below(w, 4096) : number(w);
		break;
	}
	return size;
}

/* ---- what is done with them ---- */

/* At the very end of the memory: what reads too far finds no page. */
static void *at_the_end(struct worker *w, size_t size)
{
	return memmove(w->message + ROOM - size, w->message, size);
}

static void call(struct worker *w)
{
	const size_t size = spoilt(w, message(w));
	void *place = w->message;

	if (!below(w, 4))
		place = at_the_end(w, size);
	else if (!below(w, 4))
		place = memcpy(shared, w->message, ROOM);
	else if (!below(w, 30))
		place = (void *)number(w);
	note(w, ioctl(w->control, below(w, 40) ? RTPENGINE_CALL : number(w), place));
}

static void put(struct worker *w)
{
	const size_t size = spoilt(w, message(w));

	note(w, write(w->control, below(w, 2) ? w->message : at_the_end(w, size), size));
}

static void path_of(struct worker *w, char *path, size_t size)
{
	static const char *const names[] = {"control", "list", "blist", "status"};

	if (below(w, 4))
		snprintf(path, size, "/proc/rtpengine/%u/%s", below(w, 5), names[below(w, 4)]);
	else
		snprintf(path, size, "/proc/rtpengine/%s", names[below(w, 2)]);
}

/* Any file, any way. */
static void file(struct worker *w)
{
	char path[64];
	int fd;

	path_of(w, path, sizeof(path));
	fd = open(path, (const int[]){O_RDONLY, O_WRONLY, O_RDWR}[below(w, 3)] | O_NONBLOCK);
	note(w, fd);
	if (fd < 0)
		return;
	for (int i = below(w, 6); i--;) {
		const size_t size = spoilt(w, message(w)) % ROOM;

		switch (below(w, 6)) {
		case 0:
			note(w, read(fd, w->message, size));
			break;
		case 1:
			note(w, pread(fd, w->message, size, below(w, 2) ? below(w, 4096) : (off_t)(number(w) >> 1)));
			break;
		case 2:
			note(w, write(fd, w->message, size));
			break;
		case 3:
			note(w, ioctl(fd, below(w, 2) ? RTPENGINE_CALL : number(w), w->message));
			break;
		case 4:
			note(w, lseek(fd, number(w), below(w, 3)));
			break;
		case 5:
			note(w, poll(&(struct pollfd){fd, POLLIN | POLLOUT, 0}, 1, 0));
			break;
		}
	}
	close(fd);
}

static void table(struct worker *w)
{
	static const char *const words[] = {"add", "del", "list", "", "add ", "\n", "del  "};
	char text[600];
	int fd = open("/proc/rtpengine/control", O_WRONLY);
	int size = snprintf(text, sizeof(text), "%s %u\n", words[below(w, 7)], 1 + below(w, 4));

	if (!below(w, 3))
		text[below(w, size)] = number(w);
	if (!below(w, 8))
		scramble(w, (void *)text, size = below(w, sizeof(text)));
	note(w, write(fd, text, size));
	close(fd);
}

static void packet(struct worker *w)
{
	static const unsigned char starts[][2] = {{0x80, 8}, {0x80, 0xc8}, {0x90, 0}, {0x8f, 96}, {0, 1}, {22, 0xfe}};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(FIRST_PORT + below(w, PORTS))};
	unsigned char data[3000] = {0};
	size_t size = below(w, 8) ? below(w, 400) : below(w, sizeof(data));

	scramble(w, data, size);
	memcpy(data, starts[below(w, 6)], 2);
	data[9] = data[10] = data[8] = 0; /* few SSRCs */
	inet_pton(AF_INET6, below(w, 2) ? "::1" : "::ffff:127.0.0.1", &six.sin6_addr);
	note(w, sendto(w->udp, data, size, MSG_DONTWAIT, (void *)&six, sizeof(six)));
}

static void *work(void *argument)
{
	static void (*const acts[])(struct worker *) = {call, call, call, put, file, table, packet, packet, packet};
	struct worker *w = argument;

	for (unsigned long i = 0; i < w->steps; i++) {
		acts[below(w, sizeof(acts) / sizeof(*acts))](w);
		if (!below(w, 16)) /* whoever is sending this sees it change */
			scramble(w, shared + below(w, 900), 8);
	}
	return NULL;
}

static void greet(struct worker *w)
{
	struct rtpengine_header *header = (void *)w->message;

	header->size = hello(w); /* which clears it first */
	header->capacity = ROOM;
	if (ioctl(w->control, RTPENGINE_CALL, header)) {
		perror("HELLO");
		exit(1);
	}
}

static void *pages(size_t size)
{
	unsigned char *made = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (made == MAP_FAILED || munmap(made + size, 4096)) {
		perror("mmap");
		exit(1);
	}
	return made;
}

static void report(const struct worker *workers)
{
	for (int error = 0; error < MAX_ERRNO; error++) {
		unsigned long sum = 0;

		for (int i = 0; i < THREADS; i++)
			sum += workers[i].answers[error];
		if (sum)
			printf(" %s %lu", error ? strerrorname_np(error) : "ok", sum);
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	static struct worker workers[THREADS];
	const int control = open("/proc/rtpengine/0/control", O_WRONLY);

	if (argc != 3 || control < 0) {
		fprintf(stderr, argc == 3 ? "control of table 0: %s\n" : "usage: garbage SEED STEPS\n", strerror(errno));
		return 1;
	}
	shared = pages(ROOM);
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.random = strtoul(argv[1], NULL, 0) + i, .steps = strtoul(argv[2], NULL, 0),
					     .control = control, .udp = socket(AF_INET6, SOCK_DGRAM, 0), .message = pages(ROOM)};
		greet(&workers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	report(workers);
	return 0;
}
