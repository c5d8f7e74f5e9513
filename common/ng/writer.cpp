// SPDX-License-Identifier: Apache-2.0
#include "common/ng/writer.h"

#include <charconv>
#include <utility>

#include "common/ng/json.h"

namespace rtpengine::ng {

namespace {

constexpr std::size_t usual = 1024; // bytes of an answer

template <class Number> void append(std::string& out, Number number) {
    char text[20]; // the digits and the sign of 64 bits
    out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

} // namespace

Writer::Writer(Encoding encoding, std::string before) : encoding_(encoding), out_(std::move(before)) {
    out_.reserve(out_.size() + usual);
    begin(true);
}

std::string Writer::finish() && {
    end(true);
    return std::move(out_);
}

std::string encode(Encoding encoding, const Dict& dict) {
    Writer writer(encoding);
    for (const auto& [key, value] : dict) writer.copy(key, value);
    return std::move(writer).finish();
}

void Writer::add(std::string_view key, std::string_view text) {
    name(key);
    write(text);
}

void Writer::copy(std::string_view key, const Value& value) {
    name(key);
    write(value);
}

void Writer::item(std::string_view text) {
    next();
    write(text);
}

void Writer::begin(bool dict) {
    out_ += encoding_ == Encoding::json ? dict ? '{' : '[' : dict ? 'd' : 'l';
    first_ = true;
}

void Writer::end(bool dict) {
    out_ += encoding_ == Encoding::json ? dict ? '}' : ']' : 'e';
    first_ = false;
}

void Writer::next() {
    if (!std::exchange(first_, false) && encoding_ == Encoding::json) out_ += ',';
}

void Writer::name(std::string_view key) {
    next();
    write(key);
    if (encoding_ == Encoding::json) out_ += ':';
}

void Writer::write(std::int64_t number) {
    if (encoding_ == Encoding::json) return append(out_, number);
    out_ += 'i';
    append(out_, number);
    out_ += 'e';
}

void Writer::write(std::string_view text) {
    if (encoding_ == Encoding::json) return append_json(text, out_);
    append(out_, text.size());
    out_ += ':';
    out_ += text;
}

void Writer::write(const Value& value) {
    if (const auto* number = value.number()) write(*number);
    if (const auto* text = value.text()) write(std::string_view(*text));
    if (const auto* dict = value.dict()) {
        begin(true);
        for (const auto& [key, member] : *dict) copy(key, member);
        end(true);
    }
    if (const auto* list = value.list()) {
        begin(false);
        for (const auto& member : *list) next(), write(member);
        end(false);
    }
}

} // namespace rtpengine::ng
