// SPDX-License-Identifier: Apache-2.0
// Keys and flags. The first byte chooses the command and how the rest comes: as a bencode or JSON request, as
// an rtpp_flags string, as one word of `flags`, or as a template.
#include "control/ng/flags.h"

#include "common/base/log.h"
#include "control/budget.h"
#include "control/ng/command_table.h"
#include "control/ng/framing.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

// The log would be most of the work.
struct Silence {
    Silence() {
        log::Settings settings;
        settings.thresholds.fill(-1);
        log::configure(settings);
    }
};

Dict request(unsigned form, std::string_view text, FlagDefaults& defaults) {
    Dict dict;
    if (form == 0) {
        if (auto decoded = decode(text)) dict = std::move(*decoded);
    } else if (form == 1) {
        dict.add("rtpp_flags", text);
    } else if (form == 2) {
        dict.add("flags", List{Value(text)});
    } else {
        defaults.templates.emplace_back("default", text);
    }
    return dict;
}

// What each section of a body is held against is no longer than the budget, however the request put it.
bool within_budget(const Flags& flags) {
    const sdp::CodecOperations& codec = flags.codec;
    std::size_t words = flags.supports.size() + flags.from_tags.size() + flags.media_remove.size();
    for (const auto* list : {&codec.strip, &codec.except, &codec.offer, &codec.ignore, &codec.transcode, &codec.mask, &codec.consume,
                             &codec.accept, &codec.set})
        words += list->size();
    for (const auto& section : flags.attribute_edits)
        words += section.edits.add.size() + section.edits.remove.size() + section.edits.substitute.size();
    return static_cast<bool>(budget::words.allows(words));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Silence silence;
    if (size == 0) return 0;
    const auto& command = command_table[(data[0] / 4) % command_count];
    FlagDefaults defaults;
    const auto dict = request(data[0] % 4, {reinterpret_cast<const char*>(data + 1), size - 1}, defaults);
    const auto flags = parse_flags(command.name, dict, defaults);
    if (flags && flags->direction.size() > 2) __builtin_trap();
    if (flags && !within_budget(*flags)) __builtin_trap();
    if (!flags && flags.error().message.empty()) __builtin_trap();
    return 0;
}
