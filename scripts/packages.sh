# SPDX-License-Identifier: Apache-2.0
# Debian packages, to be sourced. Installs only what is missing, asks nothing, starts no service.

BUILD_PACKAGES="g++ meson ninja-build pkg-config libuv1-dev libzmq3-dev cppzmq-dev libprotobuf-dev protobuf-compiler
nlohmann-json3-dev libfmt-dev libcap-ng-dev libseccomp-dev libmnl-dev libxtables-dev libbpf-dev bpftool clang
libsystemd-dev liblmdb-dev libmimalloc-dev doctest-dev libssl-dev libsrtp2-dev iproute2"
# QEMU and what follows it are for the virtual machine, linux-headers for DKMS.
# kamailio holds the rtpengine module; clang with its runtime builds the fuzz targets.
TEST_PACKAGES="python3 python3-websocket curl openssl mandoc kamailio sip-tester ffmpeg baresip-core
chromium chromium-driver tcpdump strace iptables libclang-rt-14-dev llvm
qemu-system-x86 busybox-static cpio kmod nftables debian-archive-keyring zstd dkms linux-headers-amd64 sparse"
# Whatever listens by itself after an installation; the tests start their own.
SERVICES="kamailio rtpengine-daemon"

become_root() { # SCRIPT ARGUMENTS...
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || { echo "root is needed: run this as root or install sudo" >&2; exit 1; }
    exec sudo --preserve-env=CI,CONFORMANCE,CXX "$@"
}

missing_packages() { # NAMES... ; one a line
    for package in "$@"; do
        case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
        *" installed") ;;
        *) echo "$package" ;;
        esac
    done
}

# The maintainer scripts ask this file before they start a service.
hold_services() {
    [ ! -e /usr/sbin/policy-rc.d ] || return 0
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap release_services EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

release_services() {
    rm -f /usr/sbin/policy-rc.d
    trap - EXIT INT TERM
}

install_packages() { # NAMES...
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    echo "Installing with apt:" $missing
    export DEBIAN_FRONTEND=noninteractive
    held=no
    [ -e /usr/sbin/policy-rc.d ] || { hold_services; held=yes; }
    apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null
    # shellcheck disable=SC2086 # a list of words
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install \
        --no-install-recommends $missing </dev/null
    [ "$held" = no ] || release_services
    for service in $SERVICES; do # nor at the next boot, where it was us who installed it
        case " $(echo $missing) " in
        *" $service "*) systemctl disable "$service.service" >/dev/null 2>&1 || true ;;
        esac
    done
}
