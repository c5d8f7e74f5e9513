// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "common/base/escape.h"
#include "common/options/values.h"

namespace rtpengine::options {

namespace {

class Words {
  public:
    explicit Words(const std::vector<std::string>& words) : words_(words) {}

    Result<Values> parse() {
        for (; at_ < words_.size(); ++at_) {
            const std::string_view word = words_[at_];
            if (word == "--") break; // what follows are no options
            auto done = word.starts_with("--")                     ? long_option(word.substr(2))
                        : word.starts_with('-') && word.size() > 1 ? short_options(word.substr(1))
                                                                   : stray(word);
            if (!done) return done.error();
        }
        for (++at_; at_ < words_.size(); ++at_)
            if (auto done = stray(words_[at_]); !done) return done.error();
        return std::move(values_);
    }

  private:
    // As rtpengine does, but not in silence: often it is an option's value, which a blank has cut off.
    Status stray(std::string_view word) {
        values_.warn("'" + excerpt(word) + "' of the command line is no option: ignored");
        return {};
    }

    Status long_option(std::string_view word) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const auto* option = find(name);
        if (!option) return unknown(name);
        const auto shown = "--" + std::string(name);
        if (equals == std::string_view::npos) return take(*option, shown, std::nullopt);
        if (option->kind.type == Type::flag) return Error{"option " + shown + " takes no value"};
        return take(*option, shown, word.substr(equals + 1));
    }

    // "-fE", "-t 0", "-t0", "-fEt 0"
    Status short_options(std::string_view letters) {
        for (std::size_t i = 0; i < letters.size(); ++i) {
            const auto shown = "-" + std::string(1, letters[i]);
            const auto* option = find(letters[i]);
            if (!option) return Error{"unknown option " + shown};
            const bool takes_rest = option->kind.type != Type::flag && i + 1 < letters.size();
            const auto rest = takes_rest ? std::optional(letters.substr(i + 1)) : std::nullopt;
            if (auto taken = take(*option, shown, rest); !taken) return taken;
            if (option->kind.type != Type::flag) break;
        }
        return {};
    }

    Status take(const Option& option, const std::string& shown, std::optional<std::string_view> value) {
        if (option.kind.type == Type::flag) {
            value = "true";
        } else if (!value) {
            if (at_ + 1 >= words_.size()) return Error{"option " + shown + " needs a value"};
            value = words_[++at_];
        }
        auto added =
            values_.add(option, option.kind.repeatable ? trim(*value) : *value, Origin::command_line);
        return added ? added : Error{"option " + shown + ": " + added.error().message};
    }

    static Error unknown(std::string_view name) {
        const auto near = nearest(name);
        return {"unknown option --" + std::string(name) +
                (near.empty() ? "" : "; did you mean --" + std::string(near) + "?")};
    }

    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    Values values_;
};

} // namespace

Result<Values> parse_command_line(const std::vector<std::string>& words) {
    return Words(words).parse();
}

} // namespace rtpengine::options
