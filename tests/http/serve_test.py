"""The program itself: settings, one owner of a data folder, health, metrics, the log, the control
socket, graceful stop. Run: serve_test.py DRAMALET"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from harness import Connection, Server, main

PROGRAM = sys.argv.pop(1)
READY = rb"dramalet is ready at https?://[^:/]+:(\d+)/"
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("DRAMALET_")}


def run(*args, env=None):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False,
                          env={**CLEAN, **(env or {})})


class CommandLine(unittest.TestCase):
    def test_help(self):
        ran = run("--help")
        self.assertEqual(ran.returncode, 0)
        commands = re.findall(r"^  ([a-z]+) +\S", ran.stdout, re.M)
        self.assertIn("serve", commands)
        for name in commands:
            for flag in ("--help", "-h"):
                helped = run(name, flag)
                self.assertEqual((helped.returncode, helped.stderr), (0, ""), name)
                self.assertIn(f"usage: dramalet {name}", helped.stdout)
        self.assertIn("--header-timeout", run("serve", "--help").stdout)
        self.assertRegex(run("--version").stdout, r"^dramalet \d+\.\d+")

    def test_wrong_usage_is_2_and_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            for args, says in (([], "usage:"), (["nonsense"], "there is no command 'nonsense'"),
                               (["serve", "--lisen", "x"], "no option '--lisen'"),
                               (["serve", "--readers", "many"], "a number from 0 to 1024, not 'many'"),
                               (["serve", "--readers"], "needs a value"),
                               (["serve", "word"], "one word too many"),
                               (["serve", "--data", folder, "--blobs", "s3://x"], "not built yet"),
                               (["serve", "--data", folder, "--bus=nats://x"], "not built yet"),
                               (["serve", "--data", folder, "--tls-cert", "a"], "tls_key is missing")):
                ran = run(*args)
                self.assertEqual(ran.returncode, 2, args)
                self.assertIn(says, ran.stderr)
                self.assertEqual(ran.stdout, "")
            self.assertEqual(os.listdir(folder), [])

    def test_what_does_not_work_is_1_and_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            data = os.path.join(folder, "d")
            config = pathlib.Path(folder, "c.yaml")
            for args, yaml, env, says in (
                    (["--data", data], "reders: 4\n", {}, "line 1: there is no setting 'reders'; did you mean 'readers'?"),
                    (["--data", data], "readers: 4\nloops: x\n", {}, "line 2: loops must be"),
                    (["--data", data], "", {"DRAMALET_LOOPS": "x"}, "environment DRAMALET_LOOPS"),
                    ([], "", {}, "--data DIR"), (["--data", data, "--listen", "8080"], "", {}, "127.0.0.1:8080"),
                    (["--data", data, "--listen", "192.0.2.1:80"], "", {}, "cannot listen on"),
                    (["--data", str(config)], "", {}, "data folder"),
                    (["--data", data, "--tls-cert", "/nowhere", "--tls-key", "/nowhere"], "", {}, "/nowhere"),
                    (["--data", data, "--trusted-proxies", "localhost"], "", {}, "'localhost'")):
                config.write_text(yaml)
                ran = run("serve", "--config", str(config), *args, env=env)
                self.assertEqual(ran.returncode, 1, (args, ran.stderr))
                self.assertIn(says, ran.stderr)

    def test_an_address_in_use_leaves_the_folder_free(self):
        with tempfile.TemporaryDirectory() as folder:
            server = start(folder + "/a")
            ran = run("serve", "--data", folder + "/b", "--listen", f"127.0.0.1:{server.port}")
            self.assertEqual(ran.returncode, 1)
            self.assertIn("Address already in use", ran.stderr)
            start(folder + "/b").stop()
            server.stop()


def start(folder, *args, env=None):
    return Server([PROGRAM, "serve", "--data", folder, "--listen", "127.0.0.1:0", *args], READY, env)


class Serving(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.data = os.path.join(self.temporary.name, "deep", "data")

    def tearDown(self):
        self.temporary.cleanup()

    def test_health_and_metrics(self):
        server = start(self.data)
        with Connection(server.port) as c:
            self.assertEqual(c.request("GET", "/healthz").body, b"ok\n")
            self.assertEqual(c.request("HEAD", "/healthz").status, 200)
            self.assertEqual(c.request("GET", "/readyz").body, b"ready\n")
            self.assertEqual(c.request("GET", "/v1/nowhere").status, 404)
            reply = c.request("GET", "/metrics")
        self.assertTrue(reply.headers["content-type"].startswith("text/plain; version=0.0.4"))
        samples, types = {}, set()
        for line in reply.body.decode().splitlines():
            if line.startswith("# TYPE "):
                self.assertNotIn(line.split()[2], types)
                types.add(line.split()[2])
            elif not line.startswith("#"):
                found = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?\d+(\.\d+)?)', line)
                self.assertTrue(found, line)
                self.assertIn(found.group(1), types)
                samples[found.group(1) + (found.group(2) or "")] = float(found.group(4))
        self.assertEqual(samples['dramalet_http_requests_total{listener="public"}'], 5)
        self.assertEqual(samples['dramalet_http_replies_total{listener="public",class="4xx"}'], 1)
        self.assertEqual(samples['dramalet_jobs{state="queued"}'], 0)
        self.assertGreater(samples["process_resident_memory_bytes"], 1e6)
        self.assertIn("dramalet_store_writes_total", samples)
        server.stop()

    def test_metrics_may_ask_for_a_token(self):
        server = start(self.data, "--metrics-token", "sesame")
        with Connection(server.port) as c:
            self.assertEqual(c.request("GET", "/metrics").status, 401)
            self.assertEqual(c.request("GET", "/metrics", ["Authorization: Bearer wrong!"]).status, 401)
            self.assertEqual(c.request("GET", "/metrics", ["Authorization: Bearer sesame"]).status, 200)
        with Connection(path=os.path.join(self.data, "control.sock")) as c:
            self.assertEqual(c.request("GET", "/metrics").status, 200)
        server.stop()

    def test_one_owner_of_a_folder(self):
        server = start(self.data)
        second = run("serve", "--data", self.data, "--listen", "127.0.0.1:0")
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"is in use by process {server.child.pid}", second.stderr)
        server.stop(signal.SIGKILL)
        (pathlib.Path(self.data) / "tmp" / "left-over").write_text("x")
        server = start(self.data)  # a stale socket and lock stop nobody; tmp is emptied
        self.assertEqual(os.listdir(os.path.join(self.data, "tmp")), [])
        with Connection(path=os.path.join(self.data, "control.sock")) as c:
            self.assertEqual(c.request("GET", "/healthz").status, 200)
        server.stop()
        self.assertFalse(os.path.exists(os.path.join(self.data, "control.sock")))

    def test_others_see_nothing_and_the_group_only_blobs(self):
        server = start(self.data)
        for name, mode in (("", 0o710), ("control.sock", 0o600), ("dramalet.db", 0o600),
                           ("dramalet.db-wal", 0o600), ("tmp", 0o700), ("blobs", 0o750)):
            self.assertEqual(os.stat(os.path.join(self.data, name)).st_mode & 0o777, mode, name)
        server.stop()

    def test_one_log_line_a_request_without_secrets(self):
        server = start(self.data)
        with Connection(server.port) as c:
            c.request("GET", "/healthz?token=geheim", ["Cookie: dl=geheim", "Authorization: Bearer geheim"])
            c.request("GET", "/nowhere%0a/x")
            c.request("POST", "/healthz", body=b"x")
            problem = json.loads(c.request("GET", "/m/1/0/sig/blob/x.mp4").body)
        time.sleep(0.3)
        lines = [line for line in server.errors().splitlines() if "event=request" in line]
        self.assertEqual(len(lines), 4)
        self.assertNotIn("geheim", server.errors())
        self.assertNotIn("127.0.0.1", "\n".join(lines))
        self.assertRegex(lines[0], r"^at=\S+Z level=info event=request id=[0-9a-f]{16} method=GET "
                                   r"path=/healthz status=200 bytes=3 us=\d+ client=[0-9a-f]{16}$")
        self.assertIn("status=404", lines[1])
        self.assertIn("status=405", lines[2])
        self.assertIn("id=" + problem["request"], lines[3])
        server.stop()

    def test_settings_by_file_environment_and_option(self):
        config = pathlib.Path(self.temporary.name) / "c.yaml"
        config.write_text("# the file\nmetrics_token: from-file\nlog_requests: no\nloops: 1\n")
        server = start(self.data, "--config", str(config), env={"DRAMALET_METRICS_TOKEN": "from-env"})
        with Connection(server.port) as c:
            self.assertEqual(c.request("GET", "/metrics", ["Authorization: Bearer from-file"]).status, 401)
            self.assertEqual(c.request("GET", "/metrics", ["Authorization: Bearer from-env"]).status, 200)
        time.sleep(0.3)
        self.assertNotIn("event=request", server.errors())
        server.stop()

    def test_signals_stop_it_gracefully(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = start(self.data)
            with Connection(server.port) as c:
                c.request("GET", "/readyz")
                server.child.send_signal(number)
                self.assertIsNotNone(c.is_closed_within(3))
            server.child.wait(10)
            self.assertEqual(server.child.returncode, 0)
            self.assertIn("event=stopped", server.errors())
            server.stop()

    def test_tls_by_settings(self):
        cert, key = (os.path.join(self.temporary.name, n) for n in ("cert.pem", "key.pem"))
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                               "/CN=localhost", "-keyout", key, "-out", cert], capture_output=True, check=False)
        if made.returncode != 0:
            self.skipTest("openssl cannot make a certificate")
        server = start(self.data, "--tls-cert", cert, "--tls-key", key)
        with Connection(server.port, tls=True) as c:
            self.assertEqual(c.request("GET", "/healthz").body, b"ok\n")
        server.stop()
        ran = run("serve", "--data", self.data, "--listen", "127.0.0.1:0", "--tls-cert", key, "--tls-key", cert)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("certificate", ran.stderr)


if __name__ == "__main__":
    main()
