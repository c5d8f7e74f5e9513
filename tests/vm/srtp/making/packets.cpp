/* SPDX-License-Identifier: Apache-2.0 */
#include "packets.h"

#include "chance.h"

namespace making {

namespace {

void put32(uint8_t* at, uint32_t value) {
    for (int n = 0; n < 4; n++)
        at[n] = value >> (24 - 8 * n);
}

} // namespace

Bytes rtp(uint32_t ssrc, uint16_t seq, unsigned payload) {
    unsigned csrcs = one_in(4) ? upto(15) : 0;
    unsigned extension = one_in(3) ? 4 + 4 * upto(20) : 0;
    Bytes packet(12 + 4 * csrcs + extension + payload);
    fill(packet);
    packet[0] = 0x80 | (extension ? 0x10 : 0) | csrcs;
    packet[2] = seq >> 8;
    packet[3] = seq;
    put32(&packet[8], ssrc);
    if (extension) put32(&packet[12 + 4 * csrcs], 0xbede0000 | (extension - 4) / 4);
    return packet;
}

Bytes rtcp(uint32_t ssrc, unsigned words) {
    Bytes packet(8 + 4 * words);
    fill(packet);
    put32(&packet[0], 0x80c80000 | (words + 1));
    put32(&packet[4], ssrc);
    return packet;
}

Bytes rtp_packet(uint32_t ssrc, uint16_t seq) {
    Bytes packet(172, seq);
    put32(&packet[0], 0x80000000 | seq);
    put32(&packet[8], ssrc);
    return packet;
}

unsigned payload_size() {
    return one_in(3) ? upto(1300) : one_in(8) ? upto(2) : 160;
}

uint16_t Sequence::next() {
    switch (upto(19)) {
    case 0: return highest_ - upto(30);
    case 1: return highest_ - upto(140);
    case 2: return highest_ - 120 - upto(16);
    case 3: return highest_ += 1 + upto(200);
    case 4: return highest_ += upto(20000);
    case 5: return one_in(4) ? highest_ - upto(20000) : ++highest_;
    default: return ++highest_;
    }
}

} // namespace making
