// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/options/load.h"

namespace rtpengine::options {

inline Address addr(const char* text) {
    return *Address::parse(text);
}

// lo, eth0 (IPv4, IPv6, link-local), eth1 (down); "proxy.example" has two addresses.
struct FakeHost : Host {
    bool root = false;
    std::vector<std::string> users = {"nobody"};
    std::map<std::string, std::vector<Address>> names = {
        {"proxy.example", {addr("192.0.2.7"), addr("2001:db8::7")}},
        {"localhost", {addr("::1"), addr("127.0.0.1")}},
        {"zero.example", {addr("0.0.0.0")}}};

    std::vector<Address> lookup(const std::string& name) const override {
        const auto found = names.find(name);
        return found == names.end() ? std::vector<Address>{} : found->second;
    }
    std::vector<SystemAddress> interfaces() const override {
        return {{"lo", addr("127.0.0.1"), true, true, false},
                {"eth0", Address{}, true, false, false},
                {"eth0", addr("198.51.100.1"), true, false, false},
                {"eth0", addr("2001:db8::1"), true, false, false},
                {"eth0", addr("fe80::1"), true, false, true},
                {"eth1", addr("198.51.100.2"), false, false, false}};
    }
    bool user_exists(const std::string& name) const override {
        return std::find(users.begin(), users.end(), name) != users.end();
    }
    bool is_root() const override { return root; }
    std::map<std::string, std::string> files = {};
    Result<std::string> contents(const std::string& path) const override {
        const auto found = files.find(path);
        if (found == files.end()) return Error{"cannot read " + path + ": No such file or directory", ENOENT};
        return found->second;
    }
};

} // namespace rtpengine::options
