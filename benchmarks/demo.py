#!/usr/bin/env python3
"""./demo where packages are installed: from the command until the first episode plays, and a second start.

The tree is cloned, so the build is fresh. "Plays" means: the feed gives an episode, and its init segment and
first media segment, by the addresses in the item, decode into frames (ffmpeg). What a browser adds is in the
browser benchmarks.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from harness import ROOT, Process, emit, free_port, get, path_of, run_ok, say, scratch


def decodes(port, item, work):
    """The first segment of the inlined playlist, with its inlined init segment, gives frames."""
    playlist = item["video_playlist"]
    size, offset = map(int, re.search(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", playlist).groups())
    name = next(line for line in playlist.splitlines() if line and not line.startswith("#"))
    status, _, body = get(port, path_of(item["base"]) + name, {"Range": f"bytes={offset}-{offset + size - 1}"})
    if status != 206 or len(body) != size:
        return False
    piece = work / "first.mp4"
    piece.write_bytes(base64.b64decode(item["video_init"]) + body)
    out = run_ok(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                  "stream=nb_read_frames", "-of", "csv=p=0", piece])
    return int(out.strip().strip(",")) > 1


def until_playing(tree, port, work, limit):
    """Seconds from the command to the first episode that plays."""
    start = time.monotonic()
    with Process([tree / "demo", "--local", "--port", port], work / "demo.log") as demo:
        while time.monotonic() - start < limit:
            if demo.child.poll() is not None:
                raise RuntimeError(f"./demo ended; see {work}/demo.log")
            try:
                status, _, body = get(port, "/v1/feed?limit=1")
                items = json.loads(body)["items"] if status == 200 else []
                if items and decodes(port, items[0], work):
                    took = time.monotonic() - start
                    os.killpg(demo.pid, signal.SIGINT)  # as a terminal does, to the whole group
                    demo.child.wait(timeout=15)
                    return took
            except OSError:
                pass
            time.sleep(0.05)
    raise RuntimeError(f"nothing played within {limit} s; see {work}/demo.log")


def main():
    work = scratch("demo")
    tree, port = work / "tree", free_port()
    run_ok(["git", "clone", "-q", ROOT, tree])
    if (ROOT / "web/node_modules").is_dir() and os.environ.get("BENCH_DEMO_COLD_NPM") is None:
        # Installed packages are the premise; npm's are copied with their stamp.
        shutil.copytree(ROOT / "web/node_modules", tree / "web/node_modules", symlinks=True)
    first = until_playing(tree, port, work, 300)
    again = until_playing(tree, port, work, 60)
    say(f"demo: {first:.1f} s, again {again:.1f} s")
    emit("demo-first-start", first, "s", "<= 60")
    emit("demo-second-start", again, "s", "<= 5")


if __name__ == "__main__":
    main()
