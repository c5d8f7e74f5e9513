// SPDX-License-Identifier: Apache-2.0
// The parts of Settings::instance.
#pragma once

#include "common/options/settings.h"

namespace rtpengine::options {

Result<link::InstanceConfig> make_instance(const Values& values, const KeyFile* file, const Host& host,
                                           const std::string& version);

// One entry for each socket: a port alone gives two.
Status add_listeners(link::InstanceConfig& instance, const Values& values, const Host& host);

// "listen-ng" and its fellows.
const char* option_of(link::Transport transport);

// How clients of those that are not UDP are received.
Status add_edge(link::InstanceConfig& instance, const Values& values, const Host& host);

// Logical interfaces in the order in which they are first named, and aliases.
Status add_interfaces(link::InstanceConfig& instance, const Values& values, const KeyFile* file,
                      const Host& host);

} // namespace rtpengine::options
