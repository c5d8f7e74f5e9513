// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/fd.h"
#include "common/options/settings.h"
#include "handover.pb.h"
#include "supervisor/indexes.h"
#include "supervisor/offload.h"
#include "supervisor/plan.h"
#include "supervisor/worker.h"

namespace rtpengine::supervisor {

// One instance as an operator sees it, as far as it outlives its processes: NG sockets, kernel table, groups of workers.
class Instance {
  public:
    // Of the supervisor; outlives its instances.
    struct Place {
        std::string runtime_dir;
        Indexes indexes;
    };

    // NG sockets, media addresses, kernel forwarding, media sockets, records; in this order. Undone on error.
    static Result<std::unique_ptr<Instance>> open(Place& place, options::InstanceSettings settings);
    // Goes on with what hand_over() gave. Its workers have no child yet; resume them in their order.
    static Result<std::unique_ptr<Instance>> resume(Place& place, const handover::Instance& from);
    handover::Instance hand_over() const;
    ~Instance();

    // What control is told; complete: sockets are bound, workers numbered.
    const link::InstanceConfig& config() const { return settings_.config; }
    const options::InstanceSettings& settings() const { return settings_; }
    const std::string& name() const { return config().name(); }
    std::list<Group>& groups() { return groups_; }
    std::vector<Worker*> workers() const;
    // What others are told of them.
    // Of `control`: it writes the announcements.
    std::vector<link::WorkerInfo> worker_infos(bool control) const;
    KernelStatus kernel() const;
    // Whether clients come by other ways than UDP. Once it has an edge process it keeps it.
    bool wants_edge() const;
    std::unique_ptr<Child>& edge() { return edge_; } // empty: there is none
    const std::unique_ptr<Child>& edge() const { return edge_; }
    std::string unguarded() const; // why others may bind to media ports that have no socket; empty: they may not

    // Changes that need no restart: new NG sockets are bound and new interfaces opened, whose workers the caller starts;
    // interfaces that are gone from `wanted` drain until take_interface(). Undone on error.
    Status change(options::InstanceSettings wanted);
    // NG sockets that `config()` doesn't name any more; after control has let go of them.
    void close_unused_listeners();
    // Takes an interface, or all, away. The workers still run; the instance lives until they are gone.
    std::vector<std::unique_ptr<Worker>> take_interface(const std::string& name);
    std::vector<std::unique_ptr<Worker>> take_workers();
    void drain(bool on) { settings_.config.set_draining(on); }

  private:
    Instance(Place& place, options::InstanceSettings settings) : place_(place), settings_(std::move(settings)) {}
    Status resume_group(const handover::Group& from);
    Status add_group(const std::vector<std::string>& interfaces);
    Status bind(link::InstanceConfig& config);
    void give_back(const std::vector<std::string>& interfaces);

    Place& place_;
    options::InstanceSettings settings_;
    std::vector<Fd> listeners_;
    std::optional<Offload> offload_;
    std::unique_ptr<Child> edge_; // made by the fleet
    std::list<Group> groups_; // before the table goes, its users do
};

} // namespace rtpengine::supervisor
