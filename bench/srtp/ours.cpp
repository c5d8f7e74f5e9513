// SPDX-License-Identifier: Apache-2.0
#include "bench/srtp/engine.h"
#include "dataplane/srtp/places.h"

namespace bench {

namespace {

using namespace rtpengine::srtp;

class Ours : public Engine {
  public:
    Ours(Session sender, Session receiver) : sender_(std::move(sender)), receiver_(std::move(receiver)) {}

    bool protect(Packets& in, Packets& out) override {
        turn_ = settle(turns_);
        return each(in, out, [&](Bytes from, std::span<std::uint8_t> to) {
            return Places(sent_).protect(sender_, Half::rtp, turn_, from, to);
        });
    }
    bool unprotect(Packets& in, Packets& out) override {
        turn_ = settle(turns_);
        return each(in, out, [&](Bytes from, std::span<std::uint8_t> to) {
            return Places(received_).unprotect(receiver_, Half::rtp, turn_, from, to);
        });
    }

  private:
    template <class Do> static bool each(Packets& in, Packets& out, Do run) {
        bool good = true;
        for (std::size_t i = 0; i < in.size(); ++i) {
            const auto outcome = run(Bytes{in[i].bytes.data(), in[i].size}, out[i].bytes);
            out[i].size = outcome.size;
            good &= static_cast<bool>(outcome);
        }
        return good;
    }

    Session sender_, receiver_;
    Turns turns_;
    Turn turn_ = begin(turns_);
    Source sent_[1], received_[1];
};

} // namespace

std::unique_ptr<Engine> ours(const Parameters& parameters) {
    auto sender = Session::make(parameters), receiver = Session::make(parameters);
    if (!sender || !receiver) return nullptr;
    return std::make_unique<Ours>(*std::move(sender), *std::move(receiver));
}

} // namespace bench
