# SPDX-License-Identifier: Apache-2.0
"""What runs after a start, and with what rights."""
import os
import pathlib
import resource
import socket
import subprocess
import unittest

from .case import ASK, CAP_SYS_RESOURCE, CHILD_USER, Case, Daemon, PATIENCE, ROOT, SANITIZED, process_field


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
        announced = "/memfd:rtpengine-announced (deleted)"  # each has one; control writes it
        transit = "/memfd:rtpengine-transit (deleted)"  # a worker's
        for name, pid in children.items():
            names = [os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
            memory = [n for n in names if n.endswith("/lock") or "memfd" in n]
            wanted = [announced, records] if name == "control" else [announced, records, records, transit]
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
