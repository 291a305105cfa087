"""Attacks by slow clients with Debian's slowhttptest, while an ordinary client keeps asking: slow
headers, slow bodies, slow reading. Run: slow_test.py HTTP-TEST-SERVER"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from harness import Connection, Server, main

PROGRAM = sys.argv.pop(1)
CONNECTIONS, SECONDS = 400, 8
# Between runs of ./check other tests share the cores; an ordinary answer takes well under 10 ms.
SLOWEST_ANSWER_S = 2.0


@unittest.skipUnless(shutil.which("slowhttptest"), "slowhttptest is not installed")
class Attacks(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        with open(self.folder / "big.bin", "wb") as f:
            f.truncate(32 << 20)
        self.server = Server([PROGRAM, "--file", str(self.folder / "big.bin"), "--header-ms", "2000",
                              "--body-ms", "2000", "--send-ms", "2000", "--idle-ms", "3000",
                              "--connections", "2000"])

    def tearDown(self):
        self.server.child.poll() is None and self.server.stop()
        self.temporary.cleanup()

    def attack(self, mode, target, *more):
        """Runs it; how long an ordinary client waited for its answers meanwhile, sorted."""
        url = f"http://127.0.0.1:{self.server.port}{target}"
        child = subprocess.Popen(
            ["slowhttptest", mode, "-c", str(CONNECTIONS), "-r", "400", "-l", str(SECONDS), "-u", url,
             "-p", "1", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times = []
        while child.poll() is None:
            start = time.monotonic()
            with Connection(self.server.port, timeout=10) as c:
                self.assertEqual(c.request("GET", "/read").body, b"hello\n")
            times.append(time.monotonic() - start)
            time.sleep(0.05)
        return sorted(times)

    def assert_shrugged_off(self, mode, target, *more):
        times = self.attack(mode, target, *more)
        stats = re.search(r"deadline (\d+)", self.server.stop())
        median, worst, closed = times[len(times) // 2], times[-1], int(stats.group(1))
        print(f"slowhttptest {mode}: {len(times)} ordinary answers, median {median * 1000:.1f} ms, "
              f"slowest {worst * 1000:.1f} ms; {closed} of {CONNECTIONS} attackers cut off")
        self.assertLess(worst, SLOWEST_ANSWER_S)
        self.assertGreaterEqual(closed, CONNECTIONS * 9 // 10)

    def test_slow_headers(self):
        self.assert_shrugged_off("-H", "/hello", "-i", "1")

    def test_slow_bodies(self):
        self.assert_shrugged_off("-B", "/echo", "-i", "1", "-s", "8192", "-x", "8", "-t", "POST")

    def test_slow_reading(self):
        self.assert_shrugged_off("-X", "/file", "-w", "10", "-y", "20", "-n", "5", "-z", "8", "-k", "1")


if __name__ == "__main__":
    main()
