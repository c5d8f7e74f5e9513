// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/print.h"

#include <algorithm>
#include <map>

#include "control/sdp/candidate.h"
#include "control/sdp/codec.h"
#include "control/sdp/edits.h"
#include "control/sdp/lines.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

std::string_view direction_name(Direction direction) {
    switch (direction) {
    case Direction::sendrecv: return "sendrecv";
    case Direction::sendonly: return "sendonly";
    case Direction::recvonly: return "recvonly";
    case Direction::inactive: return "inactive";
    }
    return "";
}

std::string address_and_type(const Address& address) {
    return std::string(address_type(address)).append(" ").append(address.known() ? address.str() : "0.0.0.0");
}

// Lines of the body under construction; attributes pass the edits of their section first. What edits add they
// add to every section: a body that grows past what may be read is given up.
class Writer {
  public:
    explicit Writer(const std::vector<SectionEdits>& edits) : all_(edits) { enter("global"); }

    void enter(std::string_view section_type) {
        const auto known = edits_.find(section_type);
        current_ = known != edits_.end() ? &known->second : &add_edits(section_type);
    }

    void line(std::string_view prefix, std::string_view text) {
        too_long_ = too_long_ || body_.size() + prefix.size() + text.size() > max_body;
        if (!too_long_) body_.append(prefix).append(text).append("\r\n");
    }

    void attribute(std::string_view text) {
        if (const auto edited = current_->apply(text)) line("a=", *edited);
    }
    void attribute(std::string name, std::string_view value) { attribute(name.append(":").append(value)); }

    void additions() {
        for (const std::string& text : current_->additions())
            line("a=", text);
    }

    void optional(std::string_view prefix, const std::optional<std::string>& text) {
        if (text) line(prefix, *text);
    }

    void bandwidth(const std::vector<Bandwidth>& all) {
        for (const Bandwidth& one : all)
            line("b=", one.type + ":" + one.value);
    }

    bool too_long() const { return too_long_; }
    std::string take() { return too_long_ ? std::string{} : std::move(body_); }

  private:
    const Edits& add_edits(std::string_view section_type) {
        return edits_.emplace(section_type, Edits(all_, section_type)).first->second;
    }

    const std::vector<SectionEdits>& all_;
    std::map<std::string, Edits, std::less<>> edits_; // by section type
    const Edits* current_ = nullptr;
    std::string body_;
    bool too_long_ = false;
};

std::string origin_line(const Origin& origin) {
    const auto or_else = [](const std::string& text, const char* other) {
        return text.empty() ? other : text;
    };
    return or_else(origin.username, "-") + " " + or_else(origin.session_id, "0") + " " +
           or_else(origin.version, "0") + " IN " + or_else(origin.address_type, "IP4") + " " +
           or_else(origin.address, "0.0.0.0");
}

std::string payload_types(const std::vector<Codec>& codecs) {
    std::string text;
    for (const Codec& codec : codecs)
        text += (text.empty() ? "" : " ") + std::to_string(codec.payload_type);
    return text;
}

std::string formats(const SectionOutput& output) {
    std::string text;
    if (output.rtp && !output.copy) text = payload_types(output.rejected ? output.refused : output.codecs);
    if (text.empty() && output.source) text = output.source->formats;
    return text.empty() ? "0" : text;
}

void print_codecs(Writer& writer, const std::vector<Codec>& codecs) {
    for (const Codec& codec : codecs) {
        const std::string tag = std::to_string(codec.payload_type) + " ";
        const std::string parameters = format_parameters(codec);
        if (!codec.name.empty()) writer.attribute("rtpmap", tag + codec.full());
        if (!parameters.empty()) writer.attribute("fmtp", tag + parameters);
        for (const std::string& feedback : codec.rtcp_fb)
            writer.attribute("rtcp-fb", tag + feedback);
    }
}

void print_extensions(Writer& writer, const SectionOutput& output) {
    if (output.extmap_allow_mixed) writer.attribute("extmap-allow-mixed");
    for (const Extension& extension : output.extensions)
        writer.attribute("extmap", std::to_string(extension_number(extension.id)) + " " + extension.name);
}

void print_direction(Writer& writer, const SectionOutput& output) {
    if (output.original_direction) writer.attribute(output.original_direction->line());
    if (output.direction) writer.attribute(direction_name(*output.direction));
}

void print_rtcp(Writer& writer, const SectionOutput& output) {
    if (output.rtcp) {
        std::string value = std::to_string(output.rtcp->port);
        if (output.rtcp->with_address) value.append(" IN ").append(address_and_type(output.connection));
        writer.attribute("rtcp", value);
    }
    if (output.rtcp_mux) writer.attribute("rtcp-mux");
}

void print_candidates(Writer& writer, const IceLines& ice) {
    for (const Candidate& candidate : ice.candidates)
        writer.attribute("candidate", candidate_value(candidate));
    if (ice.remote_candidates) writer.attribute("remote-candidates", *ice.remote_candidates);
    if (ice.end_of_candidates) writer.attribute("end-of-candidates");
}

void print_ice(Writer& writer, const IceLines& ice) {
    writer.attribute("ice-ufrag", ice.ufrag);
    writer.attribute("ice-pwd", ice.pwd);
    if (const auto options = join(ice.options); !options.empty()) writer.attribute("ice-options", options);
    print_candidates(writer, ice);
}

void print_copy(Writer& writer, const SectionOutput& output) {
    const auto pass = [&](std::string_view line) {
        if (line.substr(0, line.find(':')) != "end-of-candidates") writer.attribute(line);
    };
    if (output.source) output.source->each_attribute(pass);
    if (output.ice) print_candidates(writer, *output.ice);
}

void print_identification(Writer& writer, const SectionOutput& output) {
    if (output.mid) writer.attribute("mid", *output.mid);
    if (output.label) writer.attribute("label", *output.label);
    if (output.bundle_only) writer.attribute("bundle-only");
}

void print_attributes(Writer& writer, const SectionOutput& output) {
    if (output.rtp) print_codecs(writer, output.codecs);
    print_extensions(writer, output);
    if (output.source)
        for (const Attribute& attribute : output.source->uninterpreted)
            writer.attribute(attribute.line());
    print_direction(writer, output);
    if (output.rtp) print_rtcp(writer, output);
    for (const std::string& line : output.security)
        writer.attribute(line);
    if (output.ptime > 0) writer.attribute("ptime", std::to_string(output.ptime));
    if (output.maxptime > 0) writer.attribute("maxptime", std::to_string(output.maxptime));
    if (output.ice) print_ice(writer, *output.ice);
}

void print_twin(Writer& writer, const SectionOutput& output, bool after) {
    if (output.twin && output.twin->after == after)
        writer.line("m=", output.type + " 0 " + output.twin->protocol_text + " " + output.twin->formats);
}

void print_section(Writer& writer, const SectionOutput& output) {
    writer.enter(output.type);
    print_twin(writer, output, false);
    writer.line("m=", output.type + " " + std::to_string(output.port) + " " + output.protocol + " " +
                          formats(output));
    if (output.source) writer.optional("i=", output.source->information);
    writer.line("c=IN ", address_and_type(output.connection));
    if (output.source) writer.bandwidth(output.source->bandwidth);
    if (!output.copy || output.rejected) print_identification(writer, output);
    if (output.copy && !output.rejected) print_copy(writer, output);
    if (!output.copy && !output.rejected) print_attributes(writer, output);
    writer.additions();
    print_twin(writer, output, true);
}

void print_session(Writer& writer, const SessionOutput& output) {
    const Session* source = output.source;
    writer.line("v=", "0");
    writer.line("o=", origin_line(output.origin));
    writer.line("s=", output.name);
    if (source) {
        writer.optional("i=", source->information);
        writer.optional("u=", source->uri);
        writer.optional("e=", source->email);
        writer.optional("p=", source->phone);
        if (output.bandwidth) writer.bandwidth(source->bandwidth);
    }
    writer.line("t=", source ? source->times : "0 0");
    if (output.loop_id) writer.attribute("rtpengine", *output.loop_id);
    if (output.ice_lite) writer.attribute("ice-lite");
    for (const std::string& group : output.groups)
        writer.attribute("group", group);
    if (source && output.session_attributes)
        for (const Attribute& attribute : source->uninterpreted)
            writer.attribute(attribute.line());
    writer.additions();
}

} // namespace

std::string print(const SessionOutput& output, const std::vector<SectionEdits>& edits) {
    Writer writer(edits);
    print_session(writer, output);
    for (const SectionOutput& section : output.sections)
        if (!writer.too_long()) print_section(writer, section);
    return writer.take();
}

} // namespace rtpengine::sdp
