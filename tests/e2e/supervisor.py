#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The supervisor from its command line: supervisor.py RTPENGINE FAKE-CHILD ASK

Every test runs a copy of the real program with fake children beside it (see supervisor/fake_child.cpp), and waits for
events: a line of the log, the end of a process, an answer. As root everything is tested; as another user, what needs
root is skipped."""
import json
import os
import pathlib
import pwd
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from harness.net import die_with_parent

RTPENGINE, FAKE_CHILD, ASK = (pathlib.Path(p).resolve() for p in sys.argv[1:4])
SANITIZED = b"__asan_init" in RTPENGINE.read_bytes()  # the leak checker needs what is refused otherwise
ROOT = os.geteuid() == 0
PATIENCE = 30.0
CAP_SYS_RESOURCE = 24
NOBODY = pwd.getpwnam("nobody")
try:
    CHILD_USER = pwd.getpwnam("rtpengine")
except KeyError:
    CHILD_USER = NOBODY


def gone(pid, seconds=PATIENCE):
    """Whether the process ends in time."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], seconds)[0])
    finally:
        os.close(fd)


def process_field(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].split()
    raise KeyError(name)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    """A supervisor in the foreground, logging to stderr; its lines are read as they come."""

    def __init__(self, binary, arguments, **popen):
        self.process = subprocess.Popen([binary, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, preexec_fn=die_with_parent, **popen)
        self.text, self.read_to = "", 0

    def wait_for(self, text, seconds=PATIENCE):
        """Reads on until `text` comes; a later call looks behind it only."""
        deadline = time.monotonic() + seconds
        while (found := self.text.find(text, self.read_to)) < 0:
            left = deadline - time.monotonic()
            ready = select.select([self.process.stderr], [], [], max(left, 0))[0]
            data = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            if not data:
                raise AssertionError(f"{text!r} did not come ({'end' if ready else 'timeout'}):\n{self.text}")
            self.text += data.decode(errors="replace")
        self.read_to = found + len(text)

    def end(self, seconds=PATIENCE):
        """Exit code; the rest of the log is in .text"""
        self.text += self.process.communicate(timeout=seconds)[1].decode(errors="replace")
        return self.process.returncode

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.end()


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="supervisor-"))
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.dir.chmod(0o755)
        self.binary = self.dir / "rtpengine"
        shutil.copy(RTPENGINE, self.binary)
        for name in ("rtpengine-control", "rtpengine-dataplane"):
            shutil.copy(FAKE_CHILD, self.dir / name)
        self.runtime = self.dir / "run"
        self.port = free_port()

    def arguments(self, *more, runtime=True, interface="127.0.0.1"):
        return ["--config-file=none", "-f", "-E", f"--listen-ng=127.0.0.1:{self.port}", f"--interface={interface}",
                *([f"--runtime-dir={self.runtime}"] if runtime else []), *more]

    def start(self, *more, **keywords):
        daemon = Daemon(self.binary, self.arguments(*more, **keywords))
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("startup complete")
        return daemon

    def end_quietly(self, daemon):
        if daemon.process.poll() is None:
            daemon.process.kill()
        daemon.process.communicate()

    def refused(self, *expected, arguments=None, seconds=PATIENCE, **popen):
        """The program ends with 255 and one clear error that holds every one of `expected`."""
        daemon = Daemon(self.binary, self.arguments() if arguments is None else arguments, **popen)
        code = daemon.end(seconds)
        self.assertEqual(code, 255, daemon.text)
        lines = [line for line in daemon.text.splitlines() if line.startswith("Fatal error: ")]
        for text in expected:
            self.assertTrue(any(text in line for line in lines), f"{text!r} not in\n{daemon.text}")
        return daemon.text

    def does(self, child, what):
        (self.dir / f"{child}.does").write_text(what + "\n")

    def status(self):
        asked = subprocess.run([ASK, self.runtime / "supervisor.sock", "status"], capture_output=True, text=True)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
        return json.loads(asked.stdout)

    def child(self, name):
        return next(c for c in self.status()["children"] if c["name"] == name)


class Start(Case):
    def test_status_shows_what_runs(self):
        daemon = self.start("--interface=pub/127.0.0.2!203.0.113.1", "--table=0", "--offload=kmod", "-n::1:" + str(self.port))
        status = self.status()
        self.assertEqual(status["pid"], daemon.process.pid)
        self.assertEqual(status["runtime_dir"], str(self.runtime))
        instance = status["instances"][0]
        self.assertEqual(instance["listen_ng"], [f"127.0.0.1:{self.port}", f"[::1]:{self.port}"])
        self.assertEqual(instance["table"], 0)
        self.assertEqual([(i["name"], i["worker"]) for i in instance["interfaces"]],
                         [("default", "0/default"), ("pub", "0/pub")])
        self.assertEqual(instance["interfaces"][1]["addresses"],
                         [{"address": "127.0.0.2", "advertised": "203.0.113.1", "port_min": 30000, "port_max": 39999,
                           "present": True}])
        self.assertEqual([(c["name"], c["kind"], c["state"], c["restarts"]) for c in status["children"]],
                         [("control", "control", "up", 0), ("0/default", "worker", "up", 0), ("0/pub", "worker", "up", 0)])
        asked = subprocess.run([ASK, self.runtime / "supervisor.sock", "dance"], capture_output=True, text=True)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("unknown request; known: status, restart worker NAME", asked.stdout)

    def test_requests_wait_in_the_bound_socket(self):
        self.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", self.port))
            s.send(b"1 d7:command4:pinge")
            s.setblocking(False)
            self.assertRaises(BlockingIOError, s.recv, 100)  # and no ECONNREFUSED

    @unittest.skipUnless(ROOT, "root")
    def test_children_have_no_privileges(self):
        self.start()
        for child in self.status()["children"]:
            pid = child["pid"]
            if process_field(pid, "Uid")[0] != "0":  # a user namespace may not know any other user
                self.assertEqual(process_field(pid, "Uid"), [str(CHILD_USER.pw_uid)] * 4)
                self.assertEqual(process_field(pid, "Gid"), [str(CHILD_USER.pw_gid)] * 4)
            for field in ("CapPrm", "CapEff", "CapAmb"):
                self.assertEqual(int(process_field(pid, field)[0], 16), 0, field)
            self.assertEqual(process_field(pid, "NoNewPrivs"), ["1"])
            self.assertEqual(process_field(pid, "Seccomp"), ["0" if SANITIZED else "2"])
        self.assertEqual(self.runtime.stat().st_mode & 0o777, 0o700)

    def test_children_may_open_many_files(self):
        wanted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if int(process_field("self", "CapEff")[0], 16) >> CAP_SYS_RESOURCE & 1:
            wanted = max(wanted, min(1 << 20, int(pathlib.Path("/proc/sys/fs/nr_open").read_text())))
        self.start()
        for child in self.status()["children"]:
            limits = pathlib.Path(f"/proc/{child['pid']}/limits").read_text()
            line = next(l for l in limits.splitlines() if l.startswith("Max open files"))
            self.assertGreaterEqual(int(line.split()[3]), wanted)

    def test_nothing_is_inherited_but_what_was_passed_on(self):
        self.start()
        sockets = lambda pid: [os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir()
                               if os.readlink(f).startswith("socket:")]
        udp = pathlib.Path("/proc/net/udp").read_text().splitlines()
        inode = next(line.split()[9] for line in udp if line.split()[1].endswith(f":{self.port:04X}"))
        children = {c["name"]: c["pid"] for c in self.status()["children"]}
        self.assertIn(f"socket:[{inode}]", sockets(children["control"]))
        self.assertNotIn(f"socket:[{inode}]", sockets(children["-1/default"]))
        records = "/memfd:rtpengine-records (deleted)"  # each has one to read, a worker also one to write
        transit = "/memfd:rtpengine-transit (deleted)"  # a worker's
        for name, pid in children.items():
            names = [os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
            memory = [n for n in names if n.endswith("/lock") or "memfd" in n]
            wanted = [records] if name == "control" else [records, records, transit]
            self.assertEqual(sorted(memory), wanted, names)

    @unittest.skipUnless(ROOT, "root")
    def test_default_runtime_directory(self):
        daemon = self.start(runtime=False)
        (path,) = pathlib.Path("/run/rtpengine").glob(f"127.0.0.1:{self.port}*")
        self.assertEqual(path.parent.stat().st_mode & 0o777, 0o755)
        own = os.stat("/proc/self/ns/net").st_ino
        try:
            init = os.stat("/proc/1/ns/net").st_ino
        except PermissionError:
            init = None
        self.assertEqual(path.name, f"127.0.0.1:{self.port}" + ("" if own == init else f"@{own}"))
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(path.exists())

    def test_options_not_built_are_warned_about(self):
        daemon = self.start("--redis=127.0.0.1:6379/5", "--table=3", "--offload=kmod")
        self.assertIn("option redis is not built yet", daemon.text)
        self.assertIn("cannot create kernel table 3: /proc/rtpengine/control: No such file or directory", daemon.text)
        self.assertIn("forwarding in userspace", daemon.text)
        self.assertEqual(daemon.text.count("option redis"), 1)
        self.assertNotIn("homer", daemon.text)

    def test_service_manager_is_notified(self):
        address = str(self.dir / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.bind(address)
            s.settimeout(PATIENCE)
            environment = dict(os.environ, NOTIFY_SOCKET=address, WATCHDOG_USEC="200000")
            environment.pop("WATCHDOG_PID", None)
            daemon = Daemon(self.binary, self.arguments(), env=environment)
            self.addCleanup(self.end_quietly, daemon)
            heard = ""
            while "READY=1" not in heard or heard.count("WATCHDOG=1") < 3:
                heard += s.recv(4096).decode() + "\n"
            self.assertIn("STATUS=2 of 2 processes ready", heard)
            daemon.process.terminate()
            while "STOPPING=1" not in heard:
                heard += s.recv(4096).decode() + "\n"
            self.assertEqual(daemon.end(), 0)


class BadInput(Case):
    def test_version_and_help(self):
        for option in ("--version", "-h"):
            done = subprocess.run([self.binary, option], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(("Version: ", "Usage: ")))
        with open("/dev/full", "w") as full:
            self.assertEqual(subprocess.run([self.binary, "--help"], stdout=full).returncode, 255)

    def test_bad_options(self):
        for option, error in (("--listen-mg=1", "Bad command line: unknown option --listen-mg; did you mean --listen-ng?"),
                              ("--tos=256", "Bad command line: option --tos: '256' is out of range"),
                              ("--timeout=soon", "Bad command line: option --timeout: 'soon' is not a whole number"),
                              ("--port-min=0", "out of range"), ("--port-max=20", "port-max is below port-min"),
                              ("--endpoint-learning=x", "heuristic delayed immediate off"),
                              ("--log-facility=nowhere", "local7"), ("--listen-ng=127.0.0.1", "no port"),
                              ("--interface=0.0.0.0", "0.0.0.0"), ("--interface=nowhere.invalid", "nowhere.invalid"),
                              ("--user=no-such-user", "no-such-user" if ROOT else None), ("-Z", "unknown option -Z")):
            if error:
                with self.subTest(option):
                    self.refused(error, arguments=self.arguments(option))
        self.refused("--interface", arguments=["--config-file=none", "--listen-ng=1234"])
        self.refused("--listen-ng", arguments=["--config-file=none", "--interface=127.0.0.1"])

    def test_error_reaches_stderr_and_log(self):
        text = self.refused(arguments=self.arguments("--no-log-timestamps", "--interface=192.0.2.1"))
        self.assertIn("\nCRIT: [core] Fatal error: cannot use media address 192.0.2.1", "\n" + text)

    def test_config_file(self):
        conf = self.dir / "conf"
        options = ["-f", "-E", f"--config-file={conf}"]
        self.refused("cannot read the configuration file", "No such file", arguments=options)
        for text, error in (("x = 1\n", "line 1: 'x' stands before the first section"),
                            ("[other]\n", "no section [rtpengine]"),
                            ("[rtpengine]\n; x\n", "line 2"), ("[rtpengine]\nsip-source = yes\n", "'sip-source'"),
                            ("[rtpengine]\ntemplates = t\ninterface = 127.0.0.1\nlisten-ng = 1\n", "[t]")):
            with self.subTest(text):
                conf.write_text(text)
                self.refused(error, arguments=options)
        conf.write_text(f"[rtpengine]\ninterface = a/127.0.0.1 ; b/127.0.0.2\nlisten-ng = 127.0.0.1:{self.port}\n"
                        f"runtime-dir = {self.runtime}\nno-such-key = 7\n")
        daemon = Daemon(self.binary, options)
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("startup complete")
        self.assertEqual([c["name"] for c in self.status()["children"]], ["control", "-1/a", "-1/b"])

    @unittest.skipUnless(ROOT, "root")
    def test_unreadable_config_file(self):
        conf = self.dir / "conf"
        conf.write_text("[rtpengine]\n")
        conf.chmod(0o600)
        self.refused("Permission denied", arguments=[f"--config-file={conf}"], user="nobody", group=NOBODY.pw_gid)

    def test_no_fallback_without_kernel(self):
        self.refused("cannot create kernel table 0", "modprobe xt_RTPENGINE", "no-fallback",
                     arguments=self.arguments("-t0", "--no-fallback", "--offload=kmod"))


    def test_offload_that_can_not_be_had(self):
        self.refused("offload=kmod wants a kernel table", "no-fallback",
                     arguments=self.arguments("--offload=kmod", "--no-fallback"))
        self.refused("--offload", "auto kmod bpf none", arguments=self.arguments("--offload=fast"))
        daemon = self.start("--offload=kmod")
        self.assertIn("forwarding in userspace", daemon.text)
        self.assertEqual(self.status()["instances"][0]["kernel"]["state"], "failed")
        self.assertEqual(daemon.stop(), 0)
        self.start("--offload=none", "--table=0", "--no-fallback")
        self.assertEqual(self.status()["instances"][0]["kernel"]["state"], "off")

    @unittest.skipUnless(ROOT, "root")
    def test_bpf_without_its_capability(self):
        with_less = lambda *more: Daemon("setpriv", ["--bounding-set=-bpf,-sys_admin", str(self.binary),
                                                     *self.arguments(*more)])
        daemon = with_less("--offload=bpf", "--no-fallback")
        self.assertEqual(daemon.end(), 255, daemon.text)
        self.assertIn("cannot load the forwarding program", daemon.text)
        self.assertIn("missing: CAP_BPF", daemon.text)
        daemon = with_less("--table=0")  # neither the module nor BPF
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("startup complete")
        for text in ("missing: CAP_BPF", "cannot create kernel table 0", "forwarding in userspace"):
            self.assertIn(text, daemon.text)


class Conflicts(Case):
    def test_port_in_use(self):
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with self.subTest(address), socket.socket(family, socket.SOCK_DGRAM) as s:
                s.bind((address, 0))
                port = s.getsockname()[1]
                shown = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                self.refused("listen-ng", shown, "Address already in use", "another program",
                             arguments=self.arguments(f"--listen-ng={shown}"))
                self.assertFalse(self.runtime.exists())

    def test_address_not_on_this_host(self):
        self.refused("192.0.2.1", "interface pub", "not on this host", arguments=self.arguments("-ipub/192.0.2.1"))
        self.refused("192.0.2.1:9", "listen-ng", "not on this host", arguments=self.arguments("-n192.0.2.1:9"))
        self.assertFalse(self.runtime.exists())

    def test_second_instance(self):
        first = self.start()
        self.refused(f"another rtpengine (process {first.process.pid}) is running", str(self.runtime))
        self.refused("Address already in use", arguments=self.arguments(f"--runtime-dir={self.dir}/other"))
        self.assertEqual([c["state"] for c in self.status()["children"]], ["up", "up"])
        self.assertEqual(first.stop(), 0)

    def test_two_instances_side_by_side(self):
        self.start()
        port = free_port()
        other = Daemon(self.binary, ["--config-file=none", "-fE", f"-n{port}", "-i127.0.0.1", f"--runtime-dir={self.dir}/b",
                                     "--port-min=40000", "--port-max=40999"])
        self.addCleanup(self.end_quietly, other)
        other.wait_for("startup complete")
        self.assertEqual(other.stop(), 0)
        self.assertEqual([c["state"] for c in self.status()["children"]], ["up", "up"])

    def test_foreign_directory_is_left_alone(self):
        self.runtime.mkdir()
        (self.runtime / "precious").write_text("x")
        before = self.runtime.stat()
        self.refused("precious", "--runtime-dir")
        self.assertEqual((self.runtime.stat().st_mode, self.runtime.stat().st_uid), (before.st_mode, before.st_uid))
        self.assertTrue((self.runtime / "precious").exists())

    def test_runtime_directory_name_too_long(self):
        self.refused("too long", "--runtime-dir", arguments=self.arguments(f"--runtime-dir={self.dir}/{'x' * 100}"))

    @unittest.skipUnless(ROOT, "root")
    def test_without_privileges(self):
        user = {"user": "nobody", "group": NOBODY.pw_gid, "extra_groups": []}
        self.refused("cannot use the runtime directory /run/rtpengine", "--runtime-dir",
                     arguments=self.arguments(runtime=False), **user)
        self.dir.chmod(0o777)
        daemon = Daemon(self.binary, self.arguments(), **user)
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("startup complete")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.runtime.exists())
        low = self.arguments("--listen-ng=127.0.0.1:80")
        if int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) > 80:
            self.refused("127.0.0.1:80", "Permission denied", "1024", arguments=low, **user)

    def test_programs_missing(self):
        (self.dir / "rtpengine-dataplane").unlink()
        self.refused("cannot find the program rtpengine-dataplane")


class Faults(Case):
    def test_killed_child_is_restarted_at_once_then_more_slowly(self):
        daemon = self.start()
        for name in ("-1/default", "control"):
            old = self.child(name)["pid"]
            os.kill(old, signal.SIGKILL)
            daemon.wait_for(f"{name} (pid {old}) was killed by signal 9")
            daemon.wait_for(f"restarting {name} at once")
            daemon.wait_for(f"{name} is ready")
            child = self.child(name)
            self.assertNotEqual(child["pid"], old)
            self.assertEqual((child["state"], child["restarts"]), ("up", 1))
        os.kill(self.child("-1/default")["pid"], signal.SIGKILL)
        daemon.wait_for("restarting -1/default in 100 ms")
        daemon.wait_for("-1/default is ready")
        os.kill(self.child("-1/default")["pid"], signal.SIGSEGV)
        daemon.wait_for("restarting -1/default in 400 ms")
        daemon.wait_for("-1/default is ready")
        self.assertEqual(self.child("control")["restarts"], 1)

    def test_requests_survive_the_restart_of_control(self):
        daemon = self.start()
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", self.port))
            for _ in range(3):
                s.send(b"x")  # ECONNREFUSED of the one before would be raised here
            daemon.wait_for("control is ready")

    def test_hung_child_is_killed_and_restarted(self):
        daemon = self.start()
        pid = self.child("-1/default")["pid"]
        os.kill(pid, signal.SIGSTOP)
        daemon.wait_for(f"-1/default (pid {pid}) does not answer: killing it")
        daemon.wait_for("-1/default is ready")
        self.assertTrue(gone(pid))

    def test_standstill_of_the_supervisor_is_not_the_childrens_fault(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGSTOP)
        timer = select.select([], [], [], 7)  # longer than a child may be silent
        self.assertEqual(timer, ([], [], []))
        daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual([c["restarts"] for c in self.status()["children"]], [0, 0])
        self.assertNotIn("killing", daemon.text) # what happens at the end is another matter
        self.assertEqual(daemon.stop(), 0)

    def test_configuration_error_at_start_is_fatal(self):
        for child, name in (("rtpengine-control", "control"), ("rtpengine-dataplane", "-1/default")):
            with self.subTest(child):
                self.does(child, "config-error")
                text = self.refused(f"{name} can't work with its configuration")
                self.assertIn("the fake was told so", text)
                self.assertFalse(self.runtime.exists())
                self.does(child, "")

    def test_configuration_error_of_a_worker_later_is_final_for_it_alone(self):
        daemon = self.start("--interface=other/127.0.0.2")
        self.does("rtpengine-dataplane", "config-error")
        os.kill(self.child("-1/default")["pid"], signal.SIGKILL)
        daemon.wait_for("-1/default can't work with its configuration: not started again")
        states = {c["name"]: c["state"] for c in self.status()["children"]}
        self.assertEqual(states, {"control": "up", "-1/default": "failed", "-1/other": "up"})
        self.assertEqual(daemon.stop(), 0)

    def test_configuration_error_of_control_later_ends_everything(self):
        daemon = self.start()
        worker = self.child("-1/default")["pid"]
        self.does("rtpengine-control", "config-error")
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        self.assertEqual(daemon.end(), 255)
        self.assertIn("Fatal error: control can't work", daemon.text)
        self.assertTrue(gone(worker, 0))

    def test_not_ready_in_time(self):
        self.does("rtpengine-dataplane", "not-ready")
        self.refused("not ready after 20 seconds: -1/default (starting)", seconds=60)
        self.assertFalse(self.runtime.exists())

    def test_other_errors_at_start_are_tried_again(self):
        self.does("rtpengine-control", "fatal")
        daemon = Daemon(self.binary, self.arguments())
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("restarting control at once")
        self.does("rtpengine-control", "")
        daemon.wait_for("startup complete")

    def test_children_of_a_killed_supervisor_leave(self):
        daemon = self.start()
        children = [c["pid"] for c in self.status()["children"]]
        daemon.process.kill()
        for pid in children:
            self.assertTrue(gone(pid), f"process {pid} is still there")
        self.assertTrue((self.runtime / "lock").exists())
        again = self.start()  # cleans up what was left
        self.assertEqual(len(self.status()["children"]), 2)
        self.assertEqual(again.stop(), 0)


class End(Case):
    def test_sigterm_and_sigint_leave_nothing_behind(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                daemon = self.start()
                children = [c["pid"] for c in self.status()["children"]]
                daemon.process.send_signal(number)
                self.assertEqual(daemon.end(), 0)
                self.assertIn("shutting down", daemon.text)
                self.assertTrue(all(gone(pid, 0) for pid in children))
                self.assertFalse(self.runtime.exists())
                self.assertLess(daemon.text.index("control (pid", daemon.text.index("shutting down")),
                                daemon.text.index("-1/default (pid", daemon.text.index("shutting down")))

    def test_sigterm_while_starting(self):
        self.does("rtpengine-dataplane", "not-ready")
        daemon = Daemon(self.binary, self.arguments())
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("control is ready")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.runtime.exists())

    def test_child_that_does_not_end_is_killed(self):
        self.does("rtpengine-dataplane", "stubborn")
        daemon = self.start()
        pid = self.child("-1/default")["pid"]
        self.assertEqual(daemon.stop(), 0)
        self.assertIn(f"-1/default (pid {pid}) does not end: killing it", daemon.text)
        self.assertTrue(gone(pid, 0))

    def test_stopped_child_ends(self):
        daemon = self.start()
        os.kill(self.child("-1/default")["pid"], signal.SIGSTOP)
        self.assertEqual(daemon.stop(), 0)

    def test_sighup_with_an_unchanged_configuration_changes_nothing(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("the configuration has not changed")
        self.assertEqual([c["restarts"] for c in self.status()["children"]], [0, 0])
        self.assertEqual(daemon.stop(), 0)

    def test_log_levels_move_everywhere(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGUSR2)
        for _ in range(3):  # supervisor, control, worker
            daemon.wait_for("log level of core is now 7")
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        daemon.wait_for("control is ready")
        daemon.process.send_signal(signal.SIGUSR1)
        for _ in range(3):  # the new control process started with the raised level
            daemon.wait_for("log level of core is now 6")


class Background(Case):
    def daemonise(self, *more, log_stderr=False):
        arguments = [a for a in self.arguments(f"--pidfile={self.dir}/pid", *more) if a not in ("-f", "-E")]
        return subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=PATIENCE, cwd=self.dir)

    def test_parent_leaves_when_ready(self):
        self.does("rtpengine-dataplane", "babble")
        started = self.daemonise()  # returns at all: nobody holds on to our stderr
        self.assertEqual((started.returncode, started.stdout, started.stderr), (0, "", ""))
        text = (self.dir / "pid").read_text()
        self.assertTrue(text.endswith("\n"))
        pid = int(text)
        self.addCleanup(lambda: gone(pid, 0) or os.kill(pid, signal.SIGKILL))
        status = self.status()
        self.assertEqual(status["pid"], pid)
        self.assertEqual({c["state"] for c in status["children"]}, {"up"})
        self.assertEqual(os.getsid(pid), pid)
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        os.kill(pid, signal.SIGTERM)
        self.assertTrue(gone(pid))
        self.assertFalse(self.runtime.exists())

    def test_relative_paths_are_those_of_the_start_after_a_reload_too(self):
        (self.dir / "own.conf").write_text("[rtpengine]\npidfile = own.pid\n")
        started = self.daemonise("--config-file=own.conf", "--pidfile=own.pid")
        self.assertEqual((started.returncode, started.stderr), (0, ""))
        pid = int((self.dir / "own.pid").read_text())
        self.addCleanup(lambda: gone(pid, 0) or os.kill(pid, signal.SIGKILL))
        asked = subprocess.run([ASK, self.runtime / "supervisor.sock", "reload"], capture_output=True, text=True)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
        self.assertEqual(json.loads(asked.stdout)["process"], [])
        os.kill(pid, signal.SIGTERM)
        self.assertTrue(gone(pid))

    def test_parent_reports_failure(self):
        failed = self.daemonise("--interface=x/192.0.2.1")
        self.assertEqual(failed.returncode, 255)
        self.assertIn("Fatal error: cannot use media address 192.0.2.1", failed.stderr)
        self.assertFalse((self.dir / "pid").exists())

    def test_pidfile_that_can_not_be_written(self):
        failed = self.daemonise(f"--pidfile={self.dir}/no/such/pid")
        self.assertEqual(failed.returncode, 255)
        self.assertIn("cannot write the pidfile", failed.stderr)
        self.assertFalse(self.runtime.exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
