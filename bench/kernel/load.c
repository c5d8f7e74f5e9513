// SPDX-License-Identifier: Apache-2.0
/*
 * Sends RTP packets of 172 bytes and prints how many instructions the machine spent until all of it was dealt with.
 * Only under QEMU's -icount shift=0 with one CPU: there a tick of the time stamp counter is an instruction.
 * Usage: load SOURCE PORT DESTINATION PORT COUNT BURST FIRST-SEQUENCE-NUMBER
 *
 * It sends with real-time priority; after each burst it steps aside until nothing else is runnable, so that a burst is
 * what a process that forwards finds when it wakes up.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <x86intrin.h>

enum { PAYLOAD = 160, HEADER = 12, PCMA = 8 };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};

	if (inet_pton(AF_INET, host, &made.sin_addr) != 1)
		fail(host);
	return made;
}

static void rank(int policy, int priority)
{
	const struct sched_param parameter = {.sched_priority = priority};

	if (sched_setscheduler(0, policy, &parameter))
		fail("sched_setscheduler");
}

static void step_aside(void)
{
	rank(SCHED_IDLE, 0);
	sched_yield();
}

static uint64_t instructions(void)
{
	_mm_lfence();
	return __rdtsc();
}

static void packet(uint8_t *data, uint16_t sequence)
{
	const uint16_t number = htons(sequence);
	const uint32_t timestamp = htonl(sequence * PAYLOAD), ssrc = htonl(0x1234);

	data[0] = 0x80;
	data[1] = PCMA;
	memcpy(data + 2, &number, sizeof(number));
	memcpy(data + 4, &timestamp, sizeof(timestamp));
	memcpy(data + 8, &ssrc, sizeof(ssrc));
	memset(data + HEADER, sequence & 0x7f, PAYLOAD);
}

int main(int argc, char **argv)
{
	if (argc != 8) {
		fprintf(stderr, "usage: load SOURCE PORT DESTINATION PORT COUNT BURST FIRST-SEQUENCE-NUMBER\n");
		return 2;
	}
	const struct sockaddr_in from = address(argv[1], argv[2]), to = address(argv[3], argv[4]);
	const int count = atoi(argv[5]), burst = atoi(argv[6]), first = atoi(argv[7]), fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint8_t data[HEADER + PAYLOAD];

	if (bind(fd, (const void *)&from, sizeof(from)) || connect(fd, (const void *)&to, sizeof(to)))
		fail("socket");
	const uint64_t start = instructions();
	for (int i = 0; i < count; i++) {
		if (i % burst == 0)
			rank(SCHED_FIFO, 10);
		packet(data, first + i);
		if (send(fd, data, sizeof(data), 0) < 0)
			fail("send");
		if ((i + 1) % burst == 0)
			step_aside();
	}
	step_aside();
	printf("%lu\n", instructions() - start);
	return 0;
}
