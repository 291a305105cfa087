#!/usr/bin/env python3
"""A backup of a server at work, the data folder wiped, restored: the same series, media and likes; verify finds nothing."""
import os
import pathlib
import shutil
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from server import Server, dramalet, run_cases, write_package

LIKE = b'{"on":true}'


def like(server, episode):
    """The likes after one of a new viewer."""
    status, _, body = server.request("POST", f"/v1/episodes/{episode}/like", LIKE, {"Content-Type": "application/json"})
    return int(body.split(b'"likes":')[1].split(b",")[0]) if status == 200 else None


def media(server):
    """What a viewer gets of the first item."""
    item = server.feed()[0]
    return item, server.get(item["base"] + "master.m3u8")[2], server.get(item["base"] + "v360.mp4")[2]


class Likes(threading.Thread):
    """Likes without a pause until told; `kept` is the newest count that was acknowledged."""

    def __init__(self, server, episode):
        super().__init__(daemon=True)
        self.server, self.episode, self.kept, self.is_over = server, episode, 0, threading.Event()

    def run(self):
        while not self.is_over.is_set():
            self.kept = like(self.server, self.episode) or self.kept


def run(cases, work):
    data, backup = work / "data", work / "backup"
    with Server(data) as server:
        result = dramalet("publish", write_package(work / "package", "kept", ["road-all"]), "--data", data)
        cases.expect("published", result.returncode == 0, result.stdout + result.stderr)
        item, playlist, video = media(server)
        likes = Likes(server, item["episode"])
        likes.start()
        while likes.kept < 20:
            pass
        before = likes.kept
        result = dramalet("backup", backup, "--data", data)
        likes.is_over.set()
        likes.join()
        cases.expect("backup while likes come in", result.returncode == 0, result.stdout + result.stderr)
        again = dramalet("backup", backup, "--data", data)
        cases.expect("never over another backup", again.returncode == 1 and "there already" in again.stderr, again.stderr)
        nowhere = dramalet("backup", "/proc/nowhere", "--data", data)
        cases.expect("a place that cannot be written is said", nowhere.returncode == 1 and nowhere.stderr, nowhere.stderr)
    cases.expect("it is its owner's alone", os.stat(backup).st_mode & 0o777 == 0o700, oct(os.stat(backup).st_mode))
    cases.expect("nothing half-done beside it", not list(work.glob("*.partial-*")), list(work.glob("*.partial-*")))
    refused = dramalet("restore", backup, "--data", data)
    cases.expect("never over a data folder", refused.returncode == 1 and "not empty" in refused.stderr, refused.stderr)
    no_backup = dramalet("restore", work / "package", "--data", work / "other")
    cases.expect("what is no backup is said", no_backup.returncode == 1 and "no backup" in no_backup.stderr, no_backup.stderr)
    cases.expect("and makes no folder", not (work / "other").exists())
    shutil.rmtree(data)
    result = dramalet("restore", backup, "--data", data)
    cases.expect("restored, and verified", result.returncode == 0 and "0 violations" in result.stdout, result.stdout + result.stderr)
    modes = [os.stat(data / name).st_mode & 0o777 for name in ("", "blobs", "dramalet.db")]
    cases.expect("with the modes of a data folder", modes == [0o710, 0o750, 0o600], list(map(oct, modes)))
    with Server(data) as server:
        now, playlist_now, video_now = media(server)
        cases.expect("the same episode", now["episode"] == item["episode"], now["episode"])
        cases.expect("the same bytes", (playlist_now, video_now) == (playlist, video) and len(video) > 1000)
        cases.expect("the likes of before the backup", now["likes"] >= before, f"{now['likes']} of {before}")
        cases.expect("it goes on", like(server, item["episode"]) == now["likes"] + 1)


if __name__ == "__main__":
    sys.exit(run_cases(run, "backup"))
