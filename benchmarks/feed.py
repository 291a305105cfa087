#!/usr/bin/env python3
"""GET /v1/feed: 10 full items with signatures for 10,000 viewers with different progress, taken in turn.

1,000 series x 60 episodes, then 10,000 series: what a request costs more is the second target. One core for
the server, another for wrk. The peer is the same answer's bytes as a file from nginx: the ceiling of any
server that builds nothing.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from filled import filled
from harness import Dramalet, Nginx, REPEATS, cores, emit, get, median, must_be_clean, say, scratch, wrk

ADDRESS, CONNECTIONS = "/v1/feed?limit=10", 64


def check_answers(port, cookies):
    """Different viewers get different, full pages: else there is nothing to measure."""
    pages = []
    for cookie in cookies.read_text().splitlines()[:50]:
        status, _, body = get(port, ADDRESS, {"Cookie": cookie})
        page = json.loads(body)
        if status != 200 or len(page["items"]) != 10 or not all(i["base"] and i["video_init"] for i in page["items"]):
            raise RuntimeError(f"status {status}, {len(page.get('items', []))} items")
        pages.append([item["episode"] for item in page["items"]])
    if len({tuple(page) for page in pages}) < 25:
        raise RuntimeError("the viewers' pages are the same: progress is not taken into account")
    return body


def load(port, cookies, load_core, address=ADDRESS):
    return must_be_clean(wrk(port, lua="feed.lua", connections=CONNECTIONS, cores=load_core,
                             env={"ADDRESS": address, "COOKIES": cookies}), "feed")


def measure(series, peer_too):
    """Medians: requests/s, 99th percentile in ms, CPU microseconds a request, the peer's requests/s."""
    data, cookies = filled(series)
    server, loader = cores()
    with Dramalet(data, cores=server) as ours:
        body = check_answers(ours.port, cookies)
        load(ours.port, cookies, loader)  # warm: every viewer at least once
        runs, peers = [], []
        work = scratch("feed")
        (work / "feed.json").write_bytes(body)
        for _ in range(REPEATS):
            before = ours.cpu_s()
            runs.append(load(ours.port, cookies, loader))
            runs[-1]["cpu_us"] = (ours.cpu_s() - before) * 1e6 / runs[-1]["requests"]
            if peer_too:
                with Nginx(work, work, server) as peer:
                    peers.append(load(peer.port, cookies, loader, peer.signed("feed.json"))["rps"])
    say(f"feed, {series} series: {[r['rps'] for r in runs]} requests/s, 99th {[r['p99_ms'] for r in runs]} ms, "
        f"{[round(r['cpu_us']) for r in runs]} us CPU a request, "
        f"{len(body)} bytes a page, nginx {peers}")
    return {"rps": median(r["rps"] for r in runs), "p99_ms": median(r["p99_ms"] for r in runs),
            "cpu_us": median(r["cpu_us"] for r in runs), "peer": median(peers) if peers else None}


def main():
    few = measure(1_000, True)
    emit("feed", few["rps"], "requests/s", ">= 10000", "nginx, one such page as a file", few["peer"])
    emit("feed-p99", few["p99_ms"], "ms", "<= 10")
    emit("feed-cpu", few["cpu_us"], "us/request")
    many = measure(10_000, False)
    emit("feed-10000-series", many["rps"], "requests/s", None, "1,000 series", few["rps"])
    emit("feed-10000-series-p99", many["p99_ms"], "ms", "<= 10")
    emit("feed-cost-growth", many["cpu_us"] / few["cpu_us"], "x", "<= 1.3")


if __name__ == "__main__":
    main()
