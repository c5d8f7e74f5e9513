/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The three implementations of the HMAC against OpenSSL's, in a process: QEMU 7.2 doesn't know the SHA
 * instructions, the CPU of the host mostly does. Every length up to a large packet.
 */
#include "srtp_hmac.h"

#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

typedef void implementation(const struct rtpe_hmac* hmac, const struct rtpe_hmac_message* message,
                            u8 out[RTPE_SHA1_SIZE]);

static void fill(u8* bytes, unsigned int len) {
    while (len--)
        bytes[len] = random();
}

static unsigned int wrong(implementation* hmac, unsigned int len) {
    u8 data[1504], key[20], is[RTPE_SHA1_SIZE], should[RTPE_SHA1_SIZE];
    struct rtpe_hmac_message message = {.data = data, .len = len};
    struct rtpe_hmac keyed;
    __be32 trailer;

    fill(data, sizeof data);
    fill(key, sizeof key);
    memcpy(&trailer, data + len, sizeof trailer);
    if (len % 2) message.trailer = &trailer;
    rtpe_hmac_key(&keyed, key, sizeof key);
    hmac(&keyed, &message, is);
    HMAC(EVP_sha1(), key, sizeof key, data, len + (len % 2 ? sizeof trailer : 0), should, NULL);
    return memcmp(is, should, sizeof is) != 0;
}

static unsigned int all(const char* name, bool here, implementation* hmac) {
    unsigned int len, sum = 0;

    if (!here) return printf("%-5s: not with this CPU\n", name), 0;
    for (len = 0; len <= 1500; len++)
        sum += wrong(hmac, len);
    printf("%-5s: %u of %u wrong\n", name, sum, len);
    return sum;
}

int main(int argc, char** argv) {
    bool avx2 = argc > 1 && strstr(argv[1], " avx2 ") && strstr(argv[1], " bmi2 ");
    bool sha = avx2 && strstr(argv[1], " sha_ni ");
    unsigned int sum = all("plain", true, rtpe_hmac_plain);

    sum += all("AVX2", avx2, rtpe_hmac_avx2);
    return sum + all("SHA", sha, rtpe_hmac_shani) != 0;
}
