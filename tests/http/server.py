"""A real server for tests: started on a port of its own over a temporary data folder, always ended.

BUILD_FOLDER names the build folder (default: build). DRAMALET_TEST_PG, when set, is a PostgreSQL address
and goes to --db, so that the same test runs on both databases.
"""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_FOLDER", ROOT / "build"))
FOOTAGE = ROOT / "tests/media/demo"
# The program refuses settings it does not know, and reads them from the environment, too.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("DRAMALET_TEST", "BUILD_FOLDER"))}
DATABASE = ["--db", os.environ["DRAMALET_TEST_PG"]] if os.environ.get("DRAMALET_TEST_PG") else []


class Cases:
    """Counts what a script asserts and prints the line that ./check sums."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def expect(self, name, is_good, detail=""):
        self.passed, self.failed = self.passed + bool(is_good), self.failed + (not is_good)
        if not is_good:
            print(f"FAILED {name}: {detail}", flush=True)
        return bool(is_good)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, data, *extra):
        self.data, self.port = pathlib.Path(data), free_port()
        self.log_path = self.data.parent / "server.log"
        self.log = open(self.log_path, "ab")
        self.child = subprocess.Popen(
            [BUILD / "dramalet", "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}", *DATABASE, *extra],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
        self.wait_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_ready(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.child.poll() is not None:
                raise RuntimeError("the server ended at once:\n" + self.log_tail())
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.03)
        raise RuntimeError("the server is not ready:\n" + self.log_tail())

    def log_tail(self):
        return self.log_path.read_text(errors="replace")[-3000:]

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, None, headers)

    def feed(self, limit=10):
        status, _, body = self.get(f"/v1/feed?limit={limit}")
        if status != 200:
            raise RuntimeError(f"GET /v1/feed: {status} {body[:300]!r}")
        return json.loads(body)["items"]

    def kill(self):
        self.child.kill()
        self.child.wait()
        self.log.close()

    def stop(self):
        """Exit status of an orderly end; -9 when it had to be killed."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.log.close()
        return self.child.returncode


def dramalet(*arguments, timeout=300):
    """Runs a command of the program."""
    return subprocess.run([BUILD / "dramalet", *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, errors="replace", env=ENVIRONMENT)


def run_cases(run, name):
    """The exit status of run(cases, work): in a folder that is gone afterwards, and whatever breaks it is a failed case."""
    cases = Cases()
    with tempfile.TemporaryDirectory(prefix=f"dramalet-{name}-") as work:
        try:
            run(cases, pathlib.Path(work))
        except (RuntimeError, OSError, IndexError, subprocess.SubprocessError) as error:
            cases.expect("the run", False, error)
    return cases.finish()


def write_package(folder, slug, clips, title="A test", more=""):
    """A series package from clips of the committed footage."""
    folder = pathlib.Path(folder)
    for number, clip in enumerate(clips, 1):
        episode = folder / f"episodes/{number:03}"
        episode.mkdir(parents=True, exist_ok=True)
        source = clip if isinstance(clip, pathlib.Path) else FOOTAGE / f"{clip}.mp4"
        (episode / "video.mp4").write_bytes(source.read_bytes())
    (folder / "series.yaml").write_text(
        f"slug: {slug}\nlanguage: en\ntitle: {title}\nis_test_footage: true\n{more}")
    return folder


def wait_until(condition, seconds, what):
    """What condition() gives as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise RuntimeError(f"waited {seconds} s in vain for {what}")
