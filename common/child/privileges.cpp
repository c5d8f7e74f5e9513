// SPDX-License-Identifier: Apache-2.0
#include "common/child/privileges.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <cap-ng.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/child/seccomp.h"
#include "link.pb.h"

namespace rtpengine::child {

namespace {

// Ids that the user namespace doesn't map (a container, `unshare -r`), or no right to change: we stay who we
// are, but lose the capabilities all the same.
Status stay(const std::string& name) {
    const int code = errno;
    if (code != EINVAL && code != EPERM)
        return Error{"cannot become user '" + name + "': " + std::strerror(code), code};
    log::warning("cannot become user '{}' here ({}): staying user {}", name, std::strerror(code), getuid());
    return {};
}

Status become(const std::string& name) {
    errno = 0;
    const passwd* user = getpwnam(name.c_str());
    if (!user) return Error{"there is no user '" + name + "'; name another one with --user", errno};
    // Groups first: setuid() takes the right to change them. Some user namespaces forbid setgroups()
    // altogether.
    if (setgroups(0, nullptr) < 0 && errno != EPERM) return cannot("drop supplementary groups");
    if (setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0) return stay(name);
    if (setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0) return stay(name);
    return {};
}

Status limit_capabilities(std::initializer_list<int> keep) {
    if (capng_get_caps_process() < 0) return cannot("read capabilities");
    unsigned kept = 0;
    for (const int cap : keep)
        if (capng_have_capability(CAPNG_PERMITTED, static_cast<unsigned>(cap))) kept |= 1U << cap;
    capng_clear(CAPNG_SELECT_CAPS);
    for (const int cap : keep)
        if (kept & 1U << cap)
            (void)capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                               static_cast<unsigned>(cap));
    if (capng_apply(CAPNG_SELECT_CAPS) < 0) return cannot("drop capabilities");
    return {};
}

// Only with CAP_SETPCAP; without it no_new_privs alone keeps us from gaining any.
void clear_bounding_set() {
    for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; ++cap)
        if (prctl(PR_CAPBSET_DROP, cap) < 0) return;
}

// Keys of calls are in memory. 1 is what turns off a program that takes dumps as well (core(5) has it of 0 for files only).
Status never_dump_core() {
    for (const rlim_t bytes : {1, 0}) { // who may have 0 only may not have 1
        const rlimit limit{bytes, bytes};
        if (setrlimit(RLIMIT_CORE, &limit) == 0) return {};
    }
    return cannot("turn core dumps off");
}

Status follow(pid_t supervisor) {
    // Last: every change of identity clears it.
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) return cannot("follow the supervisor");
    if (supervisor > 0 && getppid() != supervisor) return Error{"the supervisor is gone", ESRCH};
    return {};
}

} // namespace

Status enter(const link::Privileges& privileges, std::initializer_list<int> keep_caps) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return cannot("set no_new_privs");
    if (auto limited = never_dump_core(); !limited) return limited;
    clear_bounding_set();
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (geteuid() == 0 && !privileges.user().empty()) {
        if (prctl(PR_SET_KEEPCAPS, 1) < 0) return cannot("keep capabilities");
        if (auto changed = become(privileges.user()); !changed) return changed;
    }
    if (auto limited = limit_capabilities(keep_caps); !limited) return limited;
    // A change of user turns /proc/self over to root; the process is its user's own all
    // the same. Others of that user can't trace one that holds more capabilities than they do.
    (void)prctl(PR_SET_DUMPABLE, 1);
    if (auto followed = follow(privileges.supervisor_pid()); !followed) return followed;
    if (auto refused = refuse_system_calls(); !refused) log::warning("{}; going on without it", refused.error().message);
    return {};
}

} // namespace rtpengine::child
