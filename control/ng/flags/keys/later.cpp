// SPDX-License-Identifier: Apache-2.0
// Keys of commands that are not built yet (recording, playback, DTMF, meshes): most values are kept as received.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

void keep(Reading& r, const Value& value) {
    r.flags.rest.add(r.key, value);
}

// `stop recording` takes it as a word, `play DTMF` as a time.
void pause(Reading& r, const Value& value) {
    const auto text = spelling(text_of(value));
    const bool wanted = text == "yes" || text == "on" || text == "true";
    if (r.operations & op_recording)
        r.flags.pause |= wanted;
    else
        keep(r, value);
}

void checked_media(Reading& r, const Value& value) {
    check_media(r, value);
    keep(r, value);
}

void checked_tags(Reading& r, const Value& value) {
    check_tags(r, value);
    keep(r, value);
}

constexpr KeyRow later_rows[] = {
    {"blob", op_any, keep},
    {"blob64", op_any, keep},
    {"body", op_any, keep},
    {"calls", op_any, keep},
    {"code", op_any, keep},
    {"db-id", op_any, keep},
    {"digit", op_any, keep},
    {"dtmf-delay", op_any, keep},
    {"dtmf-log-dest", op_any, keep},
    {"dtmf-log-destination", op_any, keep},
    {"dtmf-security", op_any, keep},
    {"dtmf-security-trigger", op_any, keep},
    {"dtmf-security-trigger-end", op_any, keep},
    {"duration", op_any, keep},
    {"end-trigger", op_any, keep},
    {"end-trigger-digits", op_any, keep},
    {"end-trigger-time", op_any, keep},
    {"file", op_any, keep},
    {"frequencies", op_any, keep},
    {"frequency", op_any, keep},
    {"instance", op_any, keep},
    {"limit", op_any, keep},
    {"media", op_any, checked_media},
    {"medias", op_any, checked_media},
    {"moh", op_any, keep},
    {"output-dest", op_any, keep},
    {"output-destination", op_any, keep},
    {"output-dir", op_any, keep},
    {"output-directory", op_any, keep},
    {"output-file", op_any, keep},
    {"output-folder", op_any, keep},
    {"output-path", op_any, keep},
    {"output-pattern", op_any, keep},
    {"pause", op_any, pause},
    {"record-call", oap, word<apply_record_call>},
    {"recording-dest", op_any, keep},
    {"recording-destination", op_any, keep},
    {"recording-dir", op_any, keep},
    {"recording-directory", op_any, keep},
    {"recording-file", op_any, keep},
    {"recording-folder", op_any, keep},
    {"recording-media-slot-answer", op_any, keep},
    {"recording-media-slot-offer", op_any, keep},
    {"recording-media-slots", op_any, keep},
    {"recording-path", op_any, keep},
    {"recording-pattern", op_any, keep},
    {"repeat-duration", op_any, keep},
    {"repeat-times", op_any, keep},
    {"start-pos", op_any, keep},
    {"tags", op_any, checked_tags},
    {"trigger", op_any, keep},
    {"trigger-end", op_any, keep},
    {"trigger-end-digits", op_any, keep},
    {"trigger-end-time", op_any, keep},
    {"volume", op_any, keep},
    {"vsc-pause-rec", op_any, keep},
    {"vsc-pause-recording", op_any, keep},
    {"vsc-pause-resume-rec", op_any, keep},
    {"vsc-pause-resume-recording", op_any, keep},
    {"vsc-start-pause-resume-rec", op_any, keep},
    {"vsc-start-pause-resume-recording", op_any, keep},
    {"vsc-start-rec", op_any, keep},
    {"vsc-start-recording", op_any, keep},
    {"vsc-start-stop-rec", op_any, keep},
    {"vsc-start-stop-recording", op_any, keep},
    {"vsc-stop-rec", op_any, keep},
    {"vsc-stop-recording", op_any, keep},
};
static_assert(sorted_by_name(std::span<const KeyRow>(later_rows)));

} // namespace

std::span<const KeyRow> later() { return later_rows; }

} // namespace rtpengine::ng::keys
