// SPDX-License-Identifier: GPL-2.0-or-later
/* Outgoing. Nothing can fail once an index is taken: none is ever taken back. */
#include <linux/errno.h>
#include <linux/string.h>

#include "compat.h"
#include "srtp_side.h"
#include "srtp_tag.h"

static int rtpe_take_index(struct rtpe_srtp *srtp, struct rtpe_srtp_packet *packet, bool rtcp)
{
	if (rtcp)
		return rtpe_ssrcs_send_rtcp(&srtp->ssrcs, packet->ssrc, &packet->index_value);
	return rtpe_ssrcs_send_rtp(&srtp->ssrcs, packet->ssrc, packet->seq, &packet->index_value);
}

/* memcpy(), but no call where the length is the common one. */
static __always_inline void rtpe_put_tag(u8 *to, const u8 *tag, unsigned int len)
{
	if (likely(len == 10))
		memcpy(to, tag, 10);
	else
		memcpy(to, tag, len);
}

static void rtpe_seal(const struct rtpe_srtp_keys *keys, struct rtpe_srtp_packet *packet, enum rtpe_simd simd)
{
	const struct rtpe_aes_iv iv = rtpe_srtp_iv(keys, packet->ssrc, packet->index_value);
	u8 tag[RTPE_MAX_TAG] __uninitialized;

	if (packet->index)
		put_unaligned_be32(packet->index_value | (keys->encrypt ? RTPE_RTCP_ENCRYPTED : 0), packet->index);
	if (keys->encrypt)
		rtpe_srtp_crypt(keys, packet, &iv, simd);
	if (!keys->tag_length)
		return;
	rtpe_srtp_tag(keys, packet, &iv, tag, simd);
	rtpe_put_tag(packet->tag, tag, keys->tag_length);
}

int rtpe_srtp_protect(struct rtpe_srtp *srtp, u8 *data, unsigned int len, unsigned int room, bool rtcp)
{
	const struct rtpe_srtp_keys *keys = &srtp->keys[rtcp];
	struct rtpe_srtp_packet packet __uninitialized;
	enum rtpe_simd simd;
	int err;

	if (!rtpe_srtp_parse(&packet, data, len, rtcp))
		return -EINVAL;
	if (room < keys->overhead)
		return -ENOSPC;
	err = rtpe_take_index(srtp, &packet, rtcp);
	if (err)
		return err;
	packet.encrypted = keys->encrypt;
	rtpe_srtp_lay_out(&packet, keys, srtp->config.mki_length);
	if (srtp->config.mki_length)
		memcpy(packet.mki, srtp->config.mki, srtp->config.mki_length);
	simd = rtpe_simd_begin(srtp->simd);
	rtpe_seal(keys, &packet, simd);
	rtpe_simd_end(simd);
	return len + keys->overhead;
}
