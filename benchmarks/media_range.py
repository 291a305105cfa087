#!/usr/bin/env python3
"""600 KB ranges of one media file with signed addresses: dramalet against nginx with secure_link.

One core each for server and load, 64 keep-alive connections, the same file from the page cache, runs
alternating. With more than two cores a second row uses all but the load's.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from harness import (Dramalet, Nginx, REPEATS, cores, emit, get, median, must_be_clean, path_of, say, scratch, wrk)
from catalogue import first_item, publish_source

RANGE_BYTES = 600_000
CONNECTIONS = 64


def largest_file(data):
    """The media file with the most bytes in the data folder."""
    return max(pathlib.Path(data, "blobs").glob("*/*/v*.mp4"), key=lambda p: p.stat().st_size)


def rate(port, address, file_bytes, load_cores, threads=1):
    result = wrk(port, lua="ranges.lua", connections=CONNECTIONS, cores=load_cores, threads=threads,
                 env={"ADDRESS": address, "RANGE_BYTES": RANGE_BYTES, "FILE_BYTES": file_bytes})
    return must_be_clean(result, "ranges")["rps"]


def compare(name, data, server_cores, load_cores, workers, threads):
    work = scratch("media-range")
    with Dramalet(data, cores=server_cores) as ours:
        item = first_item(ours.port)
        media = largest_file(data)
        address = path_of(item["base"]) + media.name
        file_bytes = media.stat().st_size
        status, headers, body = get(ours.port, address, {"Range": f"bytes=0-{RANGE_BYTES - 1}"})
        if status != 206 or body != media.read_bytes()[:RANGE_BYTES]:
            raise RuntimeError(f"{address}: status {status}, {len(body)} bytes, {headers}")
        if get(ours.port, address.replace("/m/", "/m/9"))[0] not in (403, 410):
            raise RuntimeError("a wrong signature is not refused: nothing to compare")
        with Nginx(media.parent, work, server_cores, workers) as peer:
            mine, theirs = [], []
            for _ in range(2 * REPEATS):
                theirs.append(rate(peer.port, peer.signed(media.name), file_bytes, load_cores, threads))
                mine.append(rate(ours.port, address, file_bytes, load_cores, threads))
            say(f"{name}: ours {mine}, nginx {theirs}")
    pairs = median(m / t for m, t in zip(mine, theirs))  # each with the run beside it: neighbours come and go
    emit(name, median(mine), "ranges/s", "ratio >= 0.7", "nginx secure_link", median(theirs), pairs)


def main():
    data = publish_source()
    server, load = cores()
    compare("media-range", data, server, load, 1, 1)
    have = sorted(os.sched_getaffinity(0))
    if len(have) > 3:
        half = len(have) // 2
        compare("media-range-all-cores", data, ",".join(map(str, have[:half])), ",".join(map(str, have[half:])), half, half)


if __name__ == "__main__":
    main()
