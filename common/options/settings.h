// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/options/host.h"
#include "common/options/keyfile.h"
#include "common/options/netfilter.h"
#include "common/options/values.h"
#include "link.pb.h"

namespace rtpengine::options {

// One socket for all media ports, to which BPF steers; or one for each. Automatic: steered where that is possible.
enum class MediaSockets { automatic, steered, bound };

// What forwards in the kernel. Automatic: the module where it is loaded, else BPF; nothing without a table.
enum class Offload { automatic, kmod, bpf, none };

// One instance as it was asked for, validated and resolved. Its NG sockets are not bound yet (NgListener.fd is unset), its
// interfaces have no worker yet.
struct InstanceSettings {
    link::InstanceConfig config;
    bool no_fallback = false;
    Netfilter netfilter;
    std::uint32_t max_recv_iters = 0;
    MediaSockets media_sockets = MediaSockets::automatic;
    std::uint32_t workers_per_interface = 1;
    Offload offload = Offload::automatic;
};

// Everything that was asked for.
struct Settings {
    std::vector<InstanceSettings> instances; // at least one; their names differ
    link::LogConfig log;
    bool foreground = false;
    std::string pidfile, runtime_dir; // empty: none, the default
    std::string user;                 // of the children; empty: stay who we are
    std::string config_file;          // that was read; empty: none
    std::vector<std::string> warnings;
};

// `file` is null when none was read. The first error ends it.
Result<Settings> make_settings(const Values& values, const KeyFile* file, const Host& host,
                               const std::string& version);

// As it is written.
std::string_view word(MediaSockets sockets);
std::string_view word(Offload offload);

// The log's settings alone: known early, so that errors reach the log too.
link::LogConfig log_config(const Values& values);

} // namespace rtpengine::options
