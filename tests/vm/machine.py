# SPDX-License-Identifier: Apache-2.0
"""A virtual machine in software emulation. Its root is this machine's own, read-only by 9p, with a writable layer in
the guest's memory on top, and `overlay` in between: so every program of this machine is there at once."""
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BOOT_MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay"]
# Whatever the guest's own look at its log can't see any more, as it is dead.
FATAL = ("Kernel panic", "Oops", "BUG:")
# Slow hosts are no fault of the guest's.
PATIENCE = "watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=200"


def initramfs(kernel, out):
    """busybox, the modules that lead to 9p, and the first program."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ("bin", "modules", "proc", "host", "overlay", "upper", "new"):
            (root / name).mkdir()
        shutil.copy(shutil.which("busybox"), root / "bin/busybox")
        shutil.copy(HERE / "guest/init", root / "init")
        for number, module in enumerate(module_files(kernel)):
            data = module.read_bytes()
            name = module.name.split(".")[0]
            (root / f"modules/{number:02}-{name}.ko").write_bytes(lzma.decompress(data) if module.suffix == ".xz" else data)
        names = subprocess.run(["find", ".", "-print0"], cwd=root, capture_output=True, check=True).stdout
        archive = subprocess.run(["cpio", "--null", "--create", "--format=newc", "--quiet"], cwd=root, input=names,
                                 capture_output=True, check=True).stdout
    out.write_bytes(archive)


def module_files(kernel):
    """Files of BOOT_MODULES with their dependencies, in the order in which they are loaded."""
    found = {}
    for module in BOOT_MODULES:
        lines = subprocess.run(["modprobe", "-d", kernel.root, "-S", kernel.release, "--show-depends", module],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        found |= {line.split()[1]: None for line in lines if line.startswith("insmod")}
    return [pathlib.Path(file) for file in found]


class Machine:
    """`folder`: for its console log, and what the guest leaves there; `overlay`: laid over this machine's root."""

    def __init__(self, kernel, overlay, folder, memory=1024, cpus=2, counting=False, accelerator="tcg"):
        self.kernel, self.overlay, self.folder = kernel, overlay, folder
        self.memory, self.cpus, self.counting, self.accelerator = memory, cpus, counting, accelerator
        folder.mkdir(parents=True, exist_ok=True)
        self.console = folder / "console.log"
        initramfs(kernel, folder / "initramfs")

    def command(self, program, environment):
        """`environment` reaches the program by way of the kernel's command line: no blanks."""
        assert not any(" " in value for value in environment.values())
        words = " ".join(f"{key}={value}" for key, value in {**environment, "PROGRAM": str(program)}.items())
        share = lambda tag, path: ["-virtfs", f"local,path={path},mount_tag={tag},security_model=none,readonly=on,"
                                   "multidevs=remap"]
        # erms: with instructions counted, a "rep" string instruction counts as many times as it repeats
        processor, clock = ("max,-erms,-fsrm", ["-icount", "shift=0"]) if self.counting else ("max", [])
        return ["qemu-system-x86_64", "-accel", self.accelerator, "-cpu", processor, *clock, "-smp", str(self.cpus),
                "-m", str(self.memory), "-nodefaults", "-no-user-config", "-nic", "none", "-display", "none",
                "-no-reboot", "-serial", f"file:{self.console}", "-chardev", "stdio,id=out,signal=off",
                "-serial", "chardev:out", "-kernel", str(self.kernel.image),
                "-initrd", str(self.folder / "initramfs"), *share("host", "/"), *share("overlay", self.overlay),
                "-append", f"console=ttyS0 loglevel=3 panic=-1 oops=panic nokaslr {PATIENCE} {words}"]

    def run(self, program, environment, seconds, line=print):
        """Boots, runs the program as the first one, gives every line of its output to `line`; its exit status,
        or what became of the machine."""
        status = None
        command = ["timeout", str(seconds), *self.command(program, environment)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            for raw in process.stdout:
                text = raw.decode(errors="replace").rstrip("\r\n")
                if text.startswith("VM-STATUS "):
                    status = int(text.split()[1])
                else:
                    line(text)
        return status if status is not None else self.fate(process.returncode, seconds)

    def fate(self, returncode, seconds):
        said = next((text for text in self.console.read_text(errors="replace").splitlines()
                     if any(word in text for word in FATAL)), None)
        if returncode == 124:
            return f"did not end within {seconds} s" + (f": {said}" if said else "")
        return said or f"QEMU left with status {returncode}"
