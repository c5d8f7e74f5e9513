// SPDX-License-Identifier: Apache-2.0
// The verb query.
#include "control/call/report.h"
#include "common/ng/coerce.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

// Reads its keys in their exact spelling, past flags and templates.
void query(const Job& job) {
    const auto to_tag = ng::text_of(job.request.body, "to-tag");
    const auto tag = to_tag.empty() ? ng::text_of(job.request.body, "from-tag") : to_tag;
    const auto& instance = *job.instance;
    auto keys = job.answer.keys();
    call::write_report(*job.call, tag, instance.reader(), instance.config().ssrc_reporting(), keys);
    job.answer.ok(std::move(keys));
}

} // namespace rtpengine::verbs
