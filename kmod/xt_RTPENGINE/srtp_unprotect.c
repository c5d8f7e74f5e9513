// SPDX-License-Identifier: GPL-2.0-or-later
/* Incoming. The tag is checked first, then state moves on, then it is decrypted: an error changes nothing. */
#include <linux/errno.h>
#include <linux/string.h>

#include "compat.h"
#include "srtp_side.h"
#include "srtp_tag.h"

/* RTCP brings its index along; that of RTP is known by half. */
static int rtpe_find_index(struct rtpe_srtp *srtp, struct rtpe_srtp_packet *packet, bool genuine)
{
	bool seen;
	u32 index;

	if (packet->index) {
		index = get_unaligned_be32(packet->index);
		packet->encrypted = index & RTPE_RTCP_ENCRYPTED;
		packet->index_value = index & ~RTPE_RTCP_ENCRYPTED;
		seen = rtpe_ssrcs_saw_rtcp(&srtp->ssrcs, packet->ssrc, packet->index_value);
	} else {
		packet->encrypted = srtp->keys[0].encrypt;
		packet->index_value = rtpe_ssrcs_guess_rtp(&srtp->ssrcs, packet->ssrc, packet->seq, &seen);
	}
	if (packet->index_value > RTPE_RTP_LAST)
		return -EOVERFLOW;
	return genuine && seen ? -EALREADY : 0;
}

static bool rtpe_genuine(const struct rtpe_srtp_keys *keys, const struct rtpe_srtp_packet *packet,
			 const struct rtpe_aes_iv *iv, enum rtpe_simd simd)
{
	u8 tag[RTPE_MAX_TAG] __uninitialized;

	if (!keys->tag_length)
		return true;
	rtpe_srtp_tag(keys, packet, iv, tag, simd);
	return !crypto_memneq(tag, packet->tag, keys->tag_length);
}

static int rtpe_open(struct rtpe_srtp *srtp, struct rtpe_srtp_packet *packet, bool rtcp, enum rtpe_simd simd)
{
	const struct rtpe_srtp_keys *keys = &srtp->keys[rtcp];
	const struct rtpe_aes_iv iv = rtpe_srtp_iv(keys, packet->ssrc, packet->index_value);
	int err;

	if (!rtpe_genuine(keys, packet, &iv, simd))
		return -EBADMSG;
	err = rtpe_ssrcs_receive(&srtp->ssrcs, packet->ssrc, rtcp, packet->index_value, keys->tag_length);
	if (!err && packet->encrypted)
		rtpe_srtp_crypt(keys, packet, &iv, simd);
	return err;
}

int rtpe_srtp_unprotect(struct rtpe_srtp *srtp, u8 *data, unsigned int len, bool rtcp)
{
	const struct rtpe_srtp_keys *keys = &srtp->keys[rtcp];
	struct rtpe_srtp_packet packet __uninitialized;
	enum rtpe_simd simd;
	int err;

	if (len < keys->overhead || !rtpe_srtp_parse(&packet, data, len - keys->overhead, rtcp))
		return -EINVAL;
	rtpe_srtp_lay_out(&packet, keys, srtp->config.mki_length);
	if (srtp->config.mki_length && memcmp(packet.mki, srtp->config.mki, srtp->config.mki_length))
		return -EBADMSG;
	err = rtpe_find_index(srtp, &packet, keys->tag_length);
	if (err)
		return err;
	simd = rtpe_simd_begin(srtp->simd);
	err = rtpe_open(srtp, &packet, rtcp, simd);
	rtpe_simd_end(simd);
	return err ?: packet.body;
}
