"""Data folders with many series, made by bench-feed-fill (the store's own typed functions), and their viewers' cookies."""
import shutil

from catalogue import publish_source
from harness import BUILD, OUT, run_ok, say

EPISODES = 60
VIEWERS = 10_000


def filled(series):
    """(data folder, file of cookies, one a line): that many series of 60 episodes, 10,000 viewers with progress."""
    data, source = OUT / f"filled-{series}", publish_source()
    cookies, stamp = data.with_suffix(".cookies"), data / "bench.stamp"
    fill = BUILD / "benchmarks/bench-feed-fill"
    if not stamp.exists() or stamp.stat().st_mtime < max((source / "bench.stamp").stat().st_mtime, fill.stat().st_mtime):
        say(f"filling {series} series x {EPISODES} episodes, {VIEWERS} viewers")
        shutil.rmtree(data, ignore_errors=True)
        # Blobs are immutable: hard links carry the one media folder that every episode points to.
        shutil.copytree(source, data, copy_function=copy_or_link, ignore=shutil.ignore_patterns("control.sock", "bench.stamp"))
        run_ok([fill, data, series, EPISODES, VIEWERS, cookies])
        stamp.touch()
    return data, cookies


def copy_or_link(source, target):
    import os
    if "/blobs/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
