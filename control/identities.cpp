// SPDX-License-Identifier: Apache-2.0
#include "control/identities.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"
#include "store.pb.h"

namespace rtpengine {

namespace {

long age_s(const dtls::Identity& identity) { return static_cast<long>(std::time(nullptr) - dtls::valid_from(identity.certificate)); }

// One of the future is from before the clock was set.
bool is_new(const dtls::Identity& identity) {
    const auto age = age_s(identity);
    return age >= 0 && age < Identities::renewed_after_s;
}

// Under another name first: it is there as a whole or not at all. 0, or errno.
int write_whole(const std::string& path, const std::string& text) {
    const auto other = path + ".new";
    unlink(other.c_str());
    const Fd file(open(other.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return errno;
    const auto written = ::write(file.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) return written < 0 ? errno : ENOSPC;
    return rename(other.c_str(), path.c_str()) < 0 ? errno : 0;
}

} // namespace

Identities::Identities(std::string path, const link::ControlConfig& config) : path_(std::move(path)) {
    for (const auto& instance : config.instances()) {
        auto& owner = owners_[instance.name()];
        owner.terms = {instance.software_id(), instance.dtls_rsa_bits(), instance.dtls_sha1()};
        owner.ciphers = instance.dtls_ciphers();
        owner.mtu = instance.dtls_mtu();
    }
    read();
    look();
}

void Identities::read() {
    std::ifstream file(path_, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    store::Identities kept;
    if (!kept.ParseFromString(text)) return log::warning("{}: can't be parsed and is replaced; calls of a former process will see another certificate", path_);
    for (const auto& each : kept.identities())
        if (const auto owner = owners_.find(each.instance()); owner != owners_.end() && dtls::valid_from(each.certificate()))
            owner->second.identities.push_back({each.certificate(), each.key()});
    file_ = FileId::at(path_);
}

bool Identities::renew(const std::string& instance, Owner& owner) {
    auto& all = owner.identities;
    if (owner.mtu == 0) return false; // the configuration knows nothing of it
    if (!all.empty() && is_new(all.front())) return false;
    auto made = dtls::make_identity(owner.terms);
    if (!made) return log::err("{}: {}", instance, made.error().message), false;
    all.insert(all.begin(), *std::move(made));
    std::erase_if(all, [](const auto& each) { return age_s(each) > kept_for_s; });
    return true;
}

bool Identities::look() {
    bool any = false;
    for (auto& [instance, owner] : owners_) any |= renew(instance, owner);
    if (any || (file_ != FileId() && FileId::at(path_) != file_) || failed_) write();
    return any;
}

void Identities::write() {
    store::Identities kept;
    for (const auto& [instance, owner] : owners_)
        for (const auto& identity : owner.identities) {
            auto& each = *kept.add_identities();
            each.set_instance(instance);
            each.set_certificate(identity.certificate);
            each.set_key(identity.key);
        }
    const int code = write_whole(path_, kept.SerializeAsString());
    if (code && !failed_) log::err("{} can't be written ({}): after a restart of this process calls would see another certificate", path_, std::strerror(code));
    failed_ = code != 0;
    if (!failed_) file_ = FileId::at(path_);
}

std::string Identities::certificate(const std::string& instance) const {
    const auto found = owners_.find(instance);
    return found != owners_.end() && !found->second.identities.empty() ? found->second.identities.front().certificate : std::string();
}

std::vector<link::Identity> Identities::all() const {
    std::vector<link::Identity> all;
    for (const auto& [instance, owner] : owners_)
        for (const auto& identity : owner.identities) {
            auto& each = all.emplace_back();
            each.set_certificate(identity.certificate);
            each.set_key(identity.key);
            each.set_ciphers(owner.ciphers);
            each.set_mtu(owner.mtu);
        }
    return all;
}

} // namespace rtpengine
