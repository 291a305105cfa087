#!/usr/bin/env python3
"""A disk that is really full: the data folder lies on a small tmpfs, in a mount namespace of the test's own.

The transcode stops with a reason in words, the server goes on serving what can be read and says 507 to what cannot be
written, nothing half-done is left behind, and with space again everything goes on by itself.
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from server import BUILD, ENVIRONMENT, Server, dramalet, run_cases, wait_until, write_package

DISK_BYTES, LEFT_BYTES = 48 << 20, 2_000_000
INSIDE = "--inside-its-own-mounts"


def free_bytes(folder):
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def fill(path, leave):
    """Ballast, until only `leave` bytes are free."""
    with open(path, "ab") as ballast:
        while (room := free_bytes(path.parent) - leave) > 0:
            try:
                ballast.write(b"x" * min(room, 1 << 20))
                ballast.flush()
            except OSError:
                return


def jobs(data):
    return dramalet("jobs", "--data", data).stdout


def post_like(server, episode):
    status, _, body = server.request("POST", f"/v1/episodes/{episode}/like", b'{"on":true}',
                                     {"Content-Type": "application/json"})
    return status, body


def until_full(server, episode):
    """The status of a like on a disk without a byte: a log that was opened before may have a little room yet."""
    return wait_until(lambda: (post_like(server, episode)[0] == 507), 20, "a like that cannot be kept")


def run(cases, work):
    data = work / "disk"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", data], check=True)
    first = write_package(work / "first", "first", ["road-all"])
    second = write_package(work / "second", "second", ["road-left"])
    with Server(data) as server:
        result = dramalet("publish", first, "--data", data)
        cases.expect("with space, a series comes out", result.returncode == 0, result.stdout + result.stderr)
        episode = server.feed()[0]["episode"]
        fill(data / "ballast", LEFT_BYTES)
        publisher = subprocess.Popen([BUILD / "dramalet", "publish", second, "--data", data], env=ENVIRONMENT,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            text = wait_until(lambda: (text := jobs(data)) and "space left" in text and text, 60, "a job without space")
            cases.expect("the job says why, and when it goes on", "Attempt 1" in text, text)
            cases.expect("what was there is still served", len(server.feed()) == 1, server.feed())
            cases.expect("nothing is left in tmp", not any((data / "tmp").iterdir()), list((data / "tmp").iterdir()))
            fill(data / "ballast", 0)
            cases.expect("a change gets 507", until_full(server, episode))
            status, _, body = server.get(server.feed()[0]["base"] + "v360.mp4", {"Range": "bytes=0-999"})
            cases.expect("reading goes on", status == 206 and len(body) == 1000, status)
            (data / "ballast").unlink()
            cases.expect("with space again, changes are kept", post_like(server, episode)[0] == 200)
            items = wait_until(lambda: (i := server.feed()) and len(i) == 2 and all(x["complete"] for x in i) and i, 120,
                               "the second series, by itself")
            cases.expect("both are out", len(items) == 2)
        finally:
            publisher.kill()
            publisher.wait()
    result = dramalet("verify", "--data", data)
    cases.expect("verify", result.returncode == 0, result.stdout + result.stderr)


def on_a_disk(cases, work):
    try:
        run(cases, work)
    finally:
        subprocess.run(["umount", "-l", work / "disk"], capture_output=True)


def main():
    if INSIDE not in sys.argv:
        namespace = ["unshare", "--mount", "--map-root-user"]
        if subprocess.run([*namespace, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode != 0:
            print("mounts are not allowed here: a full disk cannot be had\n0 passed, 0 failed, 1 skipped")
            return 77
        return subprocess.run([*namespace, sys.executable, __file__, INSIDE]).returncode
    return run_cases(on_a_disk, "full")


if __name__ == "__main__":
    sys.exit(main())
