// SPDX-License-Identifier: GPL-2.0-or-later
#include "srtp_aes.h"

#include <linux/minmax.h>
#include <linux/string.h>

int rtpe_aes_key(struct rtpe_aes *aes, const u8 *key, unsigned int len)
{
	struct crypto_aes_ctx expanded;
	int err = aes_expandkey(&expanded, key, len) ?: rtpe_aes_generic_prepare(&aes->generic, key, len);

	memcpy(aes->round_keys, expanded.key_enc, sizeof(aes->round_keys));
	aes->key_length = len;
	memzero_explicit(&expanded, sizeof(expanded));
	return err;
}

void rtpe_aes_ctr_plain(const struct rtpe_aes *aes, const struct rtpe_aes_iv *iv, unsigned int block,
			u8 *data, unsigned int len)
{
	__be64 counter[2] = { cpu_to_be64(iv->high) };
	u8 stream[RTPE_AES_BLOCK];
	unsigned int n;

	for (; len; data += n, len -= n) {
		counter[1] = cpu_to_be64(iv->low | block++);
		rtpe_aes_encrypt(aes, stream, (const u8 *)counter);
		n = min_t(unsigned int, len, RTPE_AES_BLOCK);
		crypto_xor(data, stream, n);
	}
}
