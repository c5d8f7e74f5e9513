// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/socket.h"

#include <cerrno>
#include <memory>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "supervisor/netfilter/advice.h"

namespace rtpengine::supervisor::netfilter {

namespace {

constexpr std::size_t receive_size = 1 << 16; // a dump comes in pieces no longer than this
constexpr const char* reading = "read netfilter's rules";
constexpr timeval patience{5, 0}; // the kernel answers while we send; only a fault lets us wait

// What came back to one request or batch.
struct Answer {
    std::uint32_t sequence = 0;
    int code = 0; // errno; 0: an acknowledgement
};

// The results in a piece of an answer, in order; other messages go to `other`.
template <class Other> Result<std::vector<Answer>> split(std::string_view bytes, Other other) {
    std::vector<Answer> answers;
    int left = static_cast<int>(bytes.size());
    auto* message = reinterpret_cast<const nlmsghdr*>(bytes.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
        if (message->nlmsg_flags & NLM_F_DUMP_INTR)
            return Error{"the rules changed while they were read", EINTR};
        if (message->nlmsg_type == NLMSG_DONE) {
            answers.push_back({message->nlmsg_seq, 0});
        } else if (message->nlmsg_type == NLMSG_ERROR &&
                   mnl_nlmsg_get_payload_len(message) >= sizeof(nlmsgerr)) {
            const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
            answers.push_back({message->nlmsg_seq, -error->error});
        } else {
            other(*message);
        }
    }
    return answers;
}

struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

// One for each question, so that nothing is left in it from the one before.
class Conversation {
  public:
    static Result<Conversation> open(const std::string& question);
    Result<std::string> receive();

  private:
    explicit Conversation(mnl_socket* socket) : socket_(socket) {}
    std::unique_ptr<mnl_socket, Close> socket_;
};

Result<Conversation> Conversation::open(const std::string& question) {
    const std::string purpose = "talk to netfilter";
    auto* socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
    if (!socket) return explain(purpose, errno);
    Conversation conversation(socket);
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
        setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        mnl_socket_sendto(socket, question.data(), question.size()) < 0)
        return explain(purpose, errno);
    return conversation;
}

Result<std::string> Conversation::receive() {
    std::string bytes(receive_size, '\0');
    const auto length = mnl_socket_recvfrom(socket_.get(), bytes.data(), bytes.size());
    if (length < 0) return explain("hear from netfilter", errno);
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

Result<std::vector<Rule>> read_rules(Family family) {
    auto conversation = Conversation::open(ask_rules(family));
    if (!conversation) return conversation.error();
    std::vector<Rule> rules;
    for (;;) {
        const auto bytes = conversation->receive();
        if (!bytes) return bytes.error();
        const auto answers = split(*bytes, [&](const nlmsghdr& message) {
            if (auto rule = parse_rule(message)) rules.push_back(*std::move(rule));
        });
        if (!answers) return answers.error();
        if (answers->empty()) continue;
        if (const auto code = answers->front().code) return explain(reading, code);
        return rules;
    }
}

// What answers the question is the thing itself.
Result<bool> exists(const std::string& question) {
    auto conversation = Conversation::open(question);
    if (!conversation) return conversation.error();
    const auto bytes = conversation->receive();
    if (!bytes) return bytes.error();
    const auto answers = split(*bytes, [](const nlmsghdr&) {});
    if (!answers) return answers.error();
    if (answers->empty()) return true;
    const auto code = answers->front().code;
    if (code && code != ENOENT) return explain(reading, code);
    return false;
}

} // namespace

Status commit(const std::vector<Change>& changes) {
    auto conversation = Conversation::open(batch(changes));
    if (!conversation) return conversation.error();
    for (;;) {
        const auto bytes = conversation->receive();
        if (!bytes) return bytes.error();
        const auto answers = split(*bytes, [](const nlmsghdr&) {});
        if (!answers) return answers.error();
        for (const auto& [sequence, code] : *answers) {
            // Of the marks around them: the transaction as a whole.
            const bool whole = sequence == 0 || sequence > changes.size();
            if (code)
                return explain(whole ? "change netfilter's rules" : changes[sequence - 1].purpose, code);
            if (sequence == changes.size()) return {};
        }
    }
}

Result<bool> target_exists(const Target& target, Family family) {
    return exists(ask_target(target, family));
}

Result<bool> chain_exists(const std::string& chain, Family family) {
    return exists(ask_chain(chain, family));
}

Result<std::vector<Rule>> present_rules(Family family) {
    auto rules = read_rules(family);
    for (int again = 0; !rules && rules.error().code == EINTR && again < 10; ++again)
        rules = read_rules(family);
    return rules;
}

} // namespace rtpengine::supervisor::netfilter
