/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only place that knows kernel versions. */
#ifndef RTPE_COMPAT_H
#define RTPE_COMPAT_H

#include <crypto/aes.h>
#include <linux/compiler_types.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#include <crypto/utils.h>
#else
#include <crypto/algapi.h>
#endif

/* The member of a struct flowi4 that has its route chosen by TOS. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define RTPE_FLOW_TOS(tos) .flowi4_dscp = inet_dsfield_to_dscp(tos)
#else
#define RTPE_FLOW_TOS(tos) .flowi4_tos = RT_TOS(tos)
#endif

/* What aes_encrypt() takes, and what makes it of a key. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define rtpe_aes_generic aes_enckey
#define rtpe_aes_generic_prepare aes_prepareenckey
#else
#define rtpe_aes_generic crypto_aes_ctx
#define rtpe_aes_generic_prepare aes_expandkey
#endif

/* For an array that is filled before it is read: many kernels are built to zero it first. Since 6.8. */
#ifndef __uninitialized
#define __uninitialized
#endif

#endif
