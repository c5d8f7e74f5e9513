# SPDX-License-Identifier: Apache-2.0
"""Command lines and configurations that are refused, and how that is said."""
import subprocess
import unittest

from .case import Case, Daemon, NOBODY, ROOT


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
