"""What the benchmarks share: servers and peers on loopback, wrk, medians, the result line.

A benchmark prints one JSON object a line through emit(); everything else it says goes to stderr. Peers run
in the same call as what they are compared with, alternating, so that both meet the same machine.
"""
import atexit
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_FOLDER", ROOT / "build"))
# The programs refuse settings they do not know, and read them from the environment, too.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("DRAMALET_")}
OUT = ROOT / "benchmarks/out"
REPEATS = int(os.environ.get("BENCH_REPEATS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))


def say(text):
    print(text, file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


def emit(name, value, unit, target=None, peer=None, peer_value=None, ratio=None):
    """target is ">= X" or "<= X" over value, or "ratio >= X" over the ratio."""
    if ratio is None and peer_value:
        ratio = value / peer_value
    is_ok = None
    if target:
        subject, sign, limit = re.match(r"(ratio )?([<>]=) ([\d.]+)", target).groups()
        measured = ratio if subject else value
        is_ok = measured >= float(limit) if sign == ">=" else measured <= float(limit)
    print(json.dumps({"name": name, "value": rounded(value), "unit": unit, "target": target, "ok": is_ok, "peer": peer,
                      "peer_value": rounded(peer_value), "ratio": rounded(ratio)}), flush=True)


def rounded(value):
    return value if value is None or value == 0 else float(f"{value:.4g}") if abs(value) < 1e4 else round(value)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scratch(name):
    """A folder of this run below benchmarks/out, on the same file system as the build; gone when it ends, kept with
    its logs when it broke."""
    OUT.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=OUT))
    atexit.register(lambda: hasattr(sys, "last_type") or shutil.rmtree(folder, ignore_errors=True))
    return folder


def on_cores(cores, command):
    return ["taskset", "-c", cores, *map(str, command)] if cores else list(map(str, command))


class Process:
    """A server that is ended with its whole session when the block ends."""

    def __init__(self, command, log, cores=None, env=None):
        self.log = open(log, "ab")
        self.child = subprocess.Popen(on_cores(cores, command), stdout=self.log, stderr=self.log,
                                      stdin=subprocess.DEVNULL, start_new_session=True,
                                      env={**ENVIRONMENT, **(env or {})})
        self.pid = self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        self.log.close()

    def cpu_s(self):
        """Seconds of processor time so far, user and system: what a busy neighbour cannot change much."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def status_kb(self, field):
        """A number of /proc/PID/status in KiB, e.g. RssAnon."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.M)[1])


def wait_http(port, path="/healthz", seconds=30, process=None):
    """Until GET path answers below 500."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process and process.child.poll() is not None:
            raise RuntimeError(f"the server ended at once; see {process.log.name}")
        try:
            if get(port, path)[0] < 500:
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}")


def get(port, path, headers=None):
    """(status, headers, body) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def get_json(port, path, headers=None):
    status, _, body = get(port, path, headers)
    if status != 200:
        raise RuntimeError(f"GET {path}: {status} {body[:200]!r}")
    return json.loads(body)


class Dramalet(Process):
    def __init__(self, data, port=None, cores=None, extra=()):
        self.port, self.data = port or free_port(), pathlib.Path(data)
        super().__init__([BUILD / "dramalet", "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}", *extra],
                         self.data.parent / "serve.log", cores)
        wait_http(self.port, process=self)


class Nginx(Process):
    """One worker serving `folder` below /m/ behind secure_link; the smallest fair configuration."""
    SECRET = "bench"

    def __init__(self, folder, work, cores=None, workers=1):
        self.port, work = free_port(), pathlib.Path(work)
        user = "user root;" if os.geteuid() == 0 else ""
        conf = work / "nginx.conf"
        conf.write_text(f"""
daemon off; worker_processes {workers}; pid {work}/nginx.pid; error_log {work}/nginx.log; {user}
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=1000;
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
  uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  types {{ video/mp4 mp4; }}
  server {{
    listen 127.0.0.1:{self.port};
    location /healthz {{ return 200; }}
    location /m/ {{
      secure_link $arg_md5,$arg_expires;
      secure_link_md5 "$secure_link_expires$uri {self.SECRET}";
      if ($secure_link = "") {{ return 403; }}
      if ($secure_link = "0") {{ return 410; }}
      alias {folder}/;
    }}
  }}
}}
""")
        super().__init__([shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-c", conf, "-p", work], work / "nginx.out", cores)
        wait_http(self.port, process=self)

    def signed(self, name):
        import base64
        import hashlib
        uri, expires = f"/m/{name}", int(time.time()) + 3600
        digest = hashlib.md5(f"{expires}{uri} {self.SECRET}".encode()).digest()
        return f"{uri}?md5={base64.urlsafe_b64encode(digest).decode().rstrip('=')}&expires={expires}"


def wrk(port, path="/", lua=None, connections=64, threads=1, seconds=SECONDS, cores=None, env=None, timeout="10s"):
    """Runs wrk once: requests/s, bytes/s, latency percentiles in ms, errors."""
    command = ["wrk", "-t", threads, "-c", connections, "-d", f"{seconds:g}s", "--timeout", timeout, "--latency"]
    if lua:
        command += ["-s", ROOT / "benchmarks/lua" / lua]
    command.append(f"http://127.0.0.1:{port}{path}")
    result = subprocess.run(on_cores(cores, command), capture_output=True, text=True, check=True,
                            env={**os.environ, **{k: str(v) for k, v in (env or {}).items()}})
    text = result.stdout
    if " 0 requests in" in text or not all(percentile(text, p) for p in (50, 99)):
        raise RuntimeError(f"wrk got no answers from port {port}:\n{text}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return {
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "bytes_s": size(re.search(r"Transfer/sec:\s+(\S+)", text)[1]),
        "p50_ms": duration_ms(percentile(text, 50)[1]),
        "p99_ms": duration_ms(percentile(text, 99)[1]),
        "errors": int(bad[1]) if bad else 0,
        "socket_errors": sum(map(int, socket_errors.groups())) if socket_errors else 0,
        "requests": int(re.search(r"(\d+) requests in", text)[1]),
        "text": text,
    }


def percentile(text, percent):
    """Its line of the latency distribution; "72.50%" of the thread statistics is not one."""
    return re.search(rf"^\s+{percent}%\s+([\d.]+\w+)", text, re.M)


def must_be_clean(result, what):
    if result["errors"] or result["socket_errors"]:
        raise RuntimeError(f"{what}: {result['errors']} error answers, {result['socket_errors']} socket errors\n"
                           + result["text"])
    return result


def size(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit]


def duration_ms(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]


def cores():
    """(the server's core, the load's core) as taskset lists: two different ones where there are two."""
    have = sorted(os.sched_getaffinity(0))
    return str(have[0]), str(have[-1])


def path_of(url):
    return urllib.parse.urlsplit(url).path


def run_ok(command, **options):
    """Runs a command that must succeed; its output is shown when it does not."""
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True,
                            **{"env": ENVIRONMENT, **options})
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout
