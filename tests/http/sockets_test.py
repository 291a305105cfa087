"""http over real sockets, no database: replies, bodies, ranges, malformed requests, deadlines, TLS,
graceful stop. Run: sockets_test.py HTTP-TEST-SERVER"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import Connection, Server, main

PROGRAM = sys.argv.pop(1)
CONTENT = bytes(i * 7 % 251 for i in range(300_000))


class WithServer(unittest.TestCase):
    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = pathlib.Path(cls.folder.name) / "file.bin"
        cls.file.write_bytes(CONTENT)
        cls.server = Server([PROGRAM, "--file", str(cls.file), *cls.OPTIONS])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def connect(self, **options):
        c = Connection(self.server.port, **options)
        self.addCleanup(c.close)
        return c

    def assert_problem(self, reply, status, code=None):
        self.assertEqual(reply.status, status, reply)
        self.assertEqual(reply.headers["content-type"], "application/problem+json")
        problem = json.loads(reply.body)
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["title"] and problem["detail"])
        if code:
            self.assertEqual(problem["code"], code)
        return problem


class Replies(WithServer):
    def test_every_kind_of_route_on_one_connection(self):
        c = self.connect()
        for target, body in (("/hello", b"hello\n"), ("/read", b"hello\n"),
                             ("/big", b"x" * 55000), ("/pending-loop", b"at once\n")):
            for _ in range(3):
                reply = c.request("GET", target)
                self.assertEqual((reply.status, reply.body), (200, body))
        self.assertEqual(c.request("POST", "/pending", body=b"x").body, b"written\n")
        self.assertIn("date", reply.headers)

    def test_pipelined_requests_are_answered_in_order(self):
        c = self.connect()
        c.send("GET /slow?ms=50 HTTP/1.1\r\nHost: a\r\n\r\n"
               "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
               "GET /about/7 HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual(c.reply().body, b"hello\n")
        self.assertEqual(len(c.reply().body), 55000)
        self.assertEqual(json.loads(c.reply().body)["param"], "7")

    def test_parameters_cookies_and_queries_arrive(self):
        reply = self.connect().request("GET", "/about/a%20b?x=1&q=%C3%BC+1",
                                       ["Cookie: a=b; dl=token"])
        about = json.loads(reply.body)
        self.assertEqual((about["param"], about["query"], about["cookie"]), ("a b", "ü 1", "token"))
        self.assertTrue(about["has_worker"])

    def test_head_is_get_without_the_body(self):
        c = self.connect()
        for target, length in (("/file", len(CONTENT)), ("/hello", 6), ("/big", 55000)):
            reply = c.request("HEAD", target)
            self.assertEqual((reply.status, reply.headers["content-length"]), (200, str(length)))
        self.assertTrue(json.loads(c.request("GET", "/about/1").body)["has_worker"])

    def test_wrong_addresses_and_methods_are_problems(self):
        c = self.connect()
        problem = self.assert_problem(c.request("GET", "/nowhere?x=1"), 404, "not-found")
        self.assertEqual(problem["instance"], "/nowhere")
        reply = c.request("POST", "/about/1")
        self.assert_problem(reply, 405)
        self.assertEqual(reply.headers["allow"], "GET, HEAD, DELETE, OPTIONS")
        self.assert_problem(c.request("BREW", "/hello"), 501, "unsupported")
        self.assert_problem(c.request("GET", "/about/%zz"), 400, "input")
        self.assertEqual(c.request("OPTIONS", "/hello").headers["allow"], "GET, HEAD, OPTIONS")
        problem = self.assert_problem(c.request("GET", "/fail"), 400, "input")
        self.assertEqual((problem["line"], problem["column"]), (3, 7))
        self.assertEqual(c.request("GET", "/hello").status, 200)  # the connection lives on

    def test_http_1_0_closes(self):
        c = self.connect()
        self.assertEqual(c.request("GET", "/hello", version="HTTP/1.0").status, 200)
        self.assertIsNotNone(c.is_closed_within(3))


class Files(WithServer):
    def test_ranges(self):
        c = self.connect()
        for header, status, first, last in (
                (None, 200, 0, 299999), ("bytes=0-0", 206, 0, 0), ("bytes=1000-1999", 206, 1000, 1999),
                ("bytes=299999-", 206, 299999, 299999), ("bytes=-500", 206, 299500, 299999),
                ("bytes=0-9999999", 206, 0, 299999), ("bytes=5-2", 200, 0, 299999),
                ("bytes=0-1,4-5", 200, 0, 299999), ("lines=1-2", 200, 0, 299999)):
            reply = c.request("GET", "/file", [f"Range: {header}"] if header else [])
            self.assertEqual(reply.status, status, header)
            self.assertEqual(reply.body, CONTENT[first:last + 1], header)
            if status == 206:
                self.assertEqual(reply.headers["content-range"], f"bytes {first}-{last}/300000")
            self.assertEqual(reply.headers["accept-ranges"], "bytes")

    def test_a_range_outside_is_416(self):
        reply = self.connect().request("GET", "/file", ["Range: bytes=300000-"])
        self.assert_problem(reply, 416, "range")
        self.assertEqual(reply.headers["content-range"], "bytes */300000")

    def test_conditions(self):
        c = self.connect()
        reply = c.request("GET", "/file", ['If-None-Match: "x", "abc"'])
        self.assertEqual((reply.status, reply.body, reply.headers["etag"]), (304, b"", '"abc"'))
        self.assertIn("immutable", reply.headers["cache-control"])
        self.assertEqual(c.request("GET", "/file", ['If-None-Match: "y"']).status, 200)
        self.assertEqual(c.request("GET", "/file", ["Range: bytes=0-3", 'If-Range: "abc"']).body,
                         CONTENT[:4])
        self.assertEqual(c.request("GET", "/file", ["Range: bytes=0-3", 'If-Range: "old"']).status, 200)
        self.assert_problem(c.request("GET", "/file", ['If-Match: "old"']), 412)

    def test_descriptors_do_not_leak(self):
        folder = f"/proc/{self.server.child.pid}/fd"
        c = self.connect()
        c.request("GET", "/file")
        time.sleep(0.3)  # connections of other tests are gone
        before = len(os.listdir(folder))
        for i in range(50):
            c.request("GET", "/file", ['If-None-Match: "abc"'] if i % 2 else ["Range: bytes=900000-"])
            c.request("HEAD", "/file")
            c.request("GET", "/file", ["Range: bytes=1-2"])
        time.sleep(0.1)
        self.assertLessEqual(len(os.listdir(folder)), before)


class Bodies(WithServer):
    def test_bodies_by_length_and_in_chunks(self):
        c = self.connect()
        self.assertEqual(c.request("POST", "/echo", body=b"abc").body, b"abc")
        self.assertEqual(c.request("POST", "/echo", ["Content-Length: 0"]).body, b"")
        self.assertEqual(c.request("POST", "/echo", body=b"y" * 65536).body, b"y" * 65536)
        reply = c.request("POST", "/echo", ["Transfer-Encoding: chunked"],
                          b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")
        self.assertEqual(reply.body, b"abcdefg")

    def test_too_large_is_413(self):
        c = self.connect()
        self.assert_problem(c.request("POST", "/echo", body=b"z" * 65537), 413, "limit")
        self.assertEqual(c.request("GET", "/hello").status, 200)  # a small one was read and dropped
        self.assert_problem(c.request("POST", "/hello2", body=b"z"), 404)
        self.assert_problem(c.request("DELETE", "/about/1", body=b"z"), 413)
        chunks = b"8000\r\n" + b"c" * 0x8000 + b"\r\n"
        reply = c.request("POST", "/echo", ["Transfer-Encoding: chunked"], chunks * 3 + b"0\r\n\r\n")
        self.assert_problem(reply, 413, "limit")

    def test_a_huge_body_is_refused_before_it_is_sent(self):
        c = self.connect()
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
        self.assert_problem(c.reply(), 413, "limit")
        self.assertIsNotNone(c.is_closed_within(3))
        c = self.connect()
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\nExpect: 100-continue\r\n\r\n")
        self.assert_problem(c.reply(), 413, "limit")

    def test_expect_continue(self):
        c = self.connect()
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(c.reply().status, 100)
        c.send("abc")
        self.assertEqual(c.reply().body, b"abc")

    def test_endless_chunks_end(self):
        c = self.connect()
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            for _ in range(2000):
                c.send(b"8000\r\n" + b"c" * 0x8000 + b"\r\n")

    def test_uploads_go_to_a_file(self):
        data = os.urandom(3_000_000)
        reply = self.connect().request("PUT", "/upload", body=data)
        self.assertEqual(reply.body.decode(), f"{len(data)} {sum(data)}\n")

    def test_a_client_that_leaves_early_harms_nobody(self):
        for head in ("POST /pending HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                     "GET /slow?ms=100 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /file HTTP/1.1\r\nHost: a\r\n\r\n",
                     "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx"):
            for _ in range(5):
                c = self.connect()
                c.send(head)
                c.close()
        time.sleep(0.3)
        self.assertEqual(self.connect().request("GET", "/read").status, 200)


class Malformed(WithServer):
    def test_smuggling_is_refused_and_the_connection_closed(self):
        for head in ("Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
                     "Host: a\r\nContent-Length: 3\r\nContent-Length: 4",
                     "Host: a\r\nContent-Length: +3", "Host: a\r\nContent-Length: 3, 3",
                     "Host: a\r\nContent-Length: 0x3", "Host: a\r\nContent-Length: -1",
                     "Host: a\r\nTransfer-Encoding: gzip, chunked", "Host: a\r\nTransfer-Encoding: identity",
                     "Host: a\r\nHost: b\r\nContent-Length: 3", "Content-Length: 3",
                     "Host: a\r\nContent-Length : 3", "Host: a\r\nX(y): 3"):
            with self.subTest(head=head):
                c = self.connect()
                c.send(f"POST /echo HTTP/1.1\r\n{head}\r\n\r\nabc")
                self.assertEqual(c.reply().status, 400)
                self.assertIsNotNone(c.is_closed_within(3))

    def test_nonsense_ends_in_4xx_or_a_closed_connection(self):
        for data in (b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 40,
                     b"GET /hello HTTP/9.9\r\nHost: a\r\n\r\n", b"GET /hello XTTP/1.1\r\nHost: a\r\n\r\n",
                     b"GET /he llo HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /hello HTTP/1.1\r\nHost\r\n\r\n",
                     b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                     b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"b" * 20000 + b"\r\n\r\n",
                     b"GET /hello HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 3000 + b"\r\n", os.urandom(4000)):
            with self.subTest(data=data[:40]):
                c = self.connect(timeout=5)
                try:
                    c.send(data)
                    c.socket.shutdown(1)
                    status = c.reply().status
                except (EOFError, OSError):
                    continue  # closed without a word
                self.assertGreaterEqual(status, 400)
        self.assertEqual(self.connect().request("GET", "/hello").status, 200)

    def test_absolute_form(self):
        self.assertEqual(self.connect().request("GET", "http://test/hello").status, 200)


class Deadlines(WithServer):
    OPTIONS = ("--header-ms", "1000", "--body-ms", "1200", "--idle-ms", "2500", "--send-ms", "1000")

    def trickle(self, c, data, pause=0.1, seconds=6):
        """Sends byte after byte; seconds until the server had enough, or None."""
        start = time.monotonic()
        for byte in data:
            try:
                c.socket.sendall(bytes([byte]))
            except OSError:
                return time.monotonic() - start
            time.sleep(pause)
            if time.monotonic() - start > seconds:
                return None
        return None

    def test_a_trickling_header_is_cut_off(self):
        took = self.trickle(self.connect(), b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100)
        self.assertIsNotNone(took)
        self.assertTrue(0.9 < took < 2.5, took)

    def test_silence_after_connecting_is_cut_off(self):
        took = self.connect().is_closed_within(4)
        self.assertTrue(took and 0.9 < took < 2, took)

    def test_a_trickling_body_is_cut_off(self):
        c = self.connect()
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        took = self.trickle(c, b"a" * 1000)
        self.assertTrue(took and 1.1 < took < 2.7, took)

    def test_an_idle_connection_is_closed_and_a_busy_one_is_not(self):
        c = self.connect()
        for _ in range(5):
            self.assertEqual(c.request("GET", "/hello").status, 200)
            time.sleep(0.6)
        took = c.is_closed_within(6)
        self.assertTrue(took and 1.4 < took < 5, took)

    def test_a_trickle_on_a_kept_connection_is_cut_off(self):
        c = self.connect()
        c.request("GET", "/hello")
        took = self.trickle(c, b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100)
        self.assertTrue(took and took < 5.5, took)

    def test_a_client_that_does_not_read_is_cut_off(self):
        big = pathlib.Path(self.folder.name) / "big.bin"
        with open(big, "wb") as f:
            f.truncate(64 << 20)
        server = Server([PROGRAM, "--file", str(big), *self.OPTIONS])
        self.addCleanup(server.stop)
        c = Connection(server.port)
        self.addCleanup(c.close)
        c.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(4)
        got = 0
        try:
            while piece := c.socket.recv(1 << 20):
                got += len(piece)
        except ConnectionResetError:
            pass
        self.assertLess(got, 64 << 20)

    def test_a_slow_but_honest_reader_gets_everything(self):
        big = pathlib.Path(self.folder.name) / "slow.bin"
        with open(big, "wb") as f:
            f.truncate(12 << 20)
        server = Server([PROGRAM, "--file", str(big), *self.OPTIONS])
        self.addCleanup(server.stop)
        c = Connection(server.port)
        self.addCleanup(c.close)
        c.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
        got = 0
        while got < 12 << 20:
            piece = c.socket.recv(1 << 20)
            self.assertTrue(piece, f"cut off after {got}")
            got += len(piece)
            time.sleep(0.2 * len(piece) / (1 << 20) * 1.5)
        self.assertGreaterEqual(got, 12 << 20)

    def test_our_own_slowness_is_not_held_against_the_client(self):
        c = self.connect()
        self.assertEqual(c.request("GET", "/slow?ms=2500").status, 200)


class Load(WithServer):
    OPTIONS = ("--readers", "2", "--queue", "4", "--connections", "64")

    def test_a_full_queue_answers_503_and_says_when(self):
        statuses = []

        def one():
            with Connection(self.server.port) as c:
                statuses.append(c.request("GET", "/slow?ms=400"))

        threads = [threading.Thread(target=one) for _ in range(24)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        busy = [r for r in statuses if r.status == 503]
        self.assertTrue(busy)
        self.assertEqual(len(busy) + sum(r.status == 200 for r in statuses), 24)
        self.assert_problem(busy[0], 503, "busy")
        self.assertEqual(busy[0].headers["retry-after"], "1")
        self.assertEqual(self.connect().request("GET", "/read").status, 200)

    def test_more_connections_than_allowed_wait_and_are_served(self):
        first = [Connection(self.server.port) for _ in range(64)]
        for c in first:
            self.assertEqual(c.request("GET", "/hello").status, 200)
        late = Connection(self.server.port)
        late.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        for c in first:
            c.close()
        self.assertEqual(late.reply().status, 200)
        late.close()


class Memory(WithServer):
    OPTIONS = ("--connections", "3000", "--loops", "1")

    def anonymous(self):
        text = pathlib.Path(f"/proc/{self.server.child.pid}/status").read_text()
        return int(text.split("RssAnon:")[1].split()[0]) * 1024

    def test_an_idle_connection_costs_at_most_12_kb(self):
        def open_many(n):
            out = []
            for _ in range(n):
                c = Connection(self.server.port)
                c.request("GET", "/read", ["Cookie: dl=" + "a" * 43, "User-Agent: " + "b" * 120])
                out.append(c)
            return out

        n = 800  # a Python process of its own has 1,024 descriptors at most
        warm = open_many(100)
        before = self.anonymous()
        held = open_many(n)
        cost = (self.anonymous() - before) / n
        print(f"an idle connection costs {cost:.0f} bytes")
        for c in warm + held:
            c.close()
        if not sanitized():
            self.assertLessEqual(cost, 12 * 1024)


def sanitized():
    """A sanitizer's allocator is not what is measured here."""
    program = pathlib.Path(PROGRAM).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.cert, cls.key = (pathlib.Path(cls.folder.name) / n for n in ("cert.pem", "key.pem"))
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", cls.key, "-out", cls.cert],
            capture_output=True, check=False)
        if made.returncode != 0:
            raise unittest.SkipTest("openssl cannot make a certificate")
        cls.file = pathlib.Path(cls.folder.name) / "file.bin"
        cls.file.write_bytes(CONTENT)
        cls.server = Server([PROGRAM, "--cert", cls.cert, "--key", cls.key, "--file", cls.file,
                             "--header-ms", "4000"])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def test_replies_ranges_and_files(self):
        with Connection(self.server.port, tls=True) as c:
            self.assertIn(c.socket.version(), ("TLSv1.2", "TLSv1.3"))
            self.assertTrue(json.loads(c.request("GET", "/about/1").body)["is_tls"])
            self.assertEqual(c.request("GET", "/file").body, CONTENT)
            self.assertEqual(c.request("GET", "/file", ["Range: bytes=7-9"]).body, CONTENT[7:10])
            self.assertEqual(c.request("POST", "/echo", body=b"abc").body, b"abc")

    def test_a_handshake_that_never_comes_is_cut_off(self):
        with Connection(self.server.port) as c:
            took = c.is_closed_within(12)
        self.assertTrue(took and 3.5 < took < 10, took)

    def test_a_wrong_pair_is_refused_in_words(self):
        ran = subprocess.run([PROGRAM, "--cert", self.key, "--key", self.cert], capture_output=True,
                             timeout=10, check=False)
        self.assertEqual(ran.returncode, 1)
        self.assertIn(b"certificate", ran.stderr)


class Proxies(WithServer):
    OPTIONS = ("--proxies", "127.0.0.1, unix")

    def test_a_trusted_proxy_speaks_for_the_client(self):
        c = self.connect()
        https = c.request("GET", "/about/1", ["X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.5"])
        other = c.request("GET", "/about/1", ["X-Forwarded-For: 203.0.113.6"])
        again = c.request("GET", "/about/1", ["X-Forwarded-For: 1.2.3.4, 203.0.113.5"])
        https, other, again = (json.loads(r.body) for r in (https, other, again))
        self.assertTrue(https["is_tls"])
        self.assertFalse(other["is_tls"])
        self.assertEqual(https["client"], again["client"])
        self.assertNotEqual(https["client"], other["client"])


class Untrusted(WithServer):
    def test_anybody_else_does_not(self):
        c = self.connect()
        a = json.loads(c.request("GET", "/about/1", ["X-Forwarded-Proto: https",
                                                     "X-Forwarded-For: 203.0.113.5"]).body)
        b = json.loads(c.request("GET", "/about/1").body)
        self.assertFalse(a["is_tls"])
        self.assertEqual(a["client"], b["client"])


class Stop(unittest.TestCase):
    def test_running_requests_are_finished_and_idle_connections_closed(self):
        server = Server([PROGRAM])
        idle = Connection(server.port)
        idle.request("GET", "/hello")
        unused = Connection(server.port)
        busy = Connection(server.port)
        busy.send("GET /slow?ms=900 HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.2)
        start = time.monotonic()
        server.child.terminate()
        self.assertIsNotNone(idle.is_closed_within(0.6))
        reply = busy.reply()
        self.assertEqual((reply.status, reply.headers.get("connection")), (200, "close"))
        self.assertTrue(server.stop().endswith("stopped\n"))
        self.assertLess(time.monotonic() - start, 2.0)
        for c in (idle, unused, busy):
            c.close()

    def test_who_sends_forever_is_cut_off_after_the_grace(self):
        server = Server([PROGRAM])
        c = Connection(server.port)
        c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        time.sleep(0.2)
        start = time.monotonic()
        self.assertTrue(server.stop().endswith("stopped\n"))
        self.assertLess(time.monotonic() - start, 4)
        c.close()


class Unix(unittest.TestCase):
    def test_a_unix_socket_serves_and_is_private(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            server = Server([PROGRAM, "--unix", path])
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with Connection(path=path) as c:
                self.assertEqual(c.request("GET", "/read").body, b"hello\n")
                self.assertEqual(c.request("POST", "/echo", body=b"x" * 60000).body, b"x" * 60000)
            server.stop()


if __name__ == "__main__":
    main()
