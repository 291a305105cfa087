#!/usr/bin/env python3
"""Anonymous memory (RssAnon) of the server with 10,000 series under use, and what an idle connection costs."""
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from filled import filled
from harness import Dramalet, cores, emit, must_be_clean, say, wrk

IDLE = 2_000


def open_idle(port):
    """A keep-alive connection that has had one answer."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
    if b" 200 " not in connection.recv(4096):
        raise RuntimeError("no answer on an idle connection")
    return connection


def main():
    data, cookies = filled(10_000)
    server, loader = cores()
    with Dramalet(data) as ours:
        must_be_clean(wrk(ours.port, lua="feed.lua", cores=loader,
                          env={"ADDRESS": "/v1/feed?limit=10", "COOKIES": cookies}), "feed")
        time.sleep(1)
        used = ours.status_kb("RssAnon")
        emit("memory-10000-series", used / 1024, "MB", "<= 120")
        warm = [open_idle(ours.port) for _ in range(64)]
        before = ours.status_kb("RssAnon")
        idle = [open_idle(ours.port) for _ in range(IDLE)]
        time.sleep(1)
        after = ours.status_kb("RssAnon")
        say(f"memory: {used} kB, {before} kB before and {after} kB with {IDLE} idle connections more")
        emit("memory-idle-connection", (after - before) / IDLE, "KB", "<= 12")
        for connection in warm + idle:
            connection.close()


if __name__ == "__main__":
    main()
