// SPDX-License-Identifier: Apache-2.0
#include "supervisor/worker.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/state/announcements.h"
#include "common/state/map.h"

namespace rtpengine::supervisor {

Result<std::unique_ptr<Worker>> Worker::make(Indexes& indexes, std::string interface, link::WorkerConfig config, std::uint32_t slots) {
    IndexLease index(indexes, config.index());
    auto records = state::Map::create(slots);
    if (!records) return records.error();
    auto readable = state::Map::readable(*records);
    if (!readable) return readable.error();
    auto announced = state::Announcements::create(slots);
    if (!announced) return announced.error();
    auto readable_announced = state::Announcements::readable(*announced);
    if (!readable_announced) return readable_announced.error();
    config.set_state_fd(records->get());
    auto worker = std::make_unique<Worker>(
        Worker{std::move(index), std::move(interface), std::move(config), *std::move(records), *std::move(readable), *std::move(announced),
               *std::move(readable_announced)});
    worker->renew_transit();
    return worker;
}

Result<std::unique_ptr<Worker>> Worker::resume(Indexes& indexes, const handover::Worker& from) {
    Fd records(from.config().state_fd());
    auto readable = state::Map::readable(records);
    if (!readable) return readable.error();
    Fd announced(from.announced_fd());
    auto readable_announced = state::Announcements::readable(announced);
    if (!readable_announced) return readable_announced.error();
    auto worker = std::make_unique<Worker>(
        Worker{IndexLease(indexes, from.config().index()), from.interface(), from.config(), std::move(records), *std::move(readable),
               std::move(announced), *std::move(readable_announced)});
    if (from.config().has_transit_fd()) worker->transit.reset(from.config().transit_fd());
    return worker;
}

void Worker::renew_transit() {
    transit.reset(memfd_create("rtpengine-transit", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (transit && fcntl(transit.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        config.set_transit_fd(transit.get());
    else
        config.clear_transit_fd();
}

} // namespace rtpengine::supervisor
