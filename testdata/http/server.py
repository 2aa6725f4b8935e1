"""Servers for tests of http.send: HTTP, HTTPS and HTTP over a Unix socket, on ports that are free. Each answers by path.

They count requests, so that a test can say how many there were.
"""

import gzip
import http.server
import json
import os
import socketserver
import ssl
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "test", ""

    def log_message(self, *_):
        pass

    def reply(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Transfer-Encoding" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_json(self, document, status=200, headers=()):
        self.reply(status, [("Content-Type", "application/json"), *headers], json.dumps(document).encode())

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        path = self.path.split("?")[0]
        count = self.server.counts[path] = self.server.counts.get(path, 0) + 1
        date = self.date_time_string()
        if path == "/echo" or path.startswith("/echo/"):
            headers = [[name, value] for name, value in self.headers.items()]
            self.send_json({"method": self.command, "path": self.path, "headers": headers, "body": body.decode()})
        elif path == "/count":
            self.send_json(count)
        elif path == "/text":
            self.reply(200, [("Content-Type", "text/plain"), ("X-Two", "1"), ("X-Two", "2")], b"plain")
        elif path == "/yaml":
            self.reply(200, [("Content-Type", "application/yaml")], b"a: [1, two]\n")
        elif path == "/bytes":
            self.reply(200, [], b"\xff\x00\xfe")
        elif path == "/gzip":
            packed = gzip.compress(b'{"packed": true}')
            self.reply(200, [("Content-Type", "application/json"), ("Content-Encoding", "gzip")], packed)
        elif path == "/bomb":
            self.reply(200, [("Content-Encoding", "gzip")], gzip.compress(b"\0" * 50_000_000))
        elif path == "/endless":
            self.reply(200, [("Transfer-Encoding", "chunked")])
            try:
                for _ in range(100_000):
                    self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            except OSError:
                pass
            self.close_connection = True
        elif path == "/headers":
            self.reply(200, [("X-Long", "x" * 60_000)] * 40)
        elif path == "/trailer":
            self.reply(200, [("Transfer-Encoding", "chunked")])
            self.wfile.write(b"2\r\nok\r\n0\r\nX-Trailer: no\r\n\r\n")
            self.close_connection = True
        elif path.startswith("/status/"):
            self.send_json(count, int(path[8:]))
        elif path == "/loop":
            self.reply(302, [("Location", "/loop")])
        elif path.startswith("/to/"):
            self.reply(int(path[4:7]), [("Location", self.path.split("?", 1)[1])])
        elif path == "/slow":
            time.sleep(2)
            self.send_json("late")
        elif path == "/slow-body":
            self.reply(200, [("Transfer-Encoding", "chunked")])
            self.wfile.write(b"1\r\nx\r\n")
            time.sleep(2)
            self.close_connection = True
        elif path == "/drop":
            if count % 3:
                self.close_connection = True
                self.connection.close()
            else:
                self.send_json("third time")
        elif path == "/fresh":
            self.send_json(count, 200, [("Cache-Control", "max-age=100")])
        elif path == "/no-store":
            self.send_json(count, 200, [("Cache-Control", "no-store, max-age=100")])
        elif path == "/stale":
            if self.headers.get("If-None-Match") == '"v1"':
                self.reply(304, [("ETag", '"v1"'), ("Cache-Control", "max-age=100"), ("X-New", "yes")])
            else:
                self.send_json(count, 200, [("ETag", '"v1"'), ("Cache-Control", "max-age=0")])
        else:
            self.send_json({"path": path, "date": date}, 404)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def address_string(self):
        return "client"


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that hang up are part of the tests


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    server_name, server_port = "localhost", 0

    def handle_error(self, *_):
        pass

    def get_request(self):
        request, _ = super().get_request()
        return request, ("localhost", 0)


def start(server):
    server.counts = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def start_http():
    return start(Server(("127.0.0.1", 0), Handler))


def start_https(certificate, key, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return start(server)


def start_unix(path):
    if os.path.exists(path):
        os.remove(path)
    return start(UnixServer(path, Handler))
