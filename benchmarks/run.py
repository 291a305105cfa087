#!/usr/bin/env python3
"""The driver of ./bench: runs the benchmarks of benchmarks/benches.txt and shows what they measured.

  ./bench [name...] [--json] [--list] [--record]

Without names, all of them. --json: one object a line {name, value, unit, target, ok, peer, peer_value,
ratio}. --record puts what was measured into benchmarks/RESULTS.md. Exit 1 when a benchmark broke or missed its target.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks/RESULTS.md"
COLUMNS = ["name", "value", "unit", "target", "ok", "peer", "peer value", "ratio"]


def benches():
    """[(name, script, description)] of the table."""
    rows = []
    for line in (ROOT / "benchmarks/benches.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            rows.append(tuple(part.strip() for part in line.split("|")))
    return rows


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    memory_kb = int(open("/proc/meminfo", encoding="utf-8").readline().split()[1])
    git = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return {"cores": len(os.sched_getaffinity(0)), "cpu": cpu, "memory_gb": round(memory_kb / 2**20),
            "kernel": platform.release(), "date": datetime.date.today().isoformat(),
            "commit": git.stdout.strip() or "unknown"}


def run_bench(name, script):
    """(results, is_whole). What the benchmark says besides goes to stderr as it comes."""
    child = subprocess.Popen([str(ROOT / script)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    results = []
    for line in child.stdout:
        if line.startswith("{"):
            results.append(json.loads(line))
        else:
            print(line, end="", file=sys.stderr)
    code = child.wait()
    if code != 0:
        print(f"bench: {name} broke (exit {code})", file=sys.stderr)
    return results, code == 0


def shown(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ok" if value else "MISSED"
    return f"{value:g}" if isinstance(value, float) else str(value)


def row(result):
    return [shown(result.get(column.replace(" ", "_"))) for column in COLUMNS]


def print_table(results):
    table = [COLUMNS] + [row(r) for r in results]
    widths = [max(len(line[i]) for line in table) for i in range(len(COLUMNS))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def recorded():
    """{name: line} of the table that is there."""
    if not RESULTS.exists():
        return {}
    rows = [line for line in RESULTS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    return {line.split("|")[1].strip(): line for line in rows}


def record(results, about):
    """Rows that were measured now replace those of an earlier run; each says when it was measured, and at which commit."""
    rows = recorded()
    for result in results:
        rows[result["name"]] = "| " + " | ".join(row(result) + [about["date"], about["commit"]]) + " |"
    columns = COLUMNS + ["measured", "commit"]
    lines = ["# What was measured", "",
             "Written by `./bench --record`; medians over repeated runs, each peer in the same run as what it is compared with.",
             f"{about['cores']} cores of {about['cpu']}, {about['memory_gb']} GB, kernel {about['kernel']}; a virtual machine with",
             "neighbours, whose own speed wanders by half: the ratio to the peer says more than the value.", "",
             "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *rows.values()]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="./bench", description="Runs benchmarks and prints a table.")
    parser.add_argument("name", nargs="*")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("--record", action="store_true", help="put the results into benchmarks/RESULTS.md")
    arguments = parser.parse_args()
    table = benches()
    if arguments.list:
        for name, _, description in table:
            print(f"{name:14}{description}")
        return 0
    unknown = set(arguments.name) - {name for name, _, _ in table}
    if unknown:
        print(f"bench: no benchmark '{', '.join(sorted(unknown))}' (see ./bench --list)", file=sys.stderr)
        return 2
    about, results, is_whole = machine(), [], True
    print("bench: {cores} cores of {cpu}, kernel {kernel}, {date}, commit {commit}".format(**about), file=sys.stderr)
    for name, script, _ in table:
        if arguments.name and name not in arguments.name:
            continue
        found, is_complete = run_bench(name, script)
        is_whole = is_whole and is_complete
        results += found
        for result in found if arguments.json else []:
            print(json.dumps(result), flush=True)
    if not arguments.json:
        print_table(results)
    if arguments.record:
        record(results, about)
    return 0 if is_whole and all(r["ok"] is not False for r in results) else 1


if __name__ == "__main__":
    sys.exit(main())
