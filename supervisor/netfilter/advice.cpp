// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/advice.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace rtpengine::supervisor::netfilter {

namespace {

struct Advice {
    std::string_view purpose; // in it; "": any
    int code;
    std::string_view text;
};

constexpr std::string_view no_nf_tables =
    "this kernel has no nf_tables: modprobe nf_tables, or add the rule with iptables";

// The first that fits.
constexpr std::array<Advice, 11> advice = {{
    {"target", ENOENT,
     "the kernel lacks the target or what carries it: modprobe xt_RTPENGINE, modprobe nft_compat"},
    {"target", EOPNOTSUPP, "the kernel can't carry x_tables targets: modprobe nft_compat"},
    {"target", EINVAL,
     "the kernel module refuses it: dmesg may say why; is the table below its parameter max_tables?"},
    {"", EPERM, "root or CAP_NET_ADMIN is needed"},
    {"", EPROTONOSUPPORT, no_nf_tables},
    {"", EAFNOSUPPORT, no_nf_tables},
    {"", EOPNOTSUPP, no_nf_tables},
    {"add chain", EEXIST, "there is a chain of this name of another kind: remove it, or choose another name"},
    {"jump", EMLINK, "jumps are nested too deeply"},
    {"jump", ELOOP, "our chain leads back to the base chain: choose another nftables-chain"},
    {"remove chain", EBUSY, "rules that are not ours lead to it"},
}};

} // namespace

Error explain(const std::string& purpose, int code) {
    auto text = "cannot " + purpose + ": " + std::strerror(code);
    for (const auto& row : advice)
        if (row.code == code && purpose.find(row.purpose) != std::string::npos) {
            text += "; ";
            text += row.text;
            break;
        }
    return {text, code};
}

} // namespace rtpengine::supervisor::netfilter
