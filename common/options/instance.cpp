// SPDX-License-Identifier: Apache-2.0
#include "common/options/instance.h"

#include <cctype>

namespace rtpengine::options {

namespace {

// Shown to peers in places that take a token only.
std::string token(std::string text) {
    for (auto& c : text)
        if (!std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) > 0x7f) c = '-';
    return text;
}

link::Learning learning(const std::string& word) {
    if (word == "delayed") return link::DELAYED;
    if (word == "immediate") return link::IMMEDIATE;
    return word == "off" ? link::OFF : link::HEURISTIC;
}

Status add_templates(link::InstanceConfig& instance, const std::string& name, const KeyFile* file) {
    if (name.empty() || !file) return {}; // without a file they have no source
    const auto* section = file->find(name);
    if (!section)
        return Error{"there is no section [" + name + "] in the configuration file (option templates)"};
    for (const auto& [key, value] : section->keys)
        (*instance.mutable_templates())[key] = value;
    return {};
}

void set_timeouts(link::InstanceConfig& instance, const Values& values) {
    const auto seconds = [&](const char* name) { return static_cast<std::uint32_t>(values.integer(name)); };
    instance.set_timeout(seconds("timeout"));
    instance.set_silent_timeout(seconds("silent-timeout"));
    instance.set_offer_timeout(seconds("offer-timeout"));
    instance.set_final_timeout(seconds("final-timeout"));
    instance.set_delete_delay(seconds("delete-delay"));
}

void set_plain(link::InstanceConfig& instance, const Values& values) {
    instance.set_name(values.text("config-section"));
    instance.set_table(static_cast<std::int32_t>(values.integer("table")));
    instance.set_max_sessions(static_cast<std::int32_t>(values.integer("max-sessions")));
    instance.set_tos(static_cast<std::uint32_t>(values.integer("tos")));
    instance.set_learning(learning(values.text("endpoint-learning")));
    instance.set_sip_source(values.flag("sip-source"));
    instance.set_reject_invalid_sdp(values.flag("reject-invalid-sdp"));
    instance.set_dtls_passive(values.flag("dtls-passive"));
    instance.set_ssrc_reporting(values.text("ssrc-reporting"));
}

void set_dtls(link::InstanceConfig& instance, const Values& values) {
    const auto rsa = values.integer("dtls-rsa-key-size");
    if (values.text("dtls-cert-cipher") == "RSA") instance.set_dtls_rsa_bits(static_cast<std::uint32_t>(rsa));
    instance.set_dtls_sha1(values.text("dtls-signature").ends_with('1'));
    instance.set_dtls_ciphers(values.text("dtls-ciphers"));
    instance.set_dtls_mtu(static_cast<std::uint32_t>(values.integer("dtls-mtu")));
}

} // namespace

Result<link::InstanceConfig> make_instance(const Values& values, const KeyFile* file, const Host& host,
                                           const std::string& version) {
    link::InstanceConfig instance;
    set_plain(instance, values);
    set_timeouts(instance, values);
    set_dtls(instance, values);
    const auto id = values.text("software-id");
    instance.set_software_id(token(id.empty() ? "rtpengine-" + version : id));
    if (values.integer("port-max") < values.integer("port-min")) return Error{"port-max is below port-min"};
    if (auto added = add_interfaces(instance, values, file, host); !added) return added.error();
    if (auto added = add_listeners(instance, values, host); !added) return added.error();
    if (auto added = add_edge(instance, values, host); !added) return added.error();
    if (auto added = add_templates(instance, values.text("templates"), file); !added) return added.error();
    return instance;
}

} // namespace rtpengine::options
