// SPDX-License-Identifier: GPL-2.0-or-later
/* iptables -j RTPENGINE --id N: hands UDP packets to forwarding table N of the xt_RTPENGINE kernel module. */
#include <stddef.h>
#include <stdio.h>
#include <xtables.h>

#include "../kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

/* Which of these exist is a parameter of the module; it refuses rules for the others. */
#define MAX_ID 65535

enum { OPTION_ID };

static const struct xt_option_entry options[] = {
	{
		.name = "id",
		.id = OPTION_ID,
		.type = XTTYPE_UINT32,
		.flags = XTOPT_MAND | XTOPT_PUT,
		XTOPT_POINTER(struct xt_rtpengine_info, id),
		.min = 0,
		.max = MAX_ID,
	},
	XTOPT_TABLEEND,
};

static void help(void)
{
	printf("RTPENGINE target options:\n"
	       " --id N    forward by table N of the media proxy in the kernel (0-%d)\n"
	       "Packets that belong to none of the table's streams go on to the next rule.\n",
	       MAX_ID);
}

static const struct xt_rtpengine_info *info_of(const struct xt_entry_target *target)
{
	return (const void *)target->data;
}

static void print(const void *ip, const struct xt_entry_target *target, int numeric)
{
	printf(" RTPENGINE id %u", info_of(target)->id);
}

static void save(const void *ip, const struct xt_entry_target *target)
{
	printf(" --id %u", info_of(target)->id);
}

static struct xtables_target rtpengine = {
	.version = XTABLES_VERSION,
	.name = "RTPENGINE",
	.revision = 0,
	.family = NFPROTO_UNSPEC,
	.size = XT_ALIGN(sizeof(struct xt_rtpengine_info)),
	.userspacesize = offsetof(struct xt_rtpengine_info, kernel),
	.help = help,
	.print = print,
	.save = save,
	.x6_parse = xtables_option_parse,
	.x6_options = options,
};

static void __attribute__((constructor)) register_rtpengine(void)
{
	xtables_register_target(&rtpengine);
}
