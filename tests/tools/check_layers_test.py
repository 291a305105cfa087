#!/usr/bin/env python3
"""tools/check-layers must find each bad example, name its line, and find nothing in a good tree."""
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/check-layers"

# The smallest tree that is right; every case adds one file to it.
GOOD = {
    "src/base/str.h": "#include <stddef.h>\n",
    "src/sys/file.c": '#include "base/str.h"\n#include <seccomp.h>\n',
    "src/store/series.c": '#include "base/str.h"\n#include <sqlite3.h>\nconst char *s = "SELECT 1 FROM t";\n',
    "src/store/store.h": '#include "base/str.h"\n',
    "src/jobs/jobs.c": '#include "store/store.h"\n',
    "src/catalog/series.c": '#include "store/store.h"\n#include <yaml.h>\n'
                            'const char *s = "Select a file from your computer; update it";\n'
                            '/* INSERT INTO comments VALUES (fine) */\n',
    "src/delivery/feed.c": '#include "feed.h"\n',
    "src/delivery/feed.h": '#include "sys/file.h"\n',
    "src/api/feed.c": '#include "delivery/feed.h"\n#include "http/http.h"\n',
    "src/app/main.c": '#include "api/feed.h"\n',
    "web/src/a.ts": 'import { b } from "./b";\nimport "preact";\n',
}

# name, file, content, what the report must contain
BAD = [
    ("base includes sys", "src/base/x.c", '#include "sys/file.h"\n', "src/base/x.c:1: base may not include sys"),
    ("domain includes domain", "src/social/x.c", '\n#include "catalog/series.h"\n', "src/social/x.c:2: social may not"),
    ("domain includes http", "src/people/x.c", '#include "http/http.h"\n', "people may not include http"),
    ("tool includes store", "src/http/x.c", '#include "store/store.h"\n', "http may not include store"),
    ("script includes sys", "src/script/x.c", '#include "sys/file.h"\n', "script may not include sys"),
    ("api includes app", "src/api/x.c", '#include "app/main.h"\n', "api may not include app"),
    ("spaced include", "src/base/x.c", '#  include  "store/store.h"\n', "base may not include store"),
    ("relative include", "src/base/x.c", '#include "../sys/file.h"\n', "from the source root"),
    ("unknown module", "src/utils/x.c", "int x;\n", "module 'utils' is not in"),
    ("unknown target", "src/api/x.c", '#include "utils/x.h"\n', "belongs to no module"),
    ("internal header", "src/api/x.c", '#include "store/db_internal.h"\n', "is internal to store"),
    ("libav in delivery", "src/delivery/x.c", "#include <libavformat/avformat.h>\n", "belongs to src/media/av/"),
    ("libav in pure media", "src/media/box.c", "#include <libavutil/rational.h>\n", "belongs to src/media/av/"),
    ("microhttpd in api", "src/api/x.c", "#include <microhttpd.h>\n", "belongs to src/http/"),
    ("curl in app", "src/app/x.c", "#include <curl/curl.h>\n", "belongs to src/http/"),
    ("sqlite in catalog", "src/catalog/x.c", "#include <sqlite3.h>\n", "belongs to src/store/"),
    ("libpq in app", "src/app/x.c", "#include <libpq-fe.h>\n", "belongs to src/store/"),
    ("select in api", "src/api/x.c", 'const char *q = "SELECT id "\n    "FROM series";\n', "SQL outside src/store"),
    ("insert in social", "src/social/x.c", 'const char *q = "INSERT INTO likes VALUES (1)";\n', "x.c:1: SQL outside"),
    ("update in jobs", "src/jobs/x.c", 'const char *q = "UPDATE job SET state = 1";\n', "SQL outside"),
    ("delete in catalog", "src/catalog/x.c", 'const char *q = "delete from job where id = $1";\n', "SQL outside"),
    ("create in app", "src/app/x.c", 'const char *q = "CREATE TABLE t (id INTEGER)";\n', "SQL outside"),
    ("web escapes", "web/src/x.ts", 'import { a } from "../../tests/a";\n', "web/ stands alone"),
    ("web side effect", "web/src/x.ts", 'import "../../src/a.js";\n', "web/ stands alone"),
]


def write_tree(root, files):
    for name, content in files.items():
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def run(files):
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, files)
        result = subprocess.run([sys.executable, str(TOOL), "--root", root], capture_output=True, text=True)
        return result.returncode, result.stdout + result.stderr


def linked_wrongly():
    """A program called dramalet that names a libav library must be found."""
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, {**GOOD, "av.c": "int av(void) { return 0; }\n",
                          "main.c": "int av(void); int main(void) { return av(); }\n"})
        build = pathlib.Path(root) / "build"
        build.mkdir()
        for command in (["gcc", "-shared", "-fPIC", "-Wl,-soname,libavcodec.so.59", "-o", "build/libavcodec.so", "av.c"],
                        ["gcc", "-o", "build/dramalet", "main.c", "build/libavcodec.so"]):
            subprocess.run(command, cwd=root, check=True)
        result = subprocess.run([sys.executable, str(TOOL), "--root", root], capture_output=True, text=True)
        return result.returncode == 1 and "dramalet may not link libavcodec.so.59" in result.stdout


def main():
    passed, failed = 0, 0

    def expect(name, good, detail=""):
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"FAILED {name}: {detail}")

    code, output = run(GOOD)
    expect("a good tree", code == 0 and output == "", output)
    for name, path, content, wanted in BAD:
        code, output = run({**GOOD, path: content})
        expect(name, code == 1 and wanted in output and output.count("\n") == 1, f"exit {code}: {output!r}")
    expect("a program linked with libav", linked_wrongly())
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
