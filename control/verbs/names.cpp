// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/names.h"

#include <algorithm>

#include "control/call/made_up_name.h"

namespace rtpengine::verbs {

void fill_in(Job& job, std::initializer_list<std::string ng::DialogueFlags::*> names) {
    const auto missing = [&](auto name) { return (job.flags().*name).empty(); };
    if (std::ranges::none_of(names, missing)) return;
    auto flags = std::make_shared<ng::Flags>(job.flags());
    for (const auto name : names)
        if (missing(name)) (*flags).*name = call::made_up_name();
    job.request.flags = std::move(flags);
}

} // namespace rtpengine::verbs
