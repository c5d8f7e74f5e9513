# SPDX-License-Identifier: Apache-2.0
"""GStreamer's webrtcbin in a network namespace, driven as a browser is (browser.py)."""
import json
import pathlib
import subprocess

from .browser import Failed

PROGRAM = pathlib.Path(__file__).with_name("webrtcbin.py")


def there():
    """Debian's own interpreter has the library."""
    return subprocess.run(["/usr/bin/python3", PROGRAM], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


class Pipeline:
    def __init__(self, host, folder):
        self.log = folder / "webrtcbin.log"
        self.process = host.popen(["/usr/bin/python3", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(self.log, "w"), text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def run(self, function, *arguments):
        self.process.stdin.write(json.dumps([function, *arguments]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{function}: it has ended: {self.log.read_text()[-2000:]}")
        answer = json.loads(line)
        if "failed" in answer:
            raise Failed(f"{function}: {answer['failed']}")
        return answer["value"]
