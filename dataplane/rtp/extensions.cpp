// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rtp/extensions.h"

#include <cstring>

namespace rtpengine::rtp {

namespace {

constexpr std::uint8_t has_extension = 0x10;
constexpr std::size_t block_header = 4; // profile, length in words

enum class Form { one_byte, two_byte, other };

Form form_of(std::uint16_t profile) {
    if (profile == 0xbede) return Form::one_byte;
    return (profile & 0xfff0) == 0x1000 ? Form::two_byte : Form::other;
}

// Of a packet: where its block begins, and what is in it.
struct Block {
    std::size_t begin;
    Form form;
    Bytes content;
};

std::optional<Block> block_of(Bytes packet) {
    const auto header = Packet::parse(packet);
    if (!header || !(packet[0] & has_extension)) return std::nullopt;
    const std::size_t begin = RTP_HEADER + 4u * (packet[0] & 0x0f);
    const auto size = header->header_size - begin - block_header;
    return Block{begin, form_of(rtp_be16(packet.data() + begin)), packet.subspan(begin + block_header, size)};
}

// Calls visit(id, whole, value) for each element, until it returns false or there is none that makes sense. True: all made sense.
template <class Visit> bool each_element(const Block& block, Visit visit) {
    auto rest = block.content;
    while (!rest.empty()) {
        if (rest[0] == 0) { // padding
            rest = rest.subspan(1);
            continue;
        }
        const bool short_form = block.form == Form::one_byte;
        if (short_form && rest[0] >> 4 == 15) return true; // RFC 8285 section 4.2: the end
        const std::size_t head = short_form ? 1 : 2;
        if (rest.size() < head) return false;
        const unsigned id = short_form ? rest[0] >> 4 : rest[0];
        const std::size_t size = short_form ? (rest[0] & 0x0fu) + 1u : rest[1];
        if (rest.size() < head + size) return false;
        if (!visit(id, rest.first(head + size), rest.subspan(head, size))) return true;
        rest = rest.subspan(head + size);
    }
    return true;
}

std::size_t append(std::span<std::uint8_t> to, std::size_t at, Bytes bytes) {
    if (!bytes.empty()) std::memcpy(to.data() + at, bytes.data(), bytes.size());
    return at + bytes.size();
}

// The elements that stay, behind `at`, and padding up to whole words. nullopt: it isn't known what they are.
std::optional<std::size_t> keep_others(const Block& block, const ExtensionIds& stripped, std::span<std::uint8_t> to, std::size_t at) {
    const auto begin = at;
    const bool good = each_element(block, [&](unsigned id, Bytes whole, Bytes) {
        if (!stripped[id]) at = append(to, at, whole);
        return true;
    });
    if (!good) return std::nullopt;
    while ((at - begin) % 4) to[at++] = 0;
    return at;
}

std::size_t copy(Bytes packet, std::span<std::uint8_t> to) { return append(to, 0, packet); }

} // namespace

std::optional<Bytes> find_extension(Bytes packet, unsigned id) {
    const auto block = block_of(packet);
    if (!block || block->form == Form::other) return std::nullopt;
    std::optional<Bytes> found;
    each_element(*block, [&](unsigned each, Bytes, Bytes value) {
        if (each == id) found = value;
        return !found;
    });
    return found;
}

std::size_t strip_extensions(const StrippedExtensions& stripped, Bytes packet, std::span<std::uint8_t> to) {
    const auto block = block_of(packet);
    if (!block || !stripped.any()) return copy(packet, to);
    const auto payload = packet.subspan(block->begin + block_header + block->content.size());
    auto end = append(to, 0, packet.first(block->begin + block_header));
    const auto content = end;
    if (!stripped.all) {
        const auto kept = block->form == Form::other ? std::nullopt : keep_others(*block, stripped.ids, to, end);
        if (!kept) return copy(packet, to);
        end = *kept;
    }
    const auto words = (end - content) / 4;
    to[content - 2] = static_cast<std::uint8_t>(words >> 8);
    to[content - 1] = static_cast<std::uint8_t>(words);
    if (words == 0) {
        to[0] &= static_cast<std::uint8_t>(~has_extension);
        end = block->begin;
    }
    return append(to, end, payload);
}

} // namespace rtpengine::rtp
