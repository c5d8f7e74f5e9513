// SPDX-License-Identifier: Apache-2.0
// A dictionary of the protocol, written as it is made: what comes first stands first.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/ng/encoding.h"
#include "common/ng/value.h"

namespace rtpengine::ng {

class Writer {
  public:
    // `before`: what stands before the dictionary.
    explicit Writer(Encoding encoding, std::string before = {});

    // Members of the dictionary that was begun last and is not ended.
    void add(std::string_view key, std::string_view text);
    void add(std::string_view key, std::integral auto number) {
        name(key);
        write(static_cast<std::int64_t>(number));
    }
    void copy(std::string_view key, const Value& value);
    // `fill(writer)` adds the members.
    template <class Fill> void dict(std::string_view key, Fill fill) {
        name(key);
        within(true, fill);
    }
    template <class Fill> void list(std::string_view key, Fill fill) {
        name(key);
        within(false, fill);
    }

    // Likewise of a list.
    void item(std::string_view text);
    template <class Fill> void dict(Fill fill) {
        next();
        within(true, fill);
    }

    // Bytes by now.
    std::size_t size() const { return out_.size(); }
    // The document, which has no more members.
    std::string finish() &&;

  private:
    template <class Fill> void within(bool dict, Fill& fill) {
        begin(dict);
        fill(*this);
        end(dict);
    }
    void begin(bool dict);
    void end(bool dict);
    void next(); // before a member
    void name(std::string_view key);
    void write(std::int64_t number);
    void write(std::string_view text);
    void write(const Value& value);

    Encoding encoding_;
    std::string out_;
    bool first_ = true; // of its dictionary or list
};

// A whole one. JSON is compact, and bytes that are no UTF-8 are replaced.
std::string encode(Encoding encoding, const Dict& dict);

} // namespace rtpengine::ng
