"""The configurations in deploy/ behind real proxies: Debian's nginx and Caddy in front of the test
server. Only names, ports and paths are replaced. Run: proxy_test.py HTTP-TEST-SERVER DEPLOY-FOLDER"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from harness import Connection, Server, main

PROGRAM = sys.argv.pop(1)
DEPLOY = pathlib.Path(sys.argv.pop(1))
CONTENT = bytes(i * 11 % 253 for i in range(400_000))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def replaced(text, table):
    for old, new in table:
        if old not in text:
            raise AssertionError(f"the configuration has no {old!r} any more")
        text = text.replace(old, new)
    return text


class Proxied:
    """What must hold behind any proxy. Subclasses start one on cls.port with TLS."""

    takes_large_bodies = True

    @classmethod
    def setUpClass(cls):
        for tool in (cls.TOOL, "openssl", "curl"):
            if not (shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")):
                raise unittest.SkipTest(f"{tool} is not installed")
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.folder.chmod(0o755)
        (cls.folder / "blobs").mkdir()
        (cls.folder / "blobs" / "file.bin").write_bytes(CONTENT)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-keyout", cls.folder / "key.pem",
                        "-out", cls.folder / "cert.pem"], check=True, capture_output=True)
        cls.server = Server([PROGRAM, "--proxies", "127.0.0.1, ::1", "--file",
                             str(cls.folder / "blobs" / "file.bin")])
        cls.port = free_port()
        cls.log = open(cls.folder / "proxy.log", "wb")
        cls.proxy = subprocess.Popen(cls.command(), stdout=cls.log, stderr=cls.log,
                                     env={**os.environ, "HOME": str(cls.folder)})
        for _ in range(100):
            if cls.proxy.poll() is not None:
                raise AssertionError((cls.folder / "proxy.log").read_text())
            try:
                socket.create_connection(("127.0.0.1", cls.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.terminate()
        cls.proxy.wait(20)
        cls.log.close()
        cls.server.stop()
        cls.temporary.cleanup()

    def connect(self):
        c = Connection(self.port, tls=True)
        self.addCleanup(c.close)
        return c

    def request(self, target, headers=(), method="GET", body=b""):
        return self.connect().request(method, target, ["Host: localhost", *headers], body)

    def test_http_2(self):
        ran = subprocess.run(["curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                              f"https://localhost:{self.port}/hello"], capture_output=True, text=True,
                             timeout=20, check=False)
        self.assertEqual(ran.stdout, "2 200")

    def test_the_client_is_seen_through_it(self):
        about = json.loads(self.request("/about/a%20b?q=x", ["Cookie: dl=token"]).body)
        self.assertEqual((about["param"], about["query"], about["cookie"]), ("a b", "x", "token"))
        self.assertTrue(about["is_tls"])
        forged = json.loads(self.request("/about/1", ["X-Forwarded-Proto: http"]).body)
        self.assertTrue(forged["is_tls"])

    def test_bodies_and_pending_replies(self):
        self.assertEqual(self.request("/echo", method="POST", body=b"z" * 60000).body, b"z" * 60000)
        self.assertEqual(self.request("/pending", method="POST", body=b"x").body, b"written\n")
        self.assertEqual(self.request("/echo", method="POST", body=b"z" * 70000).status, 413)
        self.assertEqual(self.request("/upload", method="PUT", body=b"\1" * 60_000).body, b"60000 60000\n")
        large = self.request("/upload", method="PUT", body=b"\1" * 2_000_000)
        if self.takes_large_bodies:
            self.assertEqual(large.body, b"2000000 2000000\n")
        else:
            self.assertEqual(large.status, 413)

    def test_ranges_and_conditions(self):
        whole = self.request("/file")
        self.assertEqual((whole.status, whole.body), (200, CONTENT))
        part = self.request("/file", ["Range: bytes=1000-1999"])
        self.assertEqual((part.status, part.body), (206, CONTENT[1000:2000]))
        self.assertEqual(part.headers["content-range"], "bytes 1000-1999/400000")
        self.assertEqual(self.request("/file", ["Range: bytes=-9"]).body, CONTENT[-9:])
        self.assertEqual(self.request("/file", ["Range: bytes=400000-"]).status, 416)
        tag = whole.headers["etag"]
        self.assertEqual(self.request("/file", [f"If-None-Match: {tag}"]).status, 304)
        self.assertIn("immutable", whole.headers["cache-control"])

    def test_problems_pass_as_they_are(self):
        reply = self.request("/fail")
        self.assertEqual((reply.status, reply.headers["content-type"]), (400, "application/problem+json"))
        self.assertEqual(json.loads(reply.body)["line"], 3)
        self.assertEqual(self.request("/nowhere").status, 404)

    def test_metrics_are_not_public(self):
        self.assertEqual(self.request("/metrics").status, 404)


class Nginx(Proxied, unittest.TestCase):
    takes_large_bodies = False  # it would spool one to its disk before anybody could refuse it
    TOOL = "nginx"

    @classmethod
    def command(cls):
        text = replaced((DEPLOY / "nginx" / "dramalet.conf").read_text(), [
            ("server 127.0.0.1:8080;", f"server 127.0.0.1:{cls.server.port};"),
            ("    listen 80;\n    listen [::]:80;\n", f"    listen 127.0.0.1:{free_port()};\n"),
            ("    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n",
             f"    listen 127.0.0.1:{cls.port} ssl http2;\n"),
            ("/etc/letsencrypt/live/drama.example/fullchain.pem", str(cls.folder / "cert.pem")),
            ("/etc/letsencrypt/live/drama.example/privkey.pem", str(cls.folder / "key.pem")),
            ("drama.example", "localhost"),
            ("/var/lib/dramalet/blobs/", str(cls.folder / "blobs") + "/"),
        ])
        (cls.folder / "dramalet.conf").write_text(text)
        temporary = "\n".join(f"    {name}_temp_path {cls.folder}/{name};"
                              for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        (cls.folder / "nginx.conf").write_text(
            f"{user} worker_processes 1; daemon off; pid {cls.folder}/pid; error_log stderr;\n"
            "events {}\nhttp {\n    access_log off;\n    types {}\n    default_type "
            f"application/octet-stream;\n{temporary}\n    include {cls.folder}/dramalet.conf;\n}}\n")
        nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
        return [nginx, "-p", str(cls.folder), "-c", str(cls.folder / "nginx.conf"), "-e", "stderr"]

    def test_media_by_x_accel_redirect(self):
        whole = self.request("/accel")
        self.assertEqual((whole.status, whole.body), (200, CONTENT))
        self.assertEqual(whole.headers["content-type"], "video/mp4")
        self.assertNotIn("x-accel-redirect", whole.headers)
        part = self.request("/accel", ["Range: bytes=5-9"])
        self.assertEqual((part.status, part.body), (206, CONTENT[5:10]))
        tag = whole.headers["etag"]
        self.assertEqual(self.request("/accel", [f"If-None-Match: {tag}"]).status, 304)

    def test_nobody_gets_media_past_the_signature(self):
        self.assertEqual(self.request("/_media/file.bin").status, 404)

    def test_json_is_compressed(self):
        reply = self.request("/big", ["Accept-Encoding: gzip"])
        self.assertEqual(reply.headers.get("content-encoding"), "gzip")


class Caddy(Proxied, unittest.TestCase):
    TOOL = "caddy"

    @classmethod
    def command(cls):
        text = replaced((DEPLOY / "caddy" / "Caddyfile").read_text(), [
            ("drama.example {", f"https://localhost:{cls.port} {{\n\ttls {cls.folder}/cert.pem "
                                f"{cls.folder}/key.pem"),
            ("reverse_proxy 127.0.0.1:8080", f"reverse_proxy 127.0.0.1:{cls.server.port}"),
        ])
        (cls.folder / "Caddyfile").write_text(
            "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
        return ["caddy", "run", "--config", str(cls.folder / "Caddyfile"), "--adapter", "caddyfile"]

    def connect(self):
        c = CaddyConnection(self.port)
        self.addCleanup(c.close)
        return c


class CaddyConnection(Connection):
    """Caddy wants the name in the handshake."""

    def __init__(self, port):
        super().__init__(port)
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")


if __name__ == "__main__":
    main()
