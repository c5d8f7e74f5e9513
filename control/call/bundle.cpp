// SPDX-License-Identifier: Apache-2.0
#include "control/call/bundle.h"

#include <algorithm>
#include <bitset>
#include <set>

#include "common/base/log.h"
#include "control/call/extensions.h"
#include "control/call/key_exchange.h"
#include "control/call/model.h"
#include "control/sdp/text.h"

namespace rtpengine::call {

namespace {

constexpr std::string_view semantics = "BUNDLE";
constexpr std::size_t longest_mid = 255, most_members = 64; // proto/link.proto: Sink.members

using Types = std::bitset<128>;

// The mids of a group, its head first. None: it is no bundle.
std::vector<std::string> mids_of(std::string_view group) {
    std::vector<std::string> mids;
    if (sdp::take_token(group) != semantics) return mids;
    for (auto mid = sdp::take_token(group); !mid.empty() && mids.size() < most_members; mid = sdp::take_token(group)) mids.emplace_back(mid);
    if (!mids.empty() && std::count(mids.begin(), mids.end(), mids.front()) > 1) mids.clear();
    return mids;
}

const Said* find_mid(const std::vector<Said>& said, const std::string& mid) {
    const auto found = std::ranges::find_if(said, [&](const Said& each) { return each.section->mid == mid; });
    return found == said.end() ? nullptr : &*found;
}

// Under SDES each section has keys of its own, and what comes to one port couldn't be told apart before it is opened; what isn't
// RTP (a data channel) has DTLS and ICE between the parties, and the head has ours.
bool shareable(const Said& said) {
    const auto& section = *said.section;
    return section.port && section.rtp() && !(is_secured(*said.media) && !section.fingerprint);
}

// Takes one section after the other; each is told apart from those before it.
class Group {
  public:
    explicit Group(const Said& head) : head_(head) { add_types(head); }

    // "": it joins; else why it can't.
    const char* join(const Said& said) {
        if (!shareable(said)) return "it is rejected, isn't RTP, or has SDES keys of its own";
        if (said.media->pairs != head_.media->pairs) return "it has another number of ports";
        const auto mid = find_extension(said.section->extensions, mid_extension);
        const bool told_by_mid = mid && mid == find_extension(head_.section->extensions, mid_extension) && said.section->mid->size() <= longest_mid;
        if (!told_by_mid && (types_ & types_of(said)).any()) return "packets can't be told apart";
        add_types(said);
        return "";
    }

  private:
    static Types types_of(const Said& said) {
        Types types;
        for (const auto& codec : said.section->codecs)
            if (codec.payload_type >= 0 && codec.payload_type < 128) types.set(static_cast<std::size_t>(codec.payload_type));
        return types;
    }
    void add_types(const Said& said) { types_ |= types_of(said); }

    const Said& head_;
    Types types_;
};

void take_group(const std::vector<Said>& said, const std::vector<std::string>& mids) {
    const auto* head = mids.empty() ? nullptr : find_mid(said, mids.front());
    if (!head || !shareable(*head)) return;
    Group group(*head);
    head->media->bundle = head->media->index;
    for (std::size_t i = 1; i < mids.size(); ++i) {
        const auto* member = find_mid(said, mids[i]);
        if (!member || member->media->bundle) continue;
        if (const auto* reason = group.join(*member); *reason)
            log::record(log::Level::notice, log::Subsystem::control, {head->media->party->call->id}, "section {} is not bundled: {}", member->media->index, reason);
        else member->media->bundle = head->media->index;
    }
}

void dissolve(Party& party) {
    for (auto& media : party.medias) media->bundle = 0, media->bundle_asked = media->bundle_unsaid = false;
}

// Who has been shown one port goes on sending there.
void keep_quiet(Party& party) {
    for (auto& media : party.medias) media->bundle_unsaid = media->bundle != 0;
}

bool in_use(const Media& media) { return !media.rejected && !media.removed; }

// The identifier that all have for it, or one that nobody uses.
unsigned choose_mid_extension(const Party& party) {
    std::bitset<15> used;
    for (const auto& media : party.medias) {
        for (unsigned id = 1; id < used.size(); ++id) used[id] = used[id] || media->extensions.stripped[id];
        for (const auto& extension : media->extensions.shown) {
            const auto number = static_cast<unsigned>(sdp::extension_number(extension.id));
            if (find_extension({extension}, mid_extension)) return number;
            if (number < used.size()) used.set(number);
        }
    }
    for (unsigned id = 1; id < used.size(); ++id)
        if (!used[id]) return id;
    return 0;
}

void show_mid_extension(Media& media, unsigned id) {
    auto& shown = media.extensions.shown;
    if (!id || !sdp::is_rtp(media.protocol) || find_extension(shown, mid_extension)) return;
    shown.push_back({std::to_string(id), std::string(mid_extension)});
}

void give_mid(Media& media) {
    const auto taken = [&](const std::string& mid) {
        return std::ranges::any_of(media.party->medias, [&](const auto& other) { return other->mid == mid; });
    };
    auto mid = std::to_string(media.index);
    while (taken(mid)) mid.insert(0, "m");
    if (!media.mid) media.mid = mid;
}

std::string group_of(const Media& head, const std::vector<const Media*>& members) {
    auto group = std::string(semantics) + " " + head.mid.value_or("");
    for (const auto* member : members)
        if (member != &head && member->mid) group += " " + *member->mid;
    return group;
}

} // namespace

const Media& carrier(const Media& media) {
    const auto& all = media.party->medias;
    return media.bundle && media.bundle <= all.size() ? *all[media.bundle - 1] : media;
}

Media& carrier(Media& media) { return const_cast<Media&>(carrier(std::as_const(media))); }

std::vector<const Media*> sharers(const Media& media) {
    std::vector<const Media*> all;
    if (media.bundle != media.index) return all;
    for (const auto& each : media.party->medias)
        if (each->bundle == media.index) all.push_back(each.get());
    return all.size() > 1 ? all : std::vector<const Media*>{};
}

void take_bundles(const Terms& terms, const std::vector<std::string>& groups, const std::vector<Said>& said, Party& party) {
    const bool asked = std::ranges::any_of(party.medias, [](const auto& media) { return media->bundle_asked; });
    if (terms.offer ? !terms.flags.bundle_accept : !asked) {
        if (terms.flags.bundle_reject) keep_quiet(party);
        return;
    }
    dissolve(party);
    for (const auto& group : groups) take_group(said, mids_of(group));
}

void offer_bundle(const Terms& terms, Party& receiver) {
    const auto& flags = terms.flags;
    if (!terms.offer) return;
    if (flags.bundle_reject) dissolve(receiver);
    if (!flags.bundle_offer && !flags.bundle_require) return;
    const auto id = choose_mid_extension(receiver);
    const Media* head = nullptr;
    std::size_t members = 0; // others stay beside it
    for (auto& media : receiver.medias) {
        media->bundle_asked = in_use(*media) && members < most_members;
        if (!media->bundle_asked) continue;
        ++members;
        if (!head) head = media.get();
        give_mid(*media);
        show_mid_extension(*media, id);
        if (flags.bundle_require) media->bundle = head->index;
    }
}

void settle_bundles(Party& party) {
    for (auto& media : party.medias) {
        if (!in_use(*media)) media->bundle = 0;
        if (!media->bundle || in_use(carrier(*media))) continue;
        const auto former = media->bundle;
        for (auto& other : party.medias)
            if (other->bundle == former) other->bundle = media->index;
    }
}

std::vector<std::string> bundle_groups(const Terms& terms, const Party& party) {
    std::vector<std::string> groups;
    std::vector<const Media*> asked;
    for (const auto& media : party.medias)
        if (terms.offer && media->bundle_asked && in_use(*media)) asked.push_back(media.get());
    if (!asked.empty()) groups.push_back(group_of(*asked.front(), asked));
    for (const auto& media : party.medias) {
        if (!asked.empty() || media->bundle != media->index || media->bundle_unsaid) continue;
        auto members = sharers(*media);
        groups.push_back(group_of(*media, members));
    }
    return groups;
}

} // namespace rtpengine::call
