// SPDX-License-Identifier: GPL-2.0-or-later
#include "known_answers.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "srtp_keys.h"
#include "srtp_tag.h"

#define LONGEST 300

static int differs(const char *what, const void *is, const void *should, unsigned int len)
{
	if (!memcmp(is, should, len))
		return 0;
	pr_err("srtp_test: %s is wrong: %*ph, not %*ph\n", what, len, is, len, should);
	return -EBADMSG;
}

static void from_hex(u8 *bytes, const char *hex)
{
	for (; *hex; hex += 2)
		WARN_ON(sscanf(hex, "%2hhx", bytes++) != 1);
}

struct keystream {
	const char *key;
	unsigned int block;
	const char *expected;
};

static const struct keystream keystreams[] = {
	/* RFC 3711 appendix B.2 */
	{ "2b7e151628aed2a6abf7158809cf4f3c", 0,
	  "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0" },
	{ "2b7e151628aed2a6abf7158809cf4f3c", 0xfeff,
	  "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44" },
	/* RFC 6188 section 7 */
	{ "eab234764e517b2d3d160d587d8c86219740f65f99b6bcf7", 0,
	  "35096cba4610028dc1b57503804ce37c5de986291dcce161d5165ec4568f5c9a474a40c77894bc17180202272a4c264d" },
	{ "57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98", 0,
	  "92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac63c4868b7096d88421b563b8c94c9a31" },
};

static int keystream(const struct keystream *row, enum rtpe_simd simd)
{
	const struct rtpe_aes_iv iv = { 0xf0f1f2f3f4f5f6f7, 0xf8f9fafbfcfd0000 };
	u8 key[32], stream[48] = {}, expected[48];
	struct rtpe_aes aes;
	int err;

	from_hex(key, row->key);
	from_hex(expected, row->expected);
	err = rtpe_aes_key(&aes, key, strlen(row->key) / 2);
	rtpe_aes_ctr(&aes, &iv, row->block, stream, sizeof(stream), simd);
	return err ?: differs("key stream of AES-CM", stream, expected, sizeof(stream));
}

static int all_keystreams(enum rtpe_simd simd)
{
	unsigned int n;
	int err = 0;

	for (n = 0; n < ARRAY_SIZE(keystreams) && !err; n++)
		err = keystream(&keystreams[n], simd);
	return err;
}

struct derivation {
	enum rtpengine_cipher cipher;
	const char *master_key, *master_salt, *key, *salt, *auth;
};

static const struct derivation derivations[] = {
	/* RFC 3711 appendix B.3 */
	{ RTPENGINE_AES_CM_128, "e1f97a0d3e018be0d64fa32c06de4139", "0ec675ad498afeebb6960b3aabe6",
	  "c61e7a93744f39ee10734afe3ff7a087", "30cbbc08863d8c85d49db34a9ae1",
	  "cebe321f6ff7716b6fd4ab49af256a156d38baa4" },
	/* RFC 6188 section 7 */
	{ RTPENGINE_AES_CM_192, "73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1",
	  "c8522f3acd4ce86d5add78edbb11", "31874736a8f1143870c26e4857d8a5b2c4a354407faadabb",
	  "2372b82d639b6d8503a47adc0a6c", "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb" },
	{ RTPENGINE_AES_CM_256, "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6",
	  "3b04803de51ee7c96423ab5b78d2", "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
	  "fa31791685ca444a9e07c6c64e93", "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05" },
};

static int derived(const struct rtpe_srtp_keys *keys, const struct derivation *row)
{
	__be64 salt[2] = { cpu_to_be64(keys->salt.high), cpu_to_be64(keys->salt.low) };
	u8 key[32], expected_salt[16] = {}, auth[20];
	struct rtpe_hmac hmac;
	int err;

	from_hex(key, row->key);
	from_hex(expected_salt, row->salt);
	from_hex(auth, row->auth);
	rtpe_hmac_key(&hmac, auth, sizeof(auth));
	err = differs("session key", keys->aes.round_keys, key, strlen(row->key) / 2);
	err = err ?: differs("session salt", salt, expected_salt, sizeof(salt));
	return err ?: differs("authentication key", &keys->hmac, &hmac, sizeof(hmac));
}

static int derivation(const struct derivation *row)
{
	struct rtpengine_srtp config = { .flags = RTPENGINE_SRTP, .auth = RTPENGINE_HMAC_SHA1_80 };
	struct rtpe_srtp_keys *keys = kzalloc(sizeof(*keys), GFP_KERNEL);
	int err;

	if (!keys)
		return -ENOMEM;
	config.cipher = row->cipher;
	from_hex(config.master_key, row->master_key);
	from_hex(config.master_salt, row->master_salt);
	err = rtpe_srtp_derive(keys, &config, false);
	err = err ?: derived(keys, row);
	kfree(keys);
	return err;
}

static int all_derivations(void)
{
	unsigned int n;
	int err = 0;

	for (n = 0; n < ARRAY_SIZE(derivations) && !err; n++)
		err = derivation(&derivations[n]);
	return err;
}

/* RFC 2202, test case 3: the one with a key of our length and a text. */
static int hmac_sha1(enum rtpe_simd simd)
{
	u8 key[20], data[50], out[20], expected[20];
	const struct rtpe_hmac_message message = { data, NULL, sizeof(data) };
	struct rtpe_hmac hmac;

	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	rtpe_hmac_key(&hmac, key, sizeof(key));
	rtpe_hmac(&hmac, &message, out, simd);
	from_hex(expected, "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
	return differs("HMAC-SHA1", out, expected, sizeof(out));
}

static int gcm_keys(struct rtpe_srtp_keys *keys, const char *key)
{
	u8 bytes[32], zeros[16] = {};
	int err;

	from_hex(bytes, key);
	err = rtpe_aes_key(&keys->aes, bytes, strlen(key) / 2);
	rtpe_aes_encrypt(&keys->aes, zeros, zeros);
	keys->gcm = true;
	keys->cipher = true;
	keys->tag_length = 16;
	keys->ghash = rtpe_ghash_key(zeros);
	keys->salt = (struct rtpe_aes_iv){ 0x517569642070726f, 0x2071756f00000000 };
	return err;
}

/* RFC 7714 section 16.1.1: RTP, session keys given. */
static int gcm_rtp(const char *key, const char *sealed, enum rtpe_simd simd)
{
	struct rtpe_srtp_keys *keys = kzalloc(sizeof(*keys), GFP_ATOMIC);
	struct rtpe_srtp_packet packet;
	u8 data[50 + RTPE_MAX_TAG], expected[66];
	struct rtpe_aes_iv iv;
	int err;

	if (!keys)
		return -ENOMEM;
	err = gcm_keys(keys, key);
	from_hex(data, "8040f17b8041f8d35501a0b2"
		       "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
	from_hex(expected, sealed);
	rtpe_srtp_parse(&packet, data, 50, false);
	packet.encrypted = true;
	packet.index_value = packet.seq;
	rtpe_srtp_lay_out(&packet, keys, 0);
	iv = rtpe_srtp_iv(keys, packet.ssrc, packet.index_value);
	rtpe_srtp_crypt(keys, &packet, &iv, simd);
	rtpe_srtp_tag(keys, &packet, &iv, packet.tag, simd);
	kfree(keys);
	return err ?: differs("AES-GCM", data, expected, sizeof(expected));
}

static enum rtpe_simd vectors_begin(void)
{
	local_bh_disable();
	return rtpe_simd_begin(rtpe_simd_best());
}

static void vectors_end(enum rtpe_simd simd)
{
	rtpe_simd_end(simd);
	local_bh_enable();
}

static int both_hmac(const u8 *data, unsigned int len)
{
	const __be32 roc = cpu_to_be32(len);
	const struct rtpe_hmac_message message = { data, len & 1 ? &roc : NULL, len };
	struct rtpe_hmac hmac;
	enum rtpe_simd simd;
	u8 one[20], two[20];

	rtpe_hmac_key(&hmac, data, 20);
	rtpe_hmac(&hmac, &message, one, RTPE_SIMD_NONE);
	simd = vectors_begin();
	rtpe_hmac(&hmac, &message, two, simd);
	vectors_end(simd);
	return differs("HMAC-SHA1 with vectors", two, one, sizeof(one));
}

static int both_ctr(const u8 *data, unsigned int len)
{
	const struct rtpe_aes_iv iv = { len * 0x123456789abcdefULL, (u64)len << 40 };
	u8 one[LONGEST], two[LONGEST];
	struct rtpe_aes aes;
	enum rtpe_simd simd;
	int err = rtpe_aes_key(&aes, data, 16 + len % 3 * 8);

	memcpy(one, data, len);
	memcpy(two, data, len);
	rtpe_aes_ctr(&aes, &iv, len, one, len, RTPE_SIMD_NONE);
	simd = vectors_begin();
	rtpe_aes_ctr(&aes, &iv, len, two, len, simd);
	vectors_end(simd);
	return err ?: differs("AES-CM with vectors", two, one, len);
}

static int both_ghash(const u8 *data, unsigned int len)
{
	const struct rtpe_field key = rtpe_ghash_key(data);
	struct rtpe_field one = {}, two = {};
	enum rtpe_simd simd;

	rtpe_ghash(&key, &one, data, len, RTPE_SIMD_NONE);
	simd = vectors_begin();
	rtpe_ghash(&key, &two, data, len, simd);
	vectors_end(simd);
	return differs("GHASH with vectors", &two, &one, sizeof(one));
}

/* Vectors against plain C. */
static int both(void)
{
	u8 *data = kmalloc(LONGEST, GFP_KERNEL);
	unsigned int len;
	int err = data ? 0 : -ENOMEM;

	for (len = 0; len < LONGEST && !err; len++) {
		get_random_bytes(data, LONGEST);
		err = both_hmac(data, len);
		err = err ?: both_ctr(data, len);
		err = err ?: both_ghash(data, len);
	}
	kfree(data);
	return err;
}

static int examples(enum rtpe_simd simd)
{
	int err = all_keystreams(simd);

	err = err ?: hmac_sha1(simd);
	err = err ?: gcm_rtp("000102030405060708090a0b0c0d0e0f",
			     "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a"
			     "51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce", simd);
	return err ?: gcm_rtp("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
			      "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a02"
			      "76ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13", simd);
}

int known_answers(void)
{
	enum rtpe_simd simd;
	int err = all_derivations();

	err = err ?: examples(RTPE_SIMD_NONE);
	simd = vectors_begin();
	err = err ?: examples(simd);
	vectors_end(simd);
	pr_info("srtp_test: known answers: %s, vectors: %d\n", err ? "WRONG" : "right", simd);
	return err ?: both();
}
