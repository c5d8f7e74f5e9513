// SPDX-License-Identifier: Apache-2.0
// The kernel module as its ABI describes it, in memory: messages in, answers out, packets counted. It
// forwards nothing.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

#include "dataplane/offload/abandoned.h"
#include "dataplane/offload/encode.h"
#include "dataplane/offload/offload.h"

namespace rtpengine::test {

struct FakePacket {
    std::uint8_t payload_type = 0;
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    std::uint64_t bytes = 172;
};

class FakeModule {
  public:
    struct Stream {
        rtpengine_stream rule{};
        std::vector<rtpengine_destination> destinations;
        rtpengine_counters in{};
        std::uint64_t to_userspace = 0, last_seen = 0;
        std::vector<rtpengine_payload_type_state> types;
        std::vector<rtpengine_source> sources;
        std::vector<std::uint64_t> heard; // of each, ns
        std::uint64_t other_packets = 0, other_bytes = 0, other_types = 0;
        std::vector<std::uint64_t> places; // streams that are counted for, of the first rule's destinations
        std::vector<rtpengine_counters> out; // by place
        std::vector<std::size_t> place_of;   // by destination
    };

    // As the ioctl: 0 or an errno; the answer replaces the message.
    int call(unsigned char* message);
    std::vector<unsigned char> list() const;

    // RTP to a local port: true if the kernel has taken it.
    bool packet(const Endpoint& local, const FakePacket& packet, std::uint64_t now_ns);
    // Likewise, but it is counted no sooner than they land; what is withdrawn is not final until then.
    bool packet_on_its_way(const Endpoint& local, const FakePacket& packet, std::uint64_t now_ns);
    void land();

    const Stream* find(const Endpoint& local) const;
    std::size_t size() const { return streams_.size(); }
    std::size_t withdrawn() const { return withdrawn_.size(); }
    // Somebody else's doing.
    void clear() { streams_.clear(), withdrawn_.clear(), on_their_way_.clear(); }
    void add(std::uint64_t id, const Endpoint& local);

    int next_error = 0;     // of the next SET, instead of doing it
    Endpoint next_error_at; // of the next SET for it; unknown: for any
    bool reached = true;    // packets get to the module at all
    unsigned changes_in_a_row = 200;
    unsigned sets = 0, deletes = 0, late = 0; // late: packets that landed when their rule was withdrawn

  private:
    using Name = std::pair<std::uint64_t, Endpoint>;
    struct OnItsWay {
        Name name;
        FakePacket packet;
        std::uint64_t now_ns;
    };
    int set(unsigned char* message);
    int forget(const Name& name);
    Stream* known(const Name& name);
    bool is_final(const Name& name) const;
    std::vector<unsigned char> state_of(const Stream& stream) const;

    std::map<Endpoint, Stream> streams_;
    std::map<Name, Stream> withdrawn_;
    std::vector<OnItsWay> on_their_way_;
};

// What Kmod is for the real module.
class FakeTable : public offload::Offload {
  public:
    explicit FakeTable(FakeModule& module) : module_(module) {}

    std::string name() const override { return "kernel table 7"; }
    Result<std::optional<offload::Former>> push(const offload::Rule& rule, const offload::Start& start) override;
    Result<std::optional<offload::Former>> withdraw(const offload::Key& key) override;
    Result<offload::State> get(const offload::Key& key) override;
    Result<std::optional<offload::State>> collect(const offload::Key& key) override;
    void forget(const offload::Key& key) override;
    Result<bool> list_some(const offload::Visit& visit) override;
    std::optional<offload::State> latest_answer() const override { return std::nullopt; }
    bool tidy(std::uint64_t now_us, unsigned some) override;
    unsigned changes_in_a_row() const override { return module_.changes_in_a_row; }

  protected:
    virtual int call(unsigned char* message) { return module_.call(message); }

  private:
    FakeModule& module_;
    offload::Abandoned abandoned_;
    std::uint64_t now_us_ = 0;
    std::vector<unsigned char> message_ = std::vector<unsigned char>(offload::message_capacity);
};

} // namespace rtpengine::test
