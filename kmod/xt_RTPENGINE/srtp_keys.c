// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_keys.h"

#include <linux/string.h>

#include "compat.h"
#include "srtp_config.h"

enum rtpe_label { /* RFC 3711 sections 4.3.1, 4.3.2; three more for RTCP */
	RTPE_LABEL_ENCRYPTION = 0,
	RTPE_LABEL_AUTHENTICATION = 1,
	RTPE_LABEL_SALT = 2,
	RTPE_LABELS = 3,
};

/* The master key's AES in counter mode is the generator (AES_CM_PRF; RFC 6188 for longer keys). */
struct rtpe_derivation {
	struct rtpe_aes master;
	struct rtpe_aes_iv salt;
	u8 first_label;
	u8 bytes[AES_MAX_KEY_SIZE];
};

static struct rtpe_aes_iv rtpe_salt(const u8 bytes[16])
{
	return (struct rtpe_aes_iv){ get_unaligned_be64(bytes), get_unaligned_be64(bytes + 8) };
}

/* Leaves @len bytes. The label is byte 7 of the 14 of the salt. */
static const u8 *rtpe_generate(struct rtpe_derivation *from, enum rtpe_label label, unsigned int len)
{
	const struct rtpe_aes_iv iv = { from->salt.high ^ (from->first_label + label), from->salt.low };

	memset(from->bytes, 0, sizeof(from->bytes));
	rtpe_aes_ctr(&from->master, &iv, 0, from->bytes, len, RTPE_SIMD_NONE);
	return from->bytes;
}

static int rtpe_derive_cipher(struct rtpe_srtp_keys *keys, struct rtpe_derivation *from,
			      const struct rtpe_cipher *cipher)
{
	u8 zeros[RTPE_GHASH_BLOCK] = {};
	int err;

	keys->salt = rtpe_salt(rtpe_generate(from, RTPE_LABEL_SALT, cipher->salt));
	err = rtpe_aes_key(&keys->aes, rtpe_generate(from, RTPE_LABEL_ENCRYPTION, cipher->key), cipher->key);
	if (err || !cipher->gcm)
		return err;
	rtpe_aes_encrypt(&keys->aes, zeros, zeros);
	keys->ghash = rtpe_ghash_key(zeros);
	memzero_explicit(zeros, sizeof(zeros));
	return 0;
}

static int rtpe_derive_all(struct rtpe_srtp_keys *keys, struct rtpe_derivation *from,
			   const struct rtpengine_srtp *config)
{
	const struct rtpe_cipher *cipher = rtpe_srtp_cipher(config);
	int err = rtpe_aes_key(&from->master, config->master_key, cipher->key);

	if (err)
		return err;
	rtpe_hmac_key(&keys->hmac, rtpe_generate(from, RTPE_LABEL_AUTHENTICATION, RTPE_SHA1_SIZE),
		      RTPE_SHA1_SIZE);
	return rtpe_derive_cipher(keys, from, cipher);
}

int rtpe_srtp_derive(struct rtpe_srtp_keys *keys, const struct rtpengine_srtp *config, bool rtcp)
{
	struct rtpe_derivation from = {
		.salt = rtpe_salt(config->master_salt), /* zeros behind it: 14 bytes, or GCM's 12, become 16 */
		.first_label = rtcp ? RTPE_LABELS : 0,
	};
	int err = rtpe_derive_all(keys, &from, config);

	memzero_explicit(&from, sizeof(from));
	keys->rtcp = rtcp;
	keys->cipher = config->cipher != RTPENGINE_CIPHER_NULL;
	keys->gcm = rtpe_srtp_cipher(config)->gcm;
	keys->encrypt = rtpe_srtp_encrypts(config, rtcp);
	keys->tag_length = rtpe_srtp_tag_length(config, rtcp);
	keys->overhead = keys->tag_length + config->mki_length + (rtcp ? sizeof(__be32) : 0);
	return err;
}
