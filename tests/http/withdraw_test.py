#!/usr/bin/env python3
"""What was taken away stays away, whatever is edited; only publishing brings it back. And verify sees a damaged folder."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from server import Server, dramalet, run_cases, wait_until, write_package


def run(cases, work):
    data, package = work / "data", write_package(work / "package", "taken", ["road-all"])
    with Server(data) as server:
        result = dramalet("publish", package, "--data", data)
        cases.expect("published", result.returncode == 0, result.stdout + result.stderr)
        series = result.stdout.split()[-2]
        item = server.feed()[0]
        page = f"/v1/series/{series}"
        cases.expect("withdrawn", dramalet("withdraw", "series", series, "--data", data).returncode == 0)
        wait_until(lambda: not server.feed(), 10, "an empty feed")
        cases.expect("its page is gone", server.get(page)[0] == 410)
        edited = dramalet("edit", "taken", "synopsis=Other words.", "--data", data)
        cases.expect("its words can be edited", edited.returncode == 0, edited.stderr)
        cases.expect("and it stays away", server.get(page)[0] == 410 and not server.feed(), server.feed())
        again = dramalet("publish", package, "--data", data)
        cases.expect("publishing brings it back", again.returncode == 0 and wait_until(server.feed, 10, "a feed"), again.stderr)
        latin1 = os.fsdecode(bytes(work) + b"/caf\xe9.mp4")
        pathlib.Path(latin1).write_bytes(b"x")
        said = dramalet("publish", latin1, "--data", data).stderr
        cases.expect("a name that is not UTF-8 is said so", "not UTF-8" in said, said)
    folder = item["base"].split("/")[5]
    video = next((data / "blobs").glob(f"*/{folder}/v360.mp4"))
    video.write_bytes(video.read_bytes()[:-1])
    result = dramalet("verify", "--data", data)
    cases.expect("verify sees a file that lost a byte", result.returncode == 1 and "another size" in result.stdout, result.stdout)


if __name__ == "__main__":
    sys.exit(run_cases(run, "withdraw"))
