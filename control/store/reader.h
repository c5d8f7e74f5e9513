// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "control/call/model.h"
#include "control/ports/interfaces.h"
#include "control/store/writer.h"
#include "store.pb.h"

namespace rtpengine::store {

// The parties in a record's parts behind those in it. A record of version 3 has no parts: they are written with its next change.
Status add_parts(const std::vector<std::string>& parts, Call& record);

// The call that a record was made of, with all parties, with its ports taken out of their pools. Errors: an interface, an address or a port
// is not ours any more, a port is taken, or the record can't be one of ours; nothing is taken then.
Result<std::shared_ptr<call::Call>> read(const Call& record, ports::Interfaces& interfaces);

call::Totals read_totals(const Totals& record);

} // namespace rtpengine::store
