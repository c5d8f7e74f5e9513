// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "dataplane/offload/bpf_maps.h"
#include "dataplane/offload/offload.h"
#include "dataplane/offload/retired.h"

namespace rtpengine::offload {

// The BPF program of bpf/forward.bpf.c. A rule that is to be replaced or withdrawn is sealed first: from then on its
// packets go through userspace, some µs long, and what it counted is final. It is retired after the answer lies in
// `message`, so whoever is killed in between leaves either a rule that nobody has touched, or a sealed one and what was
// asked for; the constructor of the successor completes that.
class Bpf final : public Offload {
  public:
    // `message`: at least message_capacity bytes, aligned to 8, that outlive us and the process.
    Bpf(BpfMaps maps, std::span<unsigned char> message);
    ~Bpf() override;
    Bpf(const Bpf&) = delete;
    Bpf& operator=(const Bpf&) = delete;
    static const std::size_t message_capacity;

    std::string name() const override { return "BPF"; }
    Result<std::optional<Former>> push(const Rule& rule, const Start& start) override;
    Result<std::optional<Former>> withdraw(const Key& key) override;
    Result<State> get(const Key& key) override;
    Result<bool> list_some(const Visit& visit) override;
    std::optional<State> latest_answer() const override;
    bool tidy(std::uint64_t now_us, unsigned some) override;
    std::string if_bypassed() const override;

  private:
    struct Request;
    State state_of(const forward_stream& stream) const;
    std::optional<Former> former() const;
    void begin(const forward_endpoint& local, const forward_generation& old);
    void end();
    void answer(const State& state);
    void complete();
    // The final state of a rule is the answer; `successor` goes on from it. 0, or an errno.
    int take_final(const forward_generation& generation, forward_stream& successor);
    int add(const Rule& rule, const forward_stream& stream);

    BpfMaps maps_;
    Retired retired_;
    std::span<unsigned char> message_;
};

} // namespace rtpengine::offload
