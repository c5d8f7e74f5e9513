# SPDX-License-Identifier: Apache-2.0
"""What is tested: the module, built for the guest's kernel, and our programs as meson installs them."""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
MODULE = "xt_RTPENGINE"
PROGRAMS = ["rtpengine", "rtpengine-control", "rtpengine-dataplane", "rtpengine-ctl",
            "xtables/libxt_RTPENGINE.so", "tests/unit/dataplane/test-dataplane-bpf",
            "tests/unit/dataplane/test-dataplane-kmod"]
# Only this mount namespace sees the mounts; make finds headers and compiler where their packages put them.
BUILD = """set -e
mount --bind "$2" "$1/module"
mount --rbind /dev "$1/dev"
mount --rbind /proc "$1/proc"
root=$1 release=$3
shift 3
exec chroot "$root" make -s -j2 -C "/usr/src/linux-headers-$release" M=/module "$@" modules
"""


def build_module(kernel, work, source=TOP / "kmod" / MODULE, variables=()):
    """The module of `source` for a kernel, by the compiler that belongs to the kernel."""
    copy = work / "module"
    copy.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-ruLT", "--preserve=timestamps", source, copy], check=True)
    chroot = ["unshare", "--mount", "sh", "-c", BUILD, "sh", kernel.root, copy, kernel.release, *variables]
    if subprocess.run(chroot, stdout=sys.stderr).returncode != 0:
        sys.exit(f"{source.name} does not build for kernel {kernel.release}: see above")
    return next(copy.glob("*.ko"))


def overlay(kernel, build, work, module=None):
    """A folder to lay over the guest's root."""
    root = work / "root"
    shutil.rmtree(root, ignore_errors=True)
    modules = root / "usr/lib/modules" / kernel.release
    modules.mkdir(parents=True)
    (root / "lib").symlink_to("usr/lib")
    for file in kernel.modules.iterdir():
        if file.name == "kernel" or file.name.startswith("modules.builtin") or file.name == "modules.order":
            (modules / file.name).symlink_to(file)
    built = module or ((TOP / "kmod" / MODULE / "Kbuild").exists() and build_module(kernel, work))
    if built:
        (modules / "updates").mkdir()
        shutil.copy(built, modules / "updates")
        shutil.copy(build_module(kernel, work / "hold", HERE / "hold"), modules / "updates")
    subprocess.run(["depmod", "-b", root, kernel.release], check=True)
    install(build, root)
    for source in (HERE / "guest").glob("*.c"):
        compile(source, root)
    return root


def compile(source, root):
    """A helper of the tests in C, as vm-NAME."""
    program = root / "usr/local/bin" / f"vm-{source.stem}"
    subprocess.run(["cc", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program, source], check=True)


def install(build, root):
    """Our programs, brought up to date, and the extension, where `meson install` puts them."""
    if not (build / "build.ninja").exists():
        sys.exit(f"{build} is missing: configure it first (meson setup {build})")
    made = subprocess.run(["ninja", "-C", build, "-j2", *PROGRAMS], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"{build} does not build:\n{made.stdout[-4000:]}{made.stderr}")
    subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root.resolve()], check=True)
