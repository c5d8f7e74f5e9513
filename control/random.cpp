// SPDX-License-Identifier: Apache-2.0
#include "control/random.h"

#include <string_view>

namespace rtpengine {

namespace {

std::string pick(std::mt19937_64& random, std::size_t length, std::string_view alphabet) {
    std::uniform_int_distribution<std::size_t> position(0, alphabet.size() - 1);
    std::string text(length, ' ');
    for (auto& character : text) character = alphabet[position(random)];
    return text;
}

} // namespace

std::string random_token(std::mt19937_64& random, std::size_t length) {
    return pick(random, length, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

std::string random_hex(std::mt19937_64& random, std::size_t length) { return pick(random, length, "0123456789abcdef"); }

} // namespace rtpengine
