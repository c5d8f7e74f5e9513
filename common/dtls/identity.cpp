// SPDX-License-Identifier: Apache-2.0
#include "common/dtls/identity.h"

#include <array>
#include <limits>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <strings.h>

namespace rtpengine::dtls {

namespace {

constexpr long day_s = 24 * 60 * 60, valid_s = 90 * day_s;

template <auto free> struct Free {
    template <class Kind> void operator()(Kind* thing) const { free(thing); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Packed = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;

Error failed(const char* what) {
    char text[256] = "no reason given";
    if (const auto code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return {std::string("can't make the DTLS certificate: ") + what + ": " + text, 0};
}

Key make_key(const IdentityTerms& terms) {
    if (terms.rsa_bits) return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{terms.rsa_bits}));
    return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

// RFC 5280 section 4.1.2.2: positive, and one that nobody has had.
bool set_serial(X509* certificate) {
    std::int64_t number = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) != 1) return false;
    return ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), number & std::numeric_limits<std::int64_t>::max());
}

bool set_name(X509* certificate, const std::string& text) {
    auto* const name = X509_get_subject_name(certificate);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, 0) &&
           X509_set_issuer_name(certificate, name);
}

bool fill(X509* certificate, EVP_PKEY* key, const IdentityTerms& terms, std::time_t now) {
    return X509_set_version(certificate, X509_VERSION_3) && set_serial(certificate) && set_name(certificate, terms.name) &&
           X509_time_adj(X509_getm_notBefore(certificate), -day_s, &now) && X509_time_adj(X509_getm_notAfter(certificate), valid_s, &now) &&
           X509_set_pubkey(certificate, key) && X509_sign(certificate, key, terms.sha1 ? EVP_sha1() : EVP_sha256()) > 0;
}

// `write`: i2d_...
template <class Kind> std::string der(int (*write)(const Kind*, unsigned char**), const Kind* thing) {
    const int size = write(thing, nullptr);
    std::string bytes(static_cast<std::size_t>(std::max(size, 0)), '\0');
    auto* to = reinterpret_cast<unsigned char*>(bytes.data());
    if (size > 0) write(thing, &to);
    return bytes;
}

const EVP_MD* find_hash(std::string_view name) {
    struct Row {
        std::string_view name;
        const EVP_MD* (*hash)();
    };
    static constexpr std::array rows{Row{"sha-1", EVP_sha1}, Row{"sha-224", EVP_sha224}, Row{"sha-256", EVP_sha256}, Row{"sha-384", EVP_sha384},
                                     Row{"sha-512", EVP_sha512}};
    for (const auto& row : rows)
        if (name.size() == row.name.size() && strncasecmp(name.data(), row.name.data(), name.size()) == 0) return row.hash();
    return nullptr;
}

} // namespace

Result<Identity> make_identity(const IdentityTerms& terms, std::time_t now) {
    const auto key = make_key(terms);
    if (!key) return failed("its key");
    const Certificate certificate(X509_new());
    if (!certificate || !fill(certificate.get(), key.get(), terms, now)) return failed("its signature");
    const Packed packed(EVP_PKEY2PKCS8(key.get()));
    if (!packed) return failed("its key's form");
    return Identity{der(i2d_X509, certificate.get()), der(i2d_PKCS8_PRIV_KEY_INFO, packed.get())};
}

std::string digest(std::string_view hash, std::string_view certificate) {
    const auto* const kind = find_hash(hash);
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    if (!kind || EVP_Digest(certificate.data(), certificate.size(), bytes.data(), &size, kind, nullptr) != 1) return {};
    return {bytes.begin(), bytes.begin() + size};
}

std::time_t valid_from(std::string_view bytes) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
    ERR_clear_error();
    std::tm time{};
    if (!certificate || !ASN1_TIME_to_tm(X509_get0_notBefore(certificate.get()), &time)) return 0;
    return timegm(&time);
}

} // namespace rtpengine::dtls
