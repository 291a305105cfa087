#!/usr/bin/env python3
"""Ingest of a 60 s 1080x1920 source on two cores: until the first rendition is playable, until the ladder is whole.

The peer is one ffmpeg command that makes the same ladder (one decode, four scales, x264 and AAC, two-pass
loudness left out, which is to its advantage) with the same number of cores.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from harness import BUILD, emit, median, on_cores, run_ok, say, scratch
from catalogue import source_video

REPEATS = int(os.environ.get("BENCH_REPEATS", "3"))
LADDER = [(360, "800k"), (540, "1600k"), (720, "2800k"), (1080, "5500k")]


def two_cores():
    return ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[:2])


def transcode(output):
    """Seconds until `playable` and until `done`."""
    read_end, write_end = os.pipe()
    start = time.monotonic()
    child = subprocess.Popen(
        on_cores(two_cores(), [BUILD / "dramalet-media", "transcode", "--input", source_video(), "--output", output,
                               "--progress-fd", str(write_end)]), pass_fds=[write_end], stdin=subprocess.DEVNULL)
    os.close(write_end)
    times, last = {}, ""
    with os.fdopen(read_end, encoding="utf-8") as progress:
        for line in progress:
            last = line.strip()
            times.setdefault(last.split(" ")[0], time.monotonic() - start)
    if child.wait() != 0 or not {"playable", "done"} <= times.keys():
        raise RuntimeError(f"dramalet-media transcode failed: {last}")
    return times["playable"], times["done"]


def plain_ffmpeg(output):
    """Seconds of the whole ladder with one ffmpeg command."""
    split = f"[0:v]split={len(LADDER)}" + "".join(f"[s{w}]" for w, _ in LADDER) + ";"
    scales = ";".join(f"[s{w}]scale={w}:-2:flags=bicubic[v{w}]" for w, _ in LADDER)
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source_video(), "-filter_complex", split + scales]
    for width, ceiling in LADDER:
        command += ["-map", f"[v{width}]", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", ceiling,
                    "-bufsize", ceiling, "-force_key_frames", "expr:eq(t,0)+eq(t,1)+gte(t,1+(n_forced-2)*2)",
                    "-movflags", "+frag_keyframe+empty_moov+default_base_moof", output / f"v{width}.mp4"]
    command += ["-map", "0:a", "-c:a", "aac", "-b:a", "96k", "-movflags", "+frag_keyframe+empty_moov", output / "audio.mp4"]
    start = time.monotonic()
    run_ok(on_cores(two_cores(), command))
    return time.monotonic() - start


def main():
    source_video()
    playable, whole, peer = [], [], []
    for _ in range(REPEATS):
        work = scratch("ingest")
        (work / "peer").mkdir()
        (work / "ours").mkdir()
        first, last = transcode(work / "ours")
        playable.append(first)
        whole.append(last)
        peer.append(plain_ffmpeg(work / "peer"))
        shutil.rmtree(work)
    say(f"ingest: playable {playable}, whole {whole}, ffmpeg {peer}")
    emit("ingest-first-playable", median(playable), "s", "<= 10")
    emit("ingest-whole-ladder", median(whole), "s", "<= 60", "one ffmpeg command", median(peer))


if __name__ == "__main__":
    main()
