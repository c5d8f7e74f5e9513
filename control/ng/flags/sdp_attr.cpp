// SPDX-License-Identifier: Apache-2.0
// sdp-attr and sdp-media-remove (specification sections 5.11 and 2.24).
#include "control/ng/flags/reading.h"

#include "common/ng/coerce.h"

namespace rtpengine::ng {

namespace {

enum class Command { add, remove, substitute };

constexpr Choice<Command> commands[] = {
    {"add", Command::add}, {"remove", Command::remove}, {"substitute", Command::substitute}};

constexpr Choice<std::string_view> section_types[] = {
    {"application", "application"}, {"audio", "audio"}, {"global", "global"}, {"image", "image"},
    {"message", "message"},         {"none", "global"}, {"text", "text"},     {"video", "video"},
};

constexpr Choice<std::string_view> removable_types[] = {
    {"application", "application"},
    {"audio", "audio"},
    {"image", "image"},
    {"message", "message"},
    {"other", "other"},
    {"text", "text"},
    {"video", "video"},
};

std::string attribute(std::string_view line) {
    if (line.starts_with("a=")) line.remove_prefix(2);
    return unescape(line);
}

sdp::AttributeEdits& edits_of(Flags& flags, std::string_view type) {
    for (auto& section : flags.attribute_edits)
        if (section.type == type) return section.edits;
    return flags.attribute_edits.emplace_back(sdp::SectionEdits{std::string(type), {}}).edits;
}

// "FROM>TO". The sign may not be the first or the only one that is needed: FROM can't be empty.
bool substitute(sdp::AttributeEdits& edits, std::string_view text) {
    const auto sign = text.find('>');
    if (sign == 0 || sign == std::string_view::npos) return false;
    edits.substitute.emplace_back(attribute(text.substr(0, sign)), attribute(text.substr(sign + 1)));
    return true;
}

// [FROM, TO]
bool substitute(sdp::AttributeEdits& edits, const List& pair) {
    if (pair.size() != 2 || text_of(pair[0]).empty() || !pair[1].text()) return false;
    edits.substitute.emplace_back(attribute(text_of(pair[0])), attribute(text_of(pair[1])));
    return true;
}

bool edit_text(sdp::AttributeEdits& edits, Command command, std::string_view text) {
    if (text.empty()) return false;
    if (command == Command::substitute) return substitute(edits, text);
    (command == Command::add ? edits.add : edits.remove).push_back(attribute(text));
    return true;
}

bool edit_member(sdp::AttributeEdits& edits, Command command, const Value& member) {
    if (command == Command::substitute && member.list()) return substitute(edits, *member.list());
    return edit_text(edits, command, text_of(member));
}

void edit_all(Reading& r, sdp::AttributeEdits& edits, Command command, const Value& value) {
    if (value.text()) {
        for (const auto& member : r.members(value))
            if (!edit_member(edits, command, member)) r.fail("invalid token given");
        return;
    }
    if (!value.list()) return r.fail("wrong content given");
    if (!r.take(value.list()->size())) return;
    for (const auto& member : *value.list())
        if (!edit_member(edits, command, member)) r.fail("invalid token given");
}

void edit_section(Reading& r, std::string_view type, const Value& value) {
    const auto* known = choose(section_types, type);
    if (!known) return r.fail("unsupported sdp section");
    if (!value.dict()) return r.fail("wrong content given");
    for (const auto& [name, list] : *value.dict()) {
        const auto* command = choose(commands, name);
        if (!command) return r.fail("unknown manipulation command");
        edit_all(r, edits_of(r.flags, *known), *command, list);
    }
}

} // namespace

void apply_sdp_attr(Reading& r, const Value& value) {
    if (!value.dict()) return r.fail("wrong type used");
    for (const auto& [type, section] : *value.dict())
        edit_section(r, type, section);
}

void add_sdp_attr(Reading& r, std::string_view command, std::string_view type_and_value) {
    const auto hyphen = type_and_value.find('-');
    const auto* type = choose(section_types, type_and_value.substr(0, hyphen));
    if (!type || hyphen == std::string_view::npos) return ignore(r, "sdp-attr", type_and_value);
    if (!edit_text(edits_of(r.flags, *type), *choose(commands, command), type_and_value.substr(hyphen + 1)))
        ignore(r, "sdp-attr", type_and_value);
}

void apply_media_remove(Reading& r, const Value& value) {
    if (!value.list()) return r.fail("wrong type used");
    for (const auto& member : *value.list()) {
        const auto* type = choose(removable_types, text_of(member));
        if (!type) return r.fail("unsupported sdp section");
        r.flags.media_remove.emplace_back(*type);
    }
}

} // namespace rtpengine::ng
