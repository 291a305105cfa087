#!/usr/bin/env python3
"""What was taken away stays away, whatever is edited; only publishing brings it back. And verify sees a damaged folder."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from server import BUILD, Cases, ENVIRONMENT, Server, dramalet, wait_until, write_package


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
        cases.expect("a name that is not UTF-8 is said so",
                     "not UTF-8" in subprocess_publish(work, data), subprocess_publish(work, data))
    folder = item["base"].split("/")[5]
    video = next((data / "blobs").glob(f"*/{folder}/v360.mp4"))
    video.write_bytes(video.read_bytes()[:-1])
    result = dramalet("verify", "--data", data)
    cases.expect("verify sees a file that lost a byte", result.returncode == 1 and "another size" in result.stdout, result.stdout)


def subprocess_publish(work, data):
    """What publishing a file with a Latin-1 name says."""
    name = bytes(work) + b"/caf\xe9.mp4"
    with open(name, "wb") as file:
        file.write(b"x")
    return subprocess.run([bytes(BUILD / "dramalet"), b"publish", name, b"--data", bytes(data)], capture_output=True,
                          env=ENVIRONMENT, check=False).stderr.decode(errors="replace")


def main():
    cases = Cases()
    with tempfile.TemporaryDirectory(prefix="dramalet-withdraw-") as work:
        try:
            run(cases, pathlib.Path(work))
        except (RuntimeError, OSError, IndexError, subprocess.SubprocessError) as error:
            cases.expect("the run", False, error)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
