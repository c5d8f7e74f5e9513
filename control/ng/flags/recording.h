// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::ng {

struct RecordingFlags {
    bool record_call = false, record_call_stop = false, discard_recording = false, exclude_recording = false,
         skip_recording_db = false, recording_announcement = false, recording_vsc = false, siprec = false, pause = false;

    bool operator==(const RecordingFlags&) const = default;
};

} // namespace rtpengine::ng
