// SPDX-License-Identifier: Apache-2.0
#include "common/child/seccomp.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <sched.h>
#include <seccomp.h>

namespace rtpengine::child {

namespace {

// By name: one that this architecture or libseccomp doesn't know is passed over.
constexpr const char* refused[] = {
    "execve", "execveat", "fork", "vfork",                                                    // programs, processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd", // others' memory
    "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "unshare", "setns", "open_by_handle_at", "quotactl", "quotactl_fd", "fanotify_init", "swapon", "swapoff",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "acct", // the kernel
    "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "lookup_dcookie", "iopl", "ioperm",
    "modify_ldt", "personality", "syslog", "add_key", "request_key", "keyctl", //
    "settimeofday", "stime", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup",
};

// By a process that traces us.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool leaks_are_looked_for = true;
#else
constexpr bool leaks_are_looked_for = false;
#endif

Error failed(const char* what, int code) {
    return {std::string("cannot ") + what + ": " + std::strerror(-code), -code};
}

// A thread is a clone, too. clone3() hides its flags behind a pointer; ENOSYS makes the C library use clone().
int restrict_clones(scmp_filter_ctx filter) {
    constexpr scmp_arg_cmp no_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0};
    const int clones = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, no_thread);
    return clones ? clones : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

} // namespace

Status refuse_system_calls() {
    if (leaks_are_looked_for) return {};
    const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
    if (!filter) return Error{"cannot make a filter of system calls", ENOMEM};
    // Both may be unknown to the kernel. Spectre's store bypass isn't our filter's concern, and its mitigation is dear.
    (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
    (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (const auto* name : refused) {
        const int call = seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR) continue;
        if (const int code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0); code && code != -EDOM)
            return failed("make a filter of system calls", code);
    }
    if (const int code = restrict_clones(filter.get())) return failed("make a filter of system calls", code);
    if (const int code = seccomp_load(filter.get())) return failed("load the filter of system calls", code);
    return {};
}

} // namespace rtpengine::child
