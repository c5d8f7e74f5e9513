// SPDX-License-Identifier: Apache-2.0
// The only file of the control process that knows the JSON library.
#include "common/ng/json.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>


namespace rtpengine::ng {

namespace {

using Json = nlohmann::json;
using Members = std::vector<std::pair<std::string, std::optional<Value>>>;

// The last of equal keys wins, even when it is null: then the key is absent.
Dict without_duplicates(Members members) {
    std::unordered_set<std::string_view> seen;
    std::vector<bool> keep(members.size());
    for (std::size_t i = members.size(); i-- > 0;)
        keep[i] = seen.insert(members[i].first).second;
    std::vector<Dict::Member> kept;
    for (std::size_t i = 0; i < members.size(); ++i)
        if (keep[i] && members[i].second)
            kept.emplace_back(std::move(members[i].first), std::move(*members[i].second));
    return Dict(std::move(kept));
}

// Receives the library's events and builds our values. Returning false ends the parse with an error.
class Builder {
  public:
    explicit Builder(unsigned max_depth) : max_depth_(max_depth) {}
    std::optional<Dict> take() { return std::move(root_); }

    bool null() { return add(std::nullopt); }
    bool boolean(bool value) { return add(Value(value)); }
    bool number_integer(std::int64_t value) { return add(Value(value)); }
    bool number_unsigned(std::uint64_t value) {
        if (value > INT64_MAX) return add(Value(std::to_string(value)));
        return add(Value(static_cast<std::int64_t>(value)));
    }
    bool number_float(double, const std::string& written) { return add(Value(written)); }
    bool string(std::string& value) { return add(Value(std::move(value))); }
    bool binary(Json::binary_t&) { return false; }
    bool key(std::string& key) {
        open_.back().members.emplace_back(std::move(key), std::nullopt);
        return true;
    }
    bool start_object(std::size_t) { return open(true); }
    bool start_array(std::size_t) { return open(false); }
    bool end_object() {
        Dict dict = without_duplicates(std::move(open_.back().members));
        open_.pop_back();
        if (!open_.empty()) return add(Value(std::move(dict)));
        root_ = std::move(dict);
        return true;
    }
    bool end_array() {
        Value list(std::move(open_.back().list));
        open_.pop_back();
        return open_.empty() || add(std::move(list));
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

  private:
    struct Container {
        bool object;
        Members members{};
        List list{};
    };

    bool open(bool object) {
        if (open_.size() >= max_depth_) return false;
        open_.push_back({object});
        return true;
    }
    bool add(std::optional<Value> value) {
        if (open_.empty()) return true; // a scalar root: take() gives nothing
        auto& top = open_.back();
        if (top.object)
            top.members.back().second = std::move(value);
        else if (value)
            top.list.push_back(std::move(*value));
        return true;
    }

    unsigned max_depth_;
    std::vector<Container> open_;
    std::optional<Dict> root_;
};

} // namespace

Result<Dict> decode_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.size) return Error{"Failed to parse JSON document"};
    Builder builder(limits.depth);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) return Error{"Failed to parse JSON document"};
    auto dict = builder.take();
    if (!dict) return Error{"Could not decode JSON dictionary"};
    dict->set_number_text(NumberText::prefix);
    return std::move(*dict);
}

void append_json(std::string_view text, std::string& to) { to += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace rtpengine::ng
