// SPDX-License-Identifier: Apache-2.0
// How clients that come over TCP are received: certificates, tokens, bounds.
#include <sstream>

#include "common/options/instance.h"

namespace rtpengine::options {

namespace {

constexpr std::uint32_t idle_s = 5;     // of an HTTP connection, unless told otherwise
constexpr std::size_t longest_token = 1024;

// The contents of the file that an option names; nothing where it names none.
Result<std::string> contents(const Values& values, const char* option, const Host& host) {
    const auto path = values.text(option);
    if (path.empty()) return std::string();
    auto read = host.contents(path);
    if (!read) return Error{"option " + std::string(option) + ": " + read.error().message, read.error().code};
    return read;
}

Status add_tokens(link::Edge& edge, const std::string& text, const std::string& path) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (line.empty() || line[0] == '#') continue;
        if (line.size() > longest_token || line.find_first_of(" \t") != std::string::npos)
            return Error{"option client-tokens: a line of " + path + " is no token: up to 1024 characters without blanks"};
        edge.add_tokens(line);
    }
    if (edge.tokens().empty()) return Error{"option client-tokens: there is no token in " + path};
    return {};
}

bool has(const link::InstanceConfig& instance, link::Transport transport) {
    for (const auto& listener : instance.listeners())
        if (listener.transport() == transport) return true;
    return false;
}

Status check_https(const link::InstanceConfig& instance) {
    const auto& edge = instance.edge();
    if (!has(instance, link::HTTPS)) return {};
    if (edge.certificate().empty()) return Error{"listen-https needs a certificate: give --https-cert=FILE and --https-key=FILE"};
    if (edge.key().empty()) return Error{"listen-https needs the certificate's key: give --https-key=FILE"};
    return {};
}

} // namespace

Status add_edge(link::InstanceConfig& instance, const Values& values, const Host& host) {
    auto& edge = *instance.mutable_edge();
    const auto read = [&](const char* option, auto set) -> Status {
        auto text = contents(values, option, host);
        if (!text) return text.error();
        return set(*std::move(text));
    };
    auto done = read("https-cert", [&](std::string text) { edge.set_certificate(std::move(text)); return Status{}; });
    if (done) done = read("https-key", [&](std::string text) { edge.set_key(std::move(text)); return Status{}; });
    if (done) done = read("https-client-ca", [&](std::string text) { edge.set_client_ca(std::move(text)); return Status{}; });
    if (const auto path = values.text("client-tokens"); done && !path.empty())
        done = read("client-tokens", [&](const std::string& text) { return add_tokens(edge, text, path); });
    if (!done) return done;
    const auto idle = static_cast<std::uint32_t>(values.integer("http-idle-timeout"));
    edge.set_http_idle_timeout(idle ? idle : idle_s);
    edge.set_max_connections(static_cast<std::uint32_t>(values.integer("max-connections")));
    return check_https(instance);
}

} // namespace rtpengine::options
