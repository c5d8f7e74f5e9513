#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian kernels with headers and the compiler that belongs to them, unpacked into a cache; nothing is installed.

`kernels.py [NAME...]` fetches what is missing: 6.1 (bookworm), 6.12 (trixie), sid (the newest). `debug` is built by
debug-kernel. apt runs with a root of its own, so that the machine's sources stay as they are. RTPENGINE_VM_CACHE names
another folder for the cache."""
import argparse
import lzma
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
SECURITY = os.environ.get("DEBIAN_SECURITY_MIRROR", "http://deb.debian.org/debian-security")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITES = {"6.1": [(MIRROR, "bookworm"), (SECURITY, "bookworm-security")],
          "6.12": [(MIRROR, "trixie"), (SECURITY, "trixie-security")],
          "sid": [(MIRROR, "sid")]}
SUITES["debug"] = SUITES["6.1"]
# With what they depend on (the compiler comes with the headers) this is all that kbuild calls.
TOOLS = ["linux-headers-amd64", "make", "bash", "dash", "coreutils", "sed", "grep", "mawk", "findutils", "diffutils"]


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(os.environ.get("RTPENGINE_VM_CACHE") or os.path.join(home, "rtpengine-vm"))


class Kernel:
    """`root`: unpacked packages; `image`: the uncompressed kernel; `release`: what uname -r says."""

    def __init__(self, name):
        self.name, self.folder = name, cache() / name
        self.root, self.image = self.folder / "root", self.folder / "vmlinux"

    @property
    def release(self):
        return (self.folder / "release").read_text().strip()

    @property
    def modules(self):
        return self.root / "usr/lib/modules" / self.release

    def complete(self):
        return (self.folder / "release").exists()

    def fetch(self):
        """Everything or, after an error, nothing."""
        if self.complete():
            return self
        if self.name == "debug":
            sys.exit("the debug kernel isn't built yet: run tests/vm/debug-kernel")
        print(f"fetching kernel {self.name} into {self.folder}", file=sys.stderr, flush=True)
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self.name}-", dir=cache()) as folder:
            new = pathlib.Path(folder, "new")
            apt = Apt(pathlib.Path(folder, "apt"), SUITES[self.name])
            release, image = apt.kernel()
            unpack([*apt.with_dependencies(TOOLS), *map(apt.download, image)], new / "root")
            (new / "vmlinux").write_bytes(uncompressed(image_file(new / "root", release).read_bytes()))
            subprocess.run(["depmod", "-b", new / "root", release], check=True)
            (new / "release").write_text(release + "\n")
            if not self.complete():
                shutil.rmtree(self.folder, ignore_errors=True)
                new.rename(self.folder)
        return self


def unpack_packages(packages, folder, suite="6.1"):
    """Packages without what they depend on, for a look into them. Everything or nothing."""
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="packages-", dir=cache()) as work:
        apt, new = Apt(pathlib.Path(work, "apt"), SUITES[suite]), pathlib.Path(work, "new")
        for package in packages:
            subprocess.run(["dpkg-deb", "-x", apt.download(package), new], check=True)
        new.rename(folder)


def unpack(packages, root):
    """Into a folder where programs can run by chroot. `packages`: files with all that they depend on."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "proc", "dev", "tmp", "module"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for link in ("bin", "sbin", "lib", "lib64"):
        (root / link).symlink_to(f"usr/{link}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
            subprocess.run(["tar", "-x", "--keep-directory-symlink", "-C", root], stdin=archive.stdout, check=True)
        if archive.returncode != 0:
            sys.exit(f"{package} is damaged")
    for program, stands_for in (("mawk", "awk"), ("dash", "sh")):  # maintainer scripts would have made these
        if not os.path.lexists(root / "usr/bin" / stands_for):
            (root / "usr/bin" / stands_for).symlink_to(program)


class Apt:
    """apt with sources, state and cache of its own."""

    def __init__(self, root, sources):
        self.root = root
        for folder in ("lists/partial", "archives/partial"):
            (root / folder).mkdir(parents=True)
        (root / "status").touch()
        (root / "sources.list").write_text("".join(
            f"deb [arch=amd64 signed-by={KEYRING}] {mirror} {suite} main\n" for mirror, suite in sources))
        self.run("apt-get", "-qq", "update", stdout=sys.stderr)

    def run(self, program, *arguments, **options):
        settings = {"Dir::Etc::SourceList": self.root / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
                    "Dir::Etc::Preferences": "/dev/null", "Dir::Etc::PreferencesParts": "/dev/null",
                    "Dir::State": self.root, "Dir::State::status": self.root / "status", "Dir::State::Lists":
                    self.root / "lists", "Dir::Cache": self.root, "Dir::Cache::archives": self.root / "archives",
                    "APT::Architecture": "amd64", "APT::Architectures": "amd64", "APT::Sandbox::User": "root",
                    "APT::Install-Recommends": "false", "Acquire::Languages": "none", "Acquire::Retries": "3",
                    "APT::Update::Post-Invoke": "", "APT::Update::Post-Invoke-Success": ""}
        switches = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        return subprocess.run([program, *switches, *arguments], check=True, stdin=subprocess.DEVNULL, **options)

    def depends(self, package):
        out = self.run("apt-cache", "depends", "--important", package, capture_output=True, text=True).stdout
        return [line.split()[-1] for line in out.splitlines() if "Depends: " in line]

    def kernel(self):
        """The newest kernel's release, and its packages: since 7.x there are several."""
        image = next(name for name in self.depends("linux-image-amd64") if name.startswith("linux-image-"))
        release = image.removeprefix("linux-image-")
        return release, [image, *(name for name in self.depends(image) if name.endswith(release))]

    def download(self, package):
        self.run("apt-get", "-qq", "download", package, cwd=self.root, stdout=sys.stderr)
        return next(self.root.glob(f"{package}_*.deb"))

    def with_dependencies(self, packages):
        self.run("apt-get", "-qq", "--download-only", "install", *packages, stdout=sys.stderr)
        return sorted((self.root / "archives").glob("*.deb"))


def image_file(root, release):
    places = [root / f"boot/vmlinuz-{release}", root / f"usr/lib/modules/{release}/vmlinuz"]  # the latter since 7.x
    return next(place for place in places if place.exists())


def uncompressed(image):
    """The ELF file inside a bzImage (Documentation/arch/x86/boot.rst): QEMU starts it at once, and unpacking takes
    seconds in software emulation. An image whose compression is unknown is left as it is."""
    setup_sectors = image[0x1f1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    payload = image[(setup_sectors + 1) * 512 + offset:][:length]
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd") and shutil.which("zstd"):
        return subprocess.run(["zstd", "-dcq"], input=payload[:-4], capture_output=True, check=True).stdout
    return image


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["6.1"], choices=list(SUITES), metavar="NAME")
    for name in parser.parse_args().names:
        kernel = Kernel(name).fetch()
        print(f"{name}: {kernel.release} in {kernel.folder}")


if __name__ == "__main__":
    main()
