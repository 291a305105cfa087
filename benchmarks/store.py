#!/usr/bin/env python3
"""What a feed page costs in the store, and what group commit brings: bench-store on SQLite, both ways of writing in turn."""
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
from harness import BUILD, SECONDS, emit, say, scratch


def main():
    folder = scratch("store")
    command = [BUILD / "benchmarks/bench-store", folder / "bench.db", "--seconds", str(SECONDS)]
    try:
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    finally:
        shutil.rmtree(folder)
    values = {line["name"]: line["value"] for line in map(json.loads, lines.splitlines())}
    for name, value in values.items():
        say(f"{name}: {value}")
    emit("store-feed-page", values["store-feed-page"], "us of CPU", "<= 40")
    emit("store-flags", values["store-flags"], "us of CPU")
    emit("store-progress-writes", values["store-progress-writes"], "writes/s", peer="one transaction each",
         peer_value=values["store-progress-writes-one-transaction-each"])


if __name__ == "__main__":
    main()
