// SPDX-License-Identifier: Apache-2.0
#include "dataplane/offload/kmod.h"

#include <cerrno>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "dataplane/offload/encode.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::offload {

namespace {

constexpr std::size_t listing_size = 64 * 1024;
constexpr unsigned reads_in_a_row = 16;
static_assert(listing_size > RTPENGINE_MAX_STATE_SIZE);

} // namespace

bool lost(const Error& error) {
    switch (error.code) {
    case ENODEV:
    case EIO:
    case EBADF:
    case ENXIO:
    case ENOTTY: // what is open is no control file
    case EPERM:  // maps want CAP_BPF of us
    case EPROTO: // another version than the supervisor agreed with
        return true;
    default: return false;
    }
}

Kmod::Kmod(int table, Fd control, Fd list)
    : table_(table),
      control_(std::move(control)),
      list_(std::move(list)),
      buffer_((message_capacity + 7) / 8),
      message_(reinterpret_cast<unsigned char*>(buffer_.data()), message_capacity),
      listing_(listing_size) {}

std::string Kmod::name() const {
    return "kernel table " + std::to_string(table_);
}

std::string Kmod::if_bypassed() const {
    return "Is the module loaded, and does `iptables -S INPUT` (or ip6tables) show a rule `-j RTPENGINE` with this "
           "table's ID, before others that accept UDP?";
}

int Kmod::call() {
    int result;
    do
        result = ioctl(control_.get(), RTPENGINE_CALL, message_.data());
    while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

std::optional<Former> Kmod::former() const {
    const auto state = answered(message_);
    return state ? std::optional(Former{*state, false}) : std::nullopt;
}

Result<std::optional<Former>> Kmod::push(const Rule& rule, const Start& start) {
    const auto size = encode_set(rule, start, message_);
    const int code = call();
    const auto answer = code ? std::nullopt : former();
    if (rule.is_secured()) explicit_bzero(message_.data(), size);
    if (code)
        return Error{name() + " doesn't take a rule for " + rule.key.local.str() + ": " + std::strerror(code), code};
    return answer;
}

Result<std::optional<Former>> Kmod::withdraw(const Key& key) {
    encode_delete(key, message_);
    const int code = call();
    if (code == ENOENT) return std::optional<Former>{};
    if (code) return Error{name() + " doesn't give back the rule for " + key.local.str() + ": " + std::strerror(code), code};
    return former();
}

Result<State> Kmod::get(const Key& key) {
    encode_get(key, message_);
    const int code = call();
    const auto state = code ? std::nullopt : answered(message_);
    if (!state) return Error{name() + ": no state of " + key.local.str(), code ? code : EBADMSG};
    return *state;
}

Result<std::optional<State>> Kmod::collect(const Key& key) {
    const auto state = get(key);
    if (!state) return state.error();
    return state->final ? std::optional(*state) : std::nullopt;
}

void Kmod::forget(const Key& key) {
    abandoned_.forget(key);
    encode_forget(key, message_);
    (void)call(); // who is left is found as abandoned
}

bool Kmod::tidy(std::uint64_t now_us, unsigned some) {
    return abandoned_.tidy(now_us, some, [this](const Key& key) {
        encode_forget(key, message_);
        (void)call();
    });
}

Result<bool> Kmod::end_of_list(const Status& status) {
    const bool whole = listing_used_ == 0;
    listed_ = 0;
    listing_used_ = 0;
    if (!status) return status.error();
    if (!whole) return Error{"the kernel's list of streams ends within one", EBADMSG};
    return true;
}

// What is withdrawn is somebody's to collect.
void Kmod::listed(const State& state, const Visit& visit) {
    if (state.withdrawn) return abandoned_.found(state.key, us_of(BootClock::now()));
    abandoned_.forget(state.key);
    visit(state);
}

// A read gives a page or so.
Result<bool> Kmod::list_some(const Visit& visit) {
    for (unsigned reads = 0; reads < reads_in_a_row;) {
        const auto room = std::span(listing_).subspan(listing_used_);
        const auto got = pread(list_.get(), room.data(), room.size(), listed_);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return end_of_list(Error{"cannot read the streams of " + name() + ": " + std::strerror(errno), errno});
        if (got == 0) return end_of_list({});
        ++reads;
        listed_ += got;
        listing_used_ += static_cast<std::size_t>(got);
        const auto used = each_state(std::span(listing_).first(listing_used_), [&](const State& state) { listed(state, visit); });
        if (!used) return end_of_list(used.error());
        listing_used_ -= *used;
        std::memmove(listing_.data(), listing_.data() + *used, listing_used_);
    }
    return false;
}

} // namespace rtpengine::offload
