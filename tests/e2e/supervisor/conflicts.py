# SPDX-License-Identifier: Apache-2.0
"""Something is there already, or not there, or not allowed."""
import pathlib
import socket
import unittest

from .case import Case, Daemon, NOBODY, ROOT, free_port


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
