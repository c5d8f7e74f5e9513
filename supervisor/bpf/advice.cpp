// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/advice.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <bpf/libbpf.h>
#include <cap-ng.h>
#include <linux/capability.h>

namespace rtpengine::supervisor::bpf {

namespace {

std::string what_to_do(int code, std::string_view missing, std::string_view since) {
    if (!missing.empty()) return "missing: " + std::string(missing) + "; grant it, or start as root";
    switch (code) {
    case EPERM:
        return "it is forbidden here although no capability is missing: look at seccomp, lockdown and LSM settings";
    case EINVAL:
    case ENOSYS:
    case EOPNOTSUPP: return "this needs Linux " + std::string(since) + " or newer, with CONFIG_BPF_SYSCALL";
    case ENOMEM: return "no memory; a limit of the container, or LimitMEMLOCK= on kernels before 5.11";
    default: return "";
    }
}

} // namespace

std::string missing_capabilities() {
    constexpr std::array<std::pair<unsigned, std::string_view>, 2> needed = {
        {{CAP_BPF, "CAP_BPF"}, {CAP_NET_ADMIN, "CAP_NET_ADMIN"}}};
    if (capng_get_caps_process() < 0) return {};
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN))
        return {}; // what kernels before 5.8 ask for, and newer ones accept instead
    std::string names;
    for (const auto& [number, name] : needed)
        if (!capng_have_capability(CAPNG_EFFECTIVE, number)) names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

Error explain(std::string_view what, int code, std::string_view missing, std::string_view since) {
    const auto advice = what_to_do(code, missing, since);
    return {"cannot " + std::string(what) + ": " + std::strerror(code) + (advice.empty() ? "" : "; " + advice), code};
}

void silence_libbpf() {
    libbpf_set_print([](libbpf_print_level, const char*, va_list) { return 0; });
}

} // namespace rtpengine::supervisor::bpf
