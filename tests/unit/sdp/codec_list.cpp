// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec_list.h"

#include <algorithm>
#include <ctime>
#include <sstream>

#include <doctest/doctest.h>

#include "control/sdp/codec.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

// "PT[=NAME/RATE[/CHANNELS][;FMTP]] ..."; static payload types by number alone.
CodecList list(const std::string& text) {
    CodecList result;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        Codec codec;
        const auto equals = word.find('='), semicolon = word.find(';');
        const int payload_type = std::stoi(word.substr(0, equals));
        if (const Codec* known = static_codec(payload_type)) codec = *known;
        codec.payload_type = payload_type;
        if (equals != word.npos) REQUIRE(read_rtpmap(word.substr(equals + 1, semicolon - equals - 1), codec));
        if (semicolon != word.npos) codec.fmtp = word.substr(semicolon + 1);
        result.push_back(codec);
    }
    return result;
}

std::string numbers(const CodecList& codecs) {
    std::string text;
    for (const Codec& codec : codecs)
        text += (text.empty() ? "" : " ") + std::to_string(codec.payload_type);
    return text;
}

const std::string phone = "0 8 18 9 101=telephone-event/8000;0-15";
const std::string softphone = "96=opus/48000/2 97=speex/16000 98=speex/8000 0 8 101=telephone-event/48000 "
                              "99=telephone-event/16000 100=telephone-event/8000";

struct Offer {
    sdp::CodecOperations operations{};
    std::string previous{};
    bool static_codecs = false, reuse_codecs = false, allow_no_codec_media = false;
};

OfferResult offered(const std::string& text, const Offer& with) {
    const CodecList previous = list(with.previous);
    return offer_codecs({list(text), with.previous.empty() ? nullptr : &previous, with.operations,
                         with.static_codecs, with.reuse_codecs, with.allow_no_codec_media});
}
std::string shown(const std::string& text, const Offer& with) {
    return numbers(offered(text, with).receiver);
}

struct Answer {
    sdp::CodecOperations operations{};
    bool allow_asymmetric_codecs = false, single_codec = false, allow_no_codec_media = false,
         reuse_codecs = false;
};

CodecList answered(const std::string& original, const std::string& shown, const std::string& answer,
                   const Answer& with = {}) {
    return answer_codecs({list(answer), list(shown), list(original), with.operations,
                          with.allow_asymmetric_codecs, with.single_codec, false, with.allow_no_codec_media,
                          with.reuse_codecs})
        .offerer;
}
std::string told(const std::string& original, const std::string& answer, const Answer& with = {}) {
    return numbers(answered(original, original, answer, with));
}

sdp::CodecOperations strip(std::vector<std::string> strip, std::vector<std::string> offer = {},
                          std::vector<std::string> except = {}) {
    sdp::CodecOperations operations;
    operations.strip = std::move(strip);
    operations.offer = std::move(offer);
    operations.except = std::move(except);
    return operations;
}

} // namespace

TEST_CASE("an offer passes as it is") {
    CHECK(shown(phone, {}) == "0 8 18 9 101");
    CHECK(offered(phone, {}).sender.size() == 5);
    CHECK(shown("", {}).empty());
}

TEST_CASE("strip removes, offer brings back in its own order") {
    CHECK(shown(phone, {strip({"G729", "pcmu"})}) == "8 9 101");
    CHECK(shown(phone, {strip({"iLBC"})}) == "0 8 18 9 101");
    CHECK(shown(phone, {strip({"all"}, {"PCMA", "PCMU"})}) == "8 0");
    CHECK(shown(phone, {strip({"all"}, {"telephone-event", "G722"})}) ==
          "9 101"); // before the supplemental ones
    CHECK(shown(phone, {strip({}, {"PCMA"})}) == "0 8 18 9 101");
    CHECK(shown(phone, {strip({"all"}, {}, {"PCMA", "PCMU", "telephone-event"})}) == "0 8 101");
}

TEST_CASE("an empty list is restored unless the media may go") {
    CHECK(shown(phone, {strip({"all"})}) == "0 8 18 9 101");
    CHECK(shown(phone, {strip({"PCMU", "PCMA", "G729", "G722"})}) ==
          "0 8 18 9 101"); // events alone are no audio
    CHECK(shown(phone, Offer{.operations = strip({"all"}), .allow_no_codec_media = true}).empty());
}

TEST_CASE("supplemental codecs go with the last codec of their clock rate") {
    CHECK(shown(softphone, {strip({"opus"})}) == "97 98 0 8 99 100");
    CHECK(shown(softphone, {strip({"speex/8000"})}) == "96 97 0 8 101 99 100");
    CHECK(shown("0 8 13 101=telephone-event/8000", {strip({"PCMU"})}) == "8 13 101");
    CHECK(shown("0 101=telephone-event/48000", {strip({"GSM"})}) == "0 101"); // not touched
}

TEST_CASE("mask and consume hide from the receiver only") {
    Offer offer;
    offer.operations.mask = {"G722"};
    offer.operations.consume = {"PCMU"};
    CHECK(shown(phone, offer) == "8 18 101");
    CHECK(numbers(offered(phone, offer).sender) == "0 8 18 9 101");
    offer.operations = {};
    offer.operations.mask = {"all"};
    offer.operations.except = {"PCMA"};
    CHECK(shown(phone, offer) == "8");
}

TEST_CASE("ignore hides from ourselves only") {
    Offer offer;
    offer.operations.ignore = {"PCMU", "G722"};
    CHECK(shown(phone, offer) == "0 8 18 9 101");
    CHECK(numbers(offered(phone, offer).sender) == "8 18 101");
    offer.operations.ignore = {"all"};
    CHECK(numbers(offered(phone, offer).sender) == "0 8 18 9 101");
    offer.allow_no_codec_media = true;
    CHECK(offered(phone, offer).sender.empty());
}

TEST_CASE("transcode restores what all swept away") {
    Offer offer{strip({"all"})};
    offer.operations.transcode = {"PCMA"};
    CHECK(shown("0 8", offer) == "8");
    offer.operations.strip = {"full"};
    CHECK(shown("0 8", offer) == "0 8"); // would need a conversion; nothing is left, so all is
}

TEST_CASE("earlier lists stay or lead") {
    CHECK(shown("8 0", Offer{.previous = phone, .static_codecs = true}) == "0 8 18 9 101");
    CHECK(shown("8 0", Offer{.static_codecs = true}) == "8 0");
    CHECK(shown("0 8 18 101=telephone-event/8000",
                Offer{.previous = "8 101=telephone-event/8000", .reuse_codecs = true}) == "8 101 0 18");
}

TEST_CASE("an answer is cut to what was offered, in its own order and words") {
    CHECK(told(phone, "8 0 101=telephone-event/8000") == "8 0 101");
    CHECK(told("0 8", "18 0") == "0");
    CHECK(told("0 8 101=telephone-event/8000", "8 96=telephone-event/8000") == "8"); // another number
    const CodecList words = answered("96=Opus/48000/2;a", "96=Opus/48000/2;a", "96=OPUS/48000/2;b");
    CHECK(words[0].name == "OPUS");
    CHECK(words[0].fmtp == "b");
    CHECK(told("96=AMR/8000;octet-align=1 97=AMR/8000", "96=AMR/8000 97=AMR/8000") == "97");
}

TEST_CASE("an answered number without rtpmap is the offered codec") {
    const CodecList codecs = answered("96=iLBC/8000;mode=20", "96=iLBC/8000;mode=20", "96");
    REQUIRE(codecs.size() == 1);
    CHECK(codecs[0].full() == "iLBC/8000");
    CHECK_FALSE(codecs[0].fmtp);
}

TEST_CASE("other numbers are honoured with the flag") {
    const std::string offer = "106=opus/48000/2 0 101=telephone-event/8000",
                      answer = "96=opus/48000/2 101=telephone-event/8000";
    CHECK(told(offer, answer, {.allow_asymmetric_codecs = true}) == "96 101");
    CHECK(told(offer, answer) == "106"); // nothing in common: O keeps its first
}

TEST_CASE("what O offered is the measure, not only what A was shown") {
    CHECK(numbers(answered(phone, "8 0", "8 101=telephone-event/8000")) == "8 101");
    CHECK(numbers(answered("8 0 101=telephone-event/8000", phone, phone)) == "0 8 101"); // static codecs
}

TEST_CASE("without anything in common audio keeps O's first codec and other media pass") {
    CHECK(told("0", "18") == "0");
    CHECK(told("0 8 101=telephone-event/8000", "18 101=telephone-event/8000") == "0 101");
    CHECK(told("105=VP8/90000", "109=H264/90000 34") == "109 34");
    CHECK(told("0 8", "") == "0 8");
    CHECK(told("0 8", "18", {.allow_no_codec_media = true}).empty());
}

TEST_CASE("strip works on answers, with the offerer's supplemental codecs") {
    const Answer with{strip({"PCMU"})};
    const CodecList codecs = answered(phone, phone, "8 0 101=telephone-event/8000;0-16", with);
    CHECK(numbers(codecs) == "8 101");
    CHECK(codecs[1].fmtp == "0-15");
    CHECK(answered(phone, phone, "8 0 101=telephone-event/8000;0-16")[2].fmtp == "0-16");
    CHECK(told(phone, "0", with) == "0"); // never empty
}

TEST_CASE("single codec leaves the first one and its supplemental codecs") {
    CHECK(told(phone, "8 0 101=telephone-event/8000", {.single_codec = true}) == "8 101");
    CHECK(told(softphone, softphone, {.single_codec = true}) == "96 101");
}

TEST_CASE("reused codecs keep the order in which they were shown") {
    const std::string order = "8 101=telephone-event/8000 0 18";
    const Answer with{.single_codec = true, .reuse_codecs = true};
    CHECK(numbers(answered("0 8 18 101=telephone-event/8000", order, "0 8 101=telephone-event/8000", with)) ==
          "8 101");
}

namespace {

// "0=RTPMAP[;FMTP] 1=..."
std::string many(int count, const std::string& rtpmap_and_fmtp) {
    std::string text;
    for (int number = 0; number < count; ++number)
        text += std::to_string(number) + "=" + rtpmap_and_fmtp + " ";
    return text;
}

// Processor time of the best of five.
template <class Work> double seconds(Work work) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const std::clock_t start = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return best;
}

} // namespace

TEST_CASE("four times as many codecs take about four times as long, not sixteen times") {
    const auto answer =
        [](int count) { // AMR of either packetisation: no pair matches, each has much to look at
            const std::string separators(370, ';');
            const CodecList offer = list(many(count, "AMR/8000;" + separators + "octet-align=1")),
                            answer = list(many(count, "AMR/8000;" + separators + "octet-align=0"));
            return seconds([&] {
                CHECK(
                    answer_codecs({answer, offer, {}, {}, true, false, false, false, false}).offerer.size() >
                    0);
            });
        };
    const auto restore = [](int count) {
        const CodecList offer = list(many(count, "x/8000"));
        sdp::CodecOperations operations;
        operations.offer.assign(static_cast<std::size_t>(count) * 8, "x");
        return seconds([&] {
            CHECK(offer_codecs({offer, nullptr, operations, false, false, false}).receiver.size() ==
                  offer.size());
        });
    };
    CHECK(answer(128) < 10 * answer(32));
    CHECK(restore(128) < 20 * restore(32)); // each name with each codec: sixteen times, but no third factor
}
