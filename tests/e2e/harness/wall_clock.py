# SPDX-License-Identifier: Apache-2.0
"""A wall clock of a daemon's own, which a test can step."""
import os
import pathlib
import struct
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).with_suffix(".c")


class WallClock:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="rtpe2e-clock-")
        folder = self._folder.name
        os.chmod(folder, 0o755)
        self._library, self._file = os.path.join(folder, "wall_clock.so"), os.path.join(folder, "ahead")
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self._library, str(SOURCE)], check=True)
        self.set_ahead(0)

    def environment(self):
        """Of a daemon that lives by this clock; a sanitizer needn't be loaded first."""
        options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        return {"LD_PRELOAD": self._library, "WALL_CLOCK_AHEAD": self._file, "ASAN_OPTIONS": options}

    def set_ahead(self, seconds):
        """All processes see it at once. Written in place: they have the file mapped."""
        with open(self._file, "r+b" if os.path.exists(self._file) else "wb") as file:
            file.write(struct.pack("=q", seconds))
        self.ahead = seconds

    def now(self):
        return time.time() + self.ahead
