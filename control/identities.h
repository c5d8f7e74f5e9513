// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/file_id.h"
#include "common/dtls/identity.h"
#include "link.pb.h"

namespace rtpengine {

// Who each instance is in DTLS: certificates, made once, and anew after a month. They lie in a file beside the calls, readable by
// nobody else, since calls of a former process were shown them. The one before goes on to be good for the calls that have it.
class Identities {
  public:
    static constexpr long renewed_after_s = 30L * 24 * 60 * 60, kept_for_s = 2 * renewed_after_s;

    // Takes over what a former process has left there, and makes what is missing. What can't be made is logged: that instance has none.
    Identities(std::string path, const link::ControlConfig& config);

    // Renews what is too old, and writes the file again if somebody has removed it. True: there is something new.
    bool look();

    // Of the instance, DER; empty: it has none.
    std::string certificate(const std::string& instance) const;
    // All of them, for the workers.
    std::vector<link::Identity> all() const;

  private:
    struct Owner {
        dtls::IdentityTerms terms;
        std::string ciphers;
        unsigned mtu;
        std::vector<dtls::Identity> identities; // the newest first
    };
    void read();
    void write();
    bool renew(const std::string& instance, Owner& owner);

    const std::string path_;
    FileId file_;
    bool failed_ = false; // to write it, and that was said
    std::map<std::string, Owner> owners_; // by instance
};

} // namespace rtpengine
