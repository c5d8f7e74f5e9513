/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

namespace making {

Step step(Kind kind, uint32_t side, int32_t result, bool rtcp, uint32_t room) {
    return {
        .kind = kind, .side = side, .rtcp = rtcp, .room = room, .result = result, .input = 0, .expected = 0};
}

Steps::Steps(const char* path) : file_(path, std::ios::binary) {
    file_.exceptions(std::ios::failbit | std::ios::badbit);
}

void Steps::add(Step step, const Bytes& input, const Bytes& expected) {
    step.input = input.size();
    step.expected = expected.size();
    put(bytes_of(step));
    put(input);
    put(expected);
    count++;
}

void Steps::note(const std::string& text) {
    add(step(Kind::note, 0, 0), Bytes(text.begin(), text.end()));
}

void Steps::put(const Bytes& bytes) {
    file_.write(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

} // namespace making
