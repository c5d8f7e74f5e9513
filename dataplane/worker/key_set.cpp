// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/key_set.h"

#include <utility>

#include "dataplane/srtp/fingerprint.h"

namespace rtpengine::dataplane {

Result<KeySet> KeySet::make(const Keys& keys, std::uint64_t fingerprint, const std::shared_ptr<srtp::RareCiphers>& rare) {
    KeySet made(keys, fingerprint);
    made.sessions_.reserve(keys.size());
    for (const auto& each : keys) {
        auto session = srtp::Session::make(each, rare);
        if (!session) return session.error();
        made.sessions_.push_back(*std::move(session));
    }
    return made;
}

// The last one who has it takes it out of the list.
Result<std::shared_ptr<KeySet>> KeySets::of(const KeySet::Keys& keys) {
    if (keys.empty()) return std::shared_ptr<KeySet>();
    for (const auto& each : keys)
        if (!each.valid()) return Error{"keys that can't be used: of an unknown suite, or not as long as it wants them", 0};
    const auto fingerprint = srtp::fingerprint(keys);
    if (!fingerprint) return fingerprint.error();
    if (const auto found = known_->find(*fingerprint); found != known_->end())
        if (auto known = found->second.lock(); known && known->keys() == keys) return known;
    auto made = KeySet::make(keys, *fingerprint, rare_);
    if (!made) return made.error();
    const auto forget = [known = std::weak_ptr(known_), fingerprint = *fingerprint](KeySet* set) {
        delete set;
        const auto list = known.lock();
        const auto found = list ? list->find(fingerprint) : Known::iterator();
        if (list && found != list->end() && found->second.expired()) list->erase(found);
    };
    const std::shared_ptr<KeySet> set(new KeySet(*std::move(made)), forget);
    (*known_)[*fingerprint] = set;
    return set;
}

} // namespace rtpengine::dataplane
