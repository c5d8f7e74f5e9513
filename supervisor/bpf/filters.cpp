// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/filters.h"

#include <cstdint>
#include <memory>
#include <vector>

#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

namespace rtpengine::supervisor::bpf {

namespace {

struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

int count(const nlmsghdr* message, void* filters) {
    if (message->nlmsg_type == RTM_NEWTFILTER) ++*static_cast<unsigned*>(filters);
    return MNL_CB_OK;
}

// `parent`: where the filters hang.
bool has_filters(int device, std::uint32_t parent) {
    const std::unique_ptr<mnl_socket, Close> socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
    if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return true;
    std::vector<char> buffer(1 << 15);
    auto* question = mnl_nlmsg_put_header(buffer.data());
    question->nlmsg_type = RTM_GETTFILTER;
    question->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    auto* place = static_cast<tcmsg*>(mnl_nlmsg_put_extra_header(question, sizeof(tcmsg)));
    place->tcm_family = AF_UNSPEC;
    place->tcm_ifindex = device;
    place->tcm_parent = parent;
    if (mnl_socket_sendto(socket.get(), question, question->nlmsg_len) < 0) return true;
    unsigned filters = 0;
    for (;;) {
        const auto length = mnl_socket_recvfrom(socket.get(), buffer.data(), buffer.size());
        if (length < 0) return true;
        const int more = mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), 0,
                                    mnl_socket_get_portid(socket.get()), count, &filters);
        if (more < 0) return true;
        if (more == 0) return filters > 0;
    }
}

} // namespace

bool has_filters(int device) {
    return has_filters(device, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)) ||
           has_filters(device, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS));
}

} // namespace rtpengine::supervisor::bpf
