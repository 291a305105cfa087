"""Starts the program under test and speaks raw HTTP to it: what a client library would tidy up is
what these tests are about."""
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest


class Server:
    """A child that prints its port when it is ready; stopped by SIGTERM, killed if that fails."""

    def __init__(self, argv, ready=rb"ready (\d+)", env=None):
        self.log = tempfile.TemporaryFile()
        self.child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=self.log,
                                      env={**os.environ, **(env or {})})
        line = self.child.stdout.readline()
        found = re.search(ready, line)
        if not found:
            self.child.kill()
            self.child.wait()
            raise RuntimeError(f"did not start: {line!r} {self.errors()!r}")
        self.port = int(found.group(1))

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self, number=signal.SIGTERM, timeout=30):
        """Returns what it printed last."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            rest = self.child.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.communicate()
            raise
        self.log.close()
        return rest.decode()


class Connection:
    """One connection; replies are read by their Content-Length."""

    def __init__(self, port=None, path=None, tls=False, timeout=20):
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(path)
        else:
            self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def request(self, method, target, headers=(), body=b"", version="HTTP/1.1"):
        lines = [f"{method} {target} {version}"]
        if version == "HTTP/1.1" and not any(h.lower().startswith("host:") for h in headers):
            lines.append("Host: test")
        lines += headers
        if body and not any(h.lower().startswith(("content-length", "transfer-")) for h in headers):
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self.reply(is_head=method == "HEAD")

    def more(self):
        got = self.socket.recv(262144)
        self.rest += got
        return bool(got)

    def reply(self, is_head=False):
        while b"\r\n\r\n" not in self.rest:
            if not self.more():
                raise EOFError(f"closed after {self.rest!r}")
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        status = int(lines[0].split(" ")[1])
        length = int(headers.get("content-length", 0))
        if is_head or status in (204, 304) or status < 200:
            length = 0
        while len(self.rest) < length:
            if not self.more():
                raise EOFError("closed inside a body")
        body, self.rest = self.rest[:length], self.rest[length:]
        return Reply(status, headers, body)

    def is_closed_within(self, seconds):
        """Seconds until the other side closed, or None."""
        start = time.monotonic()
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
        except (socket.timeout, TimeoutError):
            return None
        except (ConnectionResetError, ssl.SSLError):
            pass
        return time.monotonic() - start


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


def main():
    """unittest with one last line that counts."""
    program = unittest.main(exit=False, verbosity=1)
    r = program.result
    failed = len(r.failures) + len(r.errors)
    print(f"{r.testsRun - failed - len(r.skipped)} passed, {failed} failed, {len(r.skipped)} skipped")
    raise SystemExit(1 if failed else 0)
