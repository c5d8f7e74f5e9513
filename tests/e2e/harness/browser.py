# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, driven by ChromeDriver (W3C WebDriver): a page with one RTCPeerConnection."""
import http.client
import json
import pathlib
import subprocess
import time

PORT = 9515  # ChromeDriver's, in the namespace of the browser's host
PAGE = pathlib.Path(__file__).with_name("peer.html")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"]


class Failed(Exception):
    pass


class Browser:
    """In a network namespace; `folder` is its own."""

    def __init__(self, host, folder):
        self.host, self.folder = host, folder
        self.driver = host.popen(["chromedriver", f"--port={PORT}", "--log-level=SEVERE"], stdin=subprocess.DEVNULL,
                                 stdout=open(folder / "chromedriver.log", "w"), stderr=subprocess.STDOUT)
        self.session = None

    def __enter__(self):
        deadline = time.monotonic() + 60
        while not self._ready():
            if self.driver.poll() is not None or time.monotonic() > deadline:
                raise Failed("chromedriver does not answer: " + (self.folder / "chromedriver.log").read_text())
            time.sleep(0.05)
        options = {"args": [*ARGUMENTS, f"--user-data-dir={self.folder / 'profile'}"]}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self.session = self._call("POST", "/session", wanted)["sessionId"]
        self._call("POST", f"/session/{self.session}/timeouts", {"script": 60000})
        self._call("POST", f"/session/{self.session}/url", {"url": PAGE.as_uri()})
        return self

    def __exit__(self, *_):
        if self.session:
            try:
                self._call("DELETE", f"/session/{self.session}")
            except (OSError, Failed):
                pass
        self.driver.terminate()
        self.driver.wait(20)

    def _ready(self):
        try:
            return self._call("GET", "/status")["ready"]
        except (OSError, Failed):
            return False

    def _call(self, method, path, body=None):
        with self.host.entered():  # the connection stays where it was made
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
            connection.connect()
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise Failed(f"{value['error']}: {value.get('message', '')}")
        return value

    def run(self, function, *arguments):
        """What an asynchronous function of the page (peer.html) gives."""
        script = f"const done = arguments[arguments.length - 1]; {function}(...[...arguments].slice(0, -1)).then(done, e => done({{failed: String(e)}}))"
        value = self._call("POST", f"/session/{self.session}/execute/async", {"script": script, "args": list(arguments)})
        if isinstance(value, dict) and "failed" in value:
            raise Failed(f"{function}: {value['failed']}")
        return value
