// SPDX-License-Identifier: Apache-2.0
// Memory files of the supervisor's: their pages are there before they are used, and they can't shrink.
#pragma once

#include <cstddef>

#include "common/base/fd.h"
#include "common/base/result.h"

namespace rtpengine::state {

// `seals`: besides F_SEAL_SHRINK and F_SEAL_SEAL. `what` it has, for errors: no memory.
Result<Fd> make_memory_file(const char* name, std::size_t size, int seals, const char* what);
// Another descriptor of it that can't be written through.
Result<Fd> readable_memory_file(const Fd& file, const char* what);
// "cannot VERB the memory of WHAT", by errno.
Error memory_file_error(const char* verb, const char* what);

} // namespace rtpengine::state
