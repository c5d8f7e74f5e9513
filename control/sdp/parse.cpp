// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "control/budget.h"
#include "control/sdp/attributes.h"
#include "control/sdp/lines.h"
#include "control/sdp/model.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

const Error malformed{"Failed to parse SDP", 0};
const Error incomplete{"Incomplete SDP specification", 1};

// Takes the lines one by one; every handler answers whether the line may stand where it stands.
class Parser {
  public:
    explicit Parser(bool fragment) : fragment_(fragment), in_block_(fragment) {}

    Result<Session> run(std::string_view text) {
        while (!text.empty() && !session_.blank_line)
            if (!read_line(take_until(text, '\n'))) return over_ ? *over_ : malformed;
        if (!in_block_) return malformed;
        if (!end_block()) return *over_;
        order_attributes();
        if (!fragment_ && !std::ranges::all_of(session_.sections, usable)) return incomplete;
        return std::move(session_);
    }

  private:
    using Handler = bool (Parser::*)(std::string_view value);

    bool read_line(std::string_view line) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        session_.blank_line = line.empty();
        if (line.empty()) return true;
        if (line.size() < 2 || line[1] != '=') return false;
        const Handler handler = handler_of(line[0]);
        const bool fits = handler && (in_block_ || line[0] == 'v') && (this->*handler)(line.substr(2));
        untouched_ = false;
        return fits;
    }

    static Handler handler_of(char type) {
        switch (type) {
        case 'v': return &Parser::version;
        case 'o': return &Parser::origin;
        case 's': return &Parser::name;
        case 'i': return &Parser::information;
        case 'u': return &Parser::uri;
        case 'e': return &Parser::email;
        case 'p': return &Parser::phone;
        case 't': return &Parser::times;
        case 'c': return &Parser::connection;
        case 'b': return &Parser::bandwidth;
        case 'm': return &Parser::media;
        case 'a': return &Parser::attribute;
        case 'k':
        case 'r':
        case 'z': return &Parser::skip;
        default: return nullptr;
        }
    }

    bool in_media() const { return session_.sections.size() > block_start_; }
    Section& section() { return session_.sections.back(); }

    // Starts a session block. Of several the first one's origin counts, and the last one's other lines.
    bool version(std::string_view value) {
        if (trim(value) != "0") return false;
        if (!untouched_ && !end_block()) return false;
        Session fresh;
        fresh.origin = std::move(session_.origin);
        fresh.loop_ids = std::move(session_.loop_ids);
        fresh.sections = std::move(session_.sections);
        session_ = std::move(fresh);
        defaults_ = {};
        block_start_ = session_.sections.size();
        origin_seen_ = name_seen_ = times_seen_ = false;
        in_block_ = true;
        loop_id_.clear();
        return true;
    }

    bool end_block() {
        for (std::size_t i = block_start_; i < session_.sections.size(); ++i)
            if (inherited_ += inherit(session_.sections[i], defaults_);
                !within(budget::inherited, inherited_))
                return false;
        session_.loop_ids.push_back(loop_id_);
        return true;
    }

    bool within(const Budget& budget, std::size_t amount) {
        if (const auto allowed = budget.allows(amount); !allowed) over_ = allowed.error();
        return !over_;
    }

    bool origin(std::string_view value) {
        const auto read = read_origin(value);
        if (in_media() || origin_seen_ || !read) return false;
        if (session_.loop_ids.empty()) session_.origin = *read;
        return origin_seen_ = true;
    }

    bool name(std::string_view value) {
        if (!name_seen_) session_.name = value;
        return !in_media() && (name_seen_ = true);
    }

    bool times(std::string_view value) {
        if (!times_seen_) session_.times = value;
        return !in_media() && (times_seen_ = true);
    }

    bool set_first(std::optional<std::string>& target, std::string_view value) {
        if (!target) target = value;
        return true;
    }

    bool information(std::string_view value) {
        return set_first(in_media() ? section().information : session_.information, value);
    }
    bool uri(std::string_view value) { return !in_media() && set_first(session_.uri, value); }
    bool email(std::string_view value) { return !in_media() && set_first(session_.email, value); }
    bool phone(std::string_view value) { return !in_media() && set_first(session_.phone, value); }
    bool skip(std::string_view) { return true; }

    bool connection(std::string_view value) {
        auto& target = in_media() ? section().connection : defaults_.connection;
        if (target) return false;
        target = read_connection(value);
        return target.has_value();
    }

    bool bandwidth(std::string_view value) {
        add_bandwidth(in_media() ? section().bandwidth : session_.bandwidth, value);
        return true;
    }

    bool media(std::string_view value) {
        auto read = read_media(value);
        if (!read || !within(budget::sections, session_.sections.size() + 1)) return false;
        codecs_ += read->codecs.size();
        session_.sections.push_back(std::move(*read));
        return within(budget::codecs, codecs_);
    }

    bool attribute(std::string_view value) {
        std::string_view rest = value;
        Attribute attribute{std::string(take_until(rest, ':')), std::nullopt};
        if (attribute.name.size() < value.size()) attribute.value = rest;
        if (fragment_ && opens_section(attribute.name)) session_.sections.emplace_back();
        if (!in_media()) return session_attribute(std::move(attribute));
        section().add_attribute(value);
        return media_attribute(std::move(attribute));
    }

    // A fragment without m= lines: its sections begin with their identification or their first candidate.
    bool opens_section(std::string_view name) const {
        if (session_.sections.size() >= budget::sections.most) return false;
        if (!in_media()) return name == "mid" || name == "candidate";
        return name == "mid" && session_.sections.back().mid && session_.sections.back().type.empty();
    }

    bool session_attribute(Attribute attribute) {
        if (attribute.name == "group" && attribute.value)
            session_.groups.push_back(*attribute.value);
        else if (attribute.name == "rtpengine")
            loop_id_ = attribute.value.value_or("");
        else if (!read_attribute(attribute, Level::session, defaults_))
            session_.uninterpreted.push_back(std::move(attribute));
        return true;
    }

    bool media_attribute(Attribute attribute) {
        if (!read_attribute(attribute, Level::media, section()))
            section().uninterpreted.push_back(std::move(attribute));
        return true;
    }

    void order_attributes() {
        const auto feedback = [](const Attribute& attribute) { return attribute.name == "rtcp-fb"; };
        for (Section& section : session_.sections)
            std::stable_partition(section.uninterpreted.begin(), section.uninterpreted.end(), feedback);
    }

    static bool usable(const Section& section) {
        return section.port == 0 || (section.usable && section.connection);
    }

    Session session_;
    std::optional<Error> over_;   // what there is too much of
    std::size_t codecs_ = 0;      // of all sections
    std::size_t inherited_ = 0;   // bytes
    Section defaults_;            // session-level attributes and address of the current block
    std::string loop_id_;         // of the current block
    std::size_t block_start_ = 0; // its first section
    bool fragment_, in_block_;    // a fragment need not begin with v=
    bool untouched_ = true, origin_seen_ = false, name_seen_ = false, times_seen_ = false;
};

} // namespace

Result<Session> parse(std::string_view text, bool fragment) {
    if (text.size() > max_body) return malformed;
    return Parser(fragment).run(text);
}

} // namespace rtpengine::sdp
