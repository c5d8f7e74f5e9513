// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/bpf.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <type_traits>

#include "common/base/clock.h"
#include "dataplane/offload/bpf_wire.h"

namespace rtpengine::offload {

namespace {

// At the front of the message, where Ledger::begin() clears it. `size` says that it is there, and of the same program.
struct Answer {
    std::uint64_t size;
    State state;
};
static_assert(std::is_trivially_copyable_v<State>);

std::uint64_t now_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t now_us() { return us_of(BootClock::now()); }

// The program reads CLOCK_MONOTONIC, coarse: it has no other clock that is as cheap.
std::uint64_t asleep_us() { return now_us() - now_ns(CLOCK_MONOTONIC) / 1000; }

// What a dead process wrote is there in its order, if the compiler leaves it in order.
void in_order() { std::atomic_signal_fence(std::memory_order_seq_cst); }

Error failed(const char* what, const Endpoint& local, int code) {
    return {std::string("BPF ") + what + " " + local.str() + ": " + std::strerror(code), code};
}

} // namespace

// Behind the answer: what is being changed. A new rule's serial is the old one's + 1; the first one's comes from the clock,
// which is ahead of all that there were: no change takes less than 1 ns.
struct Bpf::Request {
    std::uint64_t pending;
    forward_endpoint local;
    std::uint32_t reserved;
    forward_generation old; // there may have been none

    forward_generation next() const { return {old.id, old.serial + 1}; }
};

const std::size_t Bpf::message_capacity = sizeof(Answer) + sizeof(Request);

Bpf::Bpf(BpfMaps maps, std::span<unsigned char> message) : maps_(std::move(maps)), message_(message) {
    static_assert(sizeof(Answer) + sizeof(Request) <= 8128); // of state::Journal
    complete();
}

// ---- the message: what was asked for, and the answer ----

void Bpf::begin(const forward_endpoint& local, const forward_generation& old) {
    Request request{1, local, 0, old};
    auto* at = message_.data() + sizeof(Answer);
    std::memcpy(at + sizeof request.pending, &request.local, sizeof request - sizeof request.pending);
    in_order();
    std::memcpy(at, &request.pending, sizeof request.pending);
    in_order();
}

void Bpf::end() {
    in_order();
    const std::uint64_t nothing = 0;
    std::memcpy(message_.data() + sizeof(Answer), &nothing, sizeof nothing);
}

void Bpf::answer(const State& state) {
    const std::uint64_t size = sizeof(Answer);
    std::memcpy(message_.data() + offsetof(Answer, state), &state, sizeof state);
    in_order();
    std::memcpy(message_.data(), &size, sizeof size);
    in_order();
}

std::optional<State> Bpf::latest_answer() const {
    Answer answer;
    std::memcpy(&answer.size, message_.data(), sizeof answer.size);
    if (answer.size != sizeof answer) return std::nullopt;
    std::memcpy(&answer.state, message_.data() + offsetof(Answer, state), sizeof answer.state);
    return answer.state;
}

std::optional<Former> Bpf::former() const {
    const auto state = latest_answer();
    return state ? std::optional(Former{*state}) : std::nullopt;
}

// A predecessor was killed in the middle. A sealed rule doesn't come to life again: the change becomes a withdrawal,
// unless the new rule is in force already.
void Bpf::complete() {
    Request request;
    std::memcpy(&request, message_.data() + sizeof(Answer), sizeof request);
    if (request.pending != 1) return;
    const auto living = maps_.generation(request.local);
    const auto is_living = [&](const forward_generation& generation) {
        return living && living->id == generation.id && living->serial == generation.serial;
    };
    const auto old = maps_.stream(request.old);
    if (old && old->sealed) {
        answer(state_of(*old));
        if (is_living(request.old)) maps_.remove_generation(request.local);
        retired_.add(request.old, now_us());
    }
    if (!is_living(request.next())) maps_.remove_stream(request.next());
    end();
}

// ---- rules ----

std::string Bpf::if_bypassed() const {
    return "Do they arrive by another interface than those that carry the media addresses (`rtpengine-ctl status` names "
           "them), or as fragments?";
}

State Bpf::state_of(const forward_stream& stream) const {
    if (stream.n_destinations < 2) return from_bpf(stream, nullptr, asleep_us());
    const auto copies = maps_.copies(stream.generation);
    return from_bpf(stream, copies ? &*copies : nullptr, asleep_us());
}

int Bpf::take_final(const forward_generation& generation, forward_stream& successor) {
    if (const int code = maps_.seal(generation)) return code;
    int code = 0;
    const auto final = maps_.stream(generation, &code);
    if (!final) return code ? code : ENOENT;
    successor.sources = final->sources;
    successor.types = final->types;
    answer(state_of(*final));
    return 0;
}

int Bpf::add(const Rule& rule, const forward_stream& stream) {
    if (rule.destinations.size() > 1)
        if (const int code = maps_.add_copies(stream.generation, copies_to_bpf(rule, stream.generation))) return code;
    return maps_.add_stream(stream);
}

// The new rule is complete before the old one is sealed, but for what goes on where that one stops.
Result<std::optional<Former>> Bpf::push(const Rule& rule, const Start& start) {
    const auto local = to_bpf(rule.key.local);
    const auto refused = [&](int code) { return failed("doesn't take a rule for", rule.key.local, code); };
    int code = 0;
    const auto old = maps_.generation(local, &code);
    if (code) return refused(code);
    if (old && old->id != rule.key.id) return refused(EEXIST);
    auto stream = to_bpf(rule, old ? old->serial + 1 : now_ns(CLOCK_BOOTTIME), start.sources, now_ns(CLOCK_MONOTONIC));
    begin(local, {rule.key.id, stream.generation.serial - 1});
    code = add(rule, stream);
    if (!code && old) code = take_final(*old, stream);
    if (!code && old) code = maps_.change_stream(stream);
    if (!code) code = maps_.set_generation(local, stream.generation);
    if (code) maps_.remove_stream(stream.generation);
    else if (old) retired_.add(*old, now_us());
    end();
    if (code) return refused(code);
    return old ? former() : std::nullopt;
}

Result<std::optional<Former>> Bpf::withdraw(const Key& key) {
    const auto local = to_bpf(key.local);
    const auto stays = [&](int code) { return failed("doesn't give back the rule for", key.local, code); };
    int code = 0;
    const auto generation = maps_.generation(local, &code);
    if (code) return stays(code);
    if (!generation || generation->id != key.id) return std::optional<Former>{};
    begin(local, *generation);
    forward_stream successor{}; // there is none
    code = take_final(*generation, successor);
    if (!code) maps_.remove_generation(local);
    if (!code) retired_.add(*generation, now_us());
    end();
    if (code) return stays(code);
    return former();
}

Result<State> Bpf::get(const Key& key) {
    int code = 0;
    const auto generation = maps_.generation(to_bpf(key.local), &code);
    const auto stream = generation && generation->id == key.id ? maps_.stream(*generation, &code) : std::nullopt;
    if (!stream) return failed("has no state of", key.local, code ? code : ENOENT);
    return state_of(*stream);
}

// What is sealed belongs to a change that is under way, or was.
Result<bool> Bpf::list_some(const Visit& visit) {
    bool last = false;
    const int code = maps_.some_streams(last, [&](const forward_stream& stream) {
        if (stream.sealed) retired_.found(stream.generation, now_us());
        else visit(state_of(stream));
    });
    if (code) return Error{std::string("BPF doesn't list its streams: ") + std::strerror(code), code};
    return last;
}

bool Bpf::tidy(std::uint64_t now_us, unsigned some) { return retired_.tidy(maps_, now_us, some); }

// Nobody else knows of them; a program that holds one yet refuses it.
Bpf::~Bpf() { (void)retired_.tidy(maps_, UINT64_MAX, UINT_MAX); }

} // namespace rtpengine::offload
