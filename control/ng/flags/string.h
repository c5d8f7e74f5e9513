// SPDX-License-Identifier: Apache-2.0
// The grammar of rtpp_flags (specification section 3.6). What doesn't fit it is still read as something: no
// errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/ng/value.h"

namespace rtpengine::ng {

struct StringItem {
    std::string key; // "": `value` is a bare word
    Value value;
};

// Gives the items of the string one by one.
class StringReader {
  public:
    explicit StringReader(std::string_view text) : text_(text) {}
    std::optional<StringItem> next(); // nothing: the end

  private:
    Value value(unsigned depth);
    Value container(unsigned depth);
    void dict_member(Dict& dict, unsigned depth);
    std::string_view word(unsigned depth);
    std::string_view peek_word() const { return text_.substr(0, text_.find(' ')); }
    std::string_view take_key();
    bool skip_spaces();

    std::string_view text_;
    unsigned closed_ = 0; // containers that end where the last word ended
};

} // namespace rtpengine::ng
