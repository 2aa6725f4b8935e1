#!/usr/bin/env python3
"""http.send against real servers: HTTP, HTTPS and a Unix socket, started here.

    check.py WRIT [--opa OPA] [--consumer PROGRAM]

Each row is an expression, and what it must be. With --opa, OPA must say the same of every row that is not marked as ours.
With --consumer, testdata/package/consumer/http.c is run, too. At last a recorded decision is replayed when the servers
are gone.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import certificates
import server

FAULT = "fault"  # begins an expected value: the text of an error that must occur in the message


class Checks:
    def __init__(self, words, folder):
        self.words, self.folder = words, folder
        self.count, self.failed, self.flags = 0, [], []

    def evaluate(self, program, expression):
        ran = subprocess.run([program, "eval", "--strict-builtin-errors", "-f", "json", *self.flags, expression],
                             capture_output=True, text=True, timeout=60, env=self.environment())
        document = json.loads(ran.stdout)
        if "errors" in document:
            return FAULT + ": " + document["errors"][0]["message"]
        rows = document.get("result", [])
        return rows[0]["expressions"][0]["value"] if rows else None

    def environment(self):
        return {**os.environ, "TEST_CA": (self.folder / "ca.pem").read_text(), "NO_PROXY": "*"}

    def check(self, expression, expected, ours=False):
        programs = [self.words.writ] + ([self.words.opa] if self.words.opa and not ours else [])
        for program in programs:
            self.count += 1
            got = self.evaluate(program, expression)
            is_text = isinstance(expected, str) and expected.startswith(FAULT)
            same = isinstance(got, str) and got.startswith(FAULT) and expected[len(FAULT) + 1:] in got if is_text else got == expected
            if not same:
                self.failed.append(f"{program}: {expression}\n  expected {expected!r}\n  but got  {got!r}")


def request(url, method="GET", **members):
    return "http.send(" + json.dumps({"method": method, "url": url, **members}) + ")"


def check_requests(checks, base):
    got = request(base + "/echo?a=b%20c", headers={"x-test": "1", "User-Agent": "me"})
    checks.check(f"[[r.status, r.status_code, r.body.method, r.body.path] | r := {got}][0]",
                 ["200 OK", 200, "GET", "/echo?a=b%20c"])
    checks.check(f'{{h[0] | r := {got}; some h in r.body.headers}} - {{"Host", "Accept-Encoding"}}', ["User-Agent", "X-Test"])
    post = request(base + "/echo", "post", body={"b": [1, "<"]}, headers={"Content-Type": "application/json"})
    checks.check(f"{post}.body.body", '{"b":[1,"\\u003c"]}')
    checks.check(request(base + "/echo", "PUT", raw_body="raw") + ".body.body", "raw")
    # A path with a character that must be escaped gets escapes of its own; others are sent as they are written.
    checks.check(request(base + "/echo/%41<{>\\") + ".body.path", "/echo/A%3C%7B%3E%5C")
    checks.check(request(base + "/echo/é/%e9 x") + ".body.path", "/echo/%C3%A9/%E9%20x")
    checks.check(request(base + "/echo/<?a=%3c<") + ".body.path", "/echo/%3C?a=%3c<")
    checks.check(request(base + "/to/302?/echo/%3c", enable_redirect=True) + ".body.path", "/echo/%3c")
    checks.check(request(base + "/to/302?../echo/<", enable_redirect=True) + ".body.path", "/echo/%3C")
    checks.check(request(base + "/echo/%41%2f%e4!'[]") + ".body.path", "/echo/%41%2f%e4!'[]")
    around = request(base + "/echo", headers={"X-Test": " \ta b\t "}) + ".body.headers"
    checks.check('{h[1] | some h in ' + around + '; h[0] == "X-Test"}', ["a b"])
    checks.check(request(base + "/echo", "DELETE") + ".body.method", "DELETE")
    checks.check(request(base + "/echo", "HEAD") + ".raw_body", "")
    checks.check("{h | some h in " + request(base + "/echo", "POST") + '.body.headers; h[0] == "Content-Length"}',
                 [["Content-Length", "0"]])
    checks.check(request(base + "/text") + '.headers["x-two"]', ["1", "2"])
    checks.check(request(base + "/text") + ".body", None)
    checks.check(request(base + "/yaml") + ".body", {"a": [1, "two"]})
    checks.check("hex.encode(" + request(base + "/bytes") + ".raw_body)", "ff00fe")
    checks.check(request(base + "/gzip") + ".body", {"packed": True})
    checks.check(f'object.keys({request(base + "/gzip")}.headers)', ["content-type", "date", "server"])
    checks.check("object.keys(" + request(base + "/trailer") + '.headers) & {"x-trailer"}', [])
    checks.check(request(base + "/status/404") + ".status", "404 Not Found")
    same = request(base + "/count") + ".body"
    checks.check(f"{same} == {same}", True)


def check_redirects(checks, base, other):
    checks.check(request(base + "/to/302?/echo") + ".status_code", 302)
    follow = {"enable_redirect": True}
    checks.check(request(base + "/to/302?/echo", "POST", body=1, **follow) + ".body.method", "GET")
    checks.check(request(base + "/to/302?/echo", "POST", body=1, **follow) + ".body.body", "")
    checks.check(request(base + "/to/307?/echo", "POST", body=1, **follow) + ".body.body", "1")
    secret = {"headers": {"Authorization": "secret", "X": "1"}, **follow}
    names = '{{h[0] | some h in {}.body.headers; h[0] in {{"Authorization", "X"}}}}'
    checks.check(names.format(request(base + "/to/302?/echo", **secret)), ["Authorization", "X"])
    foreign = other.replace("127.0.0.1", "localhost")
    checks.check(names.format(request(base + f"/to/302?{foreign}/echo", **secret)), ["X"])
    checks.check(request(base + "/to/302?ftp://x/", **follow), "fault: unsupported protocol scheme")
    checks.check(request(base + "/loop", **follow), "fault: stopped after 10 redirects", ours=True)


def check_failures(checks, base):
    checks.check(request("http://127.0.0.1:1/"),
                 'fault: http.send: Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused')
    refused = {"code": "eval_http_send_network_error",
               "message": 'Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused'}
    checks.check(request("http://127.0.0.1:1/", raise_error=False), {"error": refused, "status_code": 0})
    checks.check(request(base + "/slow", timeout="200ms"), f"fault: http.send: Get {base}/slow: request timed out")
    slow = request(base + "/slow", timeout=200_000_000, raise_error=False)
    checks.check(slow + ".error.message",
                 f'Get "{base}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)')
    checks.check(request(base + "/slow-body", timeout="300ms"),
                 "fault: http.send: context deadline exceeded (Client.Timeout or context cancellation while reading body)")
    checks.check(request(base + "/drop", max_retry_attempts=2) + ".body", "third time")
    checks.check(request(base + "/endless"), "fault: the body of the response is larger than", ours=True)
    checks.check(request(base + "/bomb"), "fault: the body of the response is larger than", ours=True)
    checks.check(request(base + "/headers"), "fault: the headers of the response are larger than", ours=True)
    checks.check(request(base + "/endless", raise_error=False), "fault: the body of the response is larger than", ours=True)


def check_tls(checks, secure, named, strict, expired):
    ca = {"tls_ca_cert": (checks.folder / "ca.pem").read_text()}
    file = {"tls_ca_cert_file": str(checks.folder / "ca.pem")}
    unknown = "fault: tls: failed to verify certificate: x509: certificate signed by unknown authority"
    checks.check(request(secure + "/count"), unknown)
    checks.check(request(secure + "/echo", **ca) + ".status_code", 200)
    checks.check(request(secure + "/echo", **file) + ".status_code", 200)
    checks.check(request(secure + "/echo", tls_ca_cert_env_variable="TEST_CA") + ".status_code", 200)
    checks.check(request(secure + "/echo", tls_insecure_skip_verify=True) + ".status_code", 200)
    checks.check(request(secure + "/echo", tls_ca_cert=(checks.folder / "other.pem").read_text()), unknown)
    checks.check(request(secure + "/echo", tls_ca_cert="x"), "fault: could not append certificates")
    checks.check(request(secure + "/echo", tls_ca_cert_file="/no/such"), "fault: open /no/such: no such file or directory")
    checks.check(request(secure + "/echo", tls_server_name="good.example", **ca) + ".status_code", 200)
    checks.check(request(secure + "/echo", tls_server_name="bad.example", **ca), "fault: failed to verify certificate")
    checks.check(request(secure + "/echo", headers={"Host": "good.example"}, **ca) + ".status_code", 200)
    checks.check(request(named + "/echo", tls_server_name="good.example", **ca), "fault: failed to verify certificate")
    checks.check(request(expired + "/echo", **ca), "fault: certificate has expired or is not yet valid")
    pair = {"tls_client_cert_file": str(checks.folder / "client.pem"), "tls_client_key_file": str(checks.folder / "client.key")}
    checks.check(request(strict + "/echo", **ca, **pair) + ".status_code", 200)
    checks.check(request(strict + "/echo", **ca), "fault: ")
    wrong = {**pair, "tls_client_key_file": str(checks.folder / "server.key")}
    checks.check(request(strict + "/echo", **ca, **wrong), "fault: tls: private key does not match public key")


def check_cache(checks, base, counts):
    """Several requests in one evaluation: those that differ only in what is ignored are one."""
    ignoring = [request(base + "/fresh", headers={"a": str(i)}, cache_ignored_headers=["a"]) + ".body" for i in range(3)]
    before = counts.get("/fresh", 0)
    expression = "[" + ", ".join(ignoring) + "]"
    got = checks.evaluate(checks.words.writ, expression)
    checks.count += 1
    if len(set(got)) != 1 or counts["/fresh"] != before + 1:
        checks.failed.append(f"{expression}: {got}, {counts['/fresh'] - before} requests")


def check_shared_cache(checks, base, counts):
    """Two decisions of one process, and so of one client: the second is answered with what the first one kept."""
    policy = checks.folder / "cached.rego"
    policy.write_text(f"package cached\nkept := {request(base + '/fresh', cache=True)}.body\n"
                      f"sent := {request(base + '/count')}.body\n")
    for entry, sent in (("kept", 1), ("sent", 2)):
        path = {"kept": "/fresh", "sent": "/count"}[entry]
        before = counts.get(path, 0)
        ran = subprocess.run([checks.words.writ, "decide", "--verdict", "none", "--entry", f"cached/{entry}",
                              "--policy", str(policy), "--jsonl", "-"],
                             input="{}\n{}\n", capture_output=True, text=True, env=checks.environment())
        results = [json.loads(line).get("result") for line in ran.stdout.splitlines()]
        checks.count += 1
        if len(results) != 2 or None in results or len(set(results)) != sent or counts.get(path, 0) != before + sent:
            checks.failed.append(f"{entry}: {results}, {counts.get(path, 0) - before} requests; {ran.stderr}")


def check_private(checks, base, path):
    """With the flag nothing is reached that a name, an address or a socket of this machine says."""
    checks.flags = ["--deny-private-network"]
    port = base.rsplit(":", 1)[1]
    for host in ("127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1",
                 "192.168.0.1", "169.254.169.254", "[fd00::1]"):
        checks.check(request(f"http://{host}:{port}/echo"), "fault: ", ours=True)
        checks.check(request(f"http://{host}:{port}/echo", raise_error=False), "fault: ", ours=True)
    escaped = path.replace("/", "%2F")
    checks.check(request(f"unix://localhost/echo?socket={escaped}", raise_error=False), "fault: ", ours=True)
    checks.flags = []


def check_socket(checks, path):
    escaped = path.replace("/", "%2F")
    url = f"unix://localhost/echo?socket={escaped}&b=2"
    checks.check(request(url) + ".body.path", "/echo?b=2")
    checks.check(request(f"unix://localhost/echo?socket={escaped}x"),
                 f"fault: dial unix {path}x: connect: no such file or directory")


def check_names(checks):
    checks.check('"127.0.0.1" in net.lookup_ip_addr("localhost")', True)
    checks.check('net.lookup_ip_addr("no.such.invalid")', "fault: net.lookup_ip_addr: lookup no.such.invalid")


def check_allowed_hosts(checks, base):
    """Capabilities list 127.0.0.1, in this spelling and no other."""
    signatures = {"eq": ["any", "any"], "http.send": ["any"], "net.lookup_ip_addr": ["string"]}
    builtins = [{"name": name, "decl": {"type": "function", "args": [{"type": kind} for kind in kinds], "result": {"type": "any"}}}
                for name, kinds in signatures.items()]
    file = checks.folder / "capabilities.json"
    file.write_text(json.dumps({"builtins": builtins, "features": ["rego_v1"], "allow_net": ["127.0.0.1"]}))
    checks.flags = ["--capabilities", str(file)]
    port = base.rsplit(":", 1)[1]
    checks.check(request(base + "/echo") + ".status_code", 200)
    checks.check(request(f"http://localhost@127.0.0.1:{port}/echo") + ".status_code", 200)
    checks.check('net.lookup_ip_addr("127.0.0.1")', ["127.0.0.1"])
    for host in ("localhost", "LOCALHOST", "127.1", "0x7f.1", "2130706433", "127.0.0.1.", "127.0.0.1@localhost"):
        refused = "disallowed host: " + host.split("@")[-1]
        checks.check(request(f"http://{host}:{port}/echo"), "fault: http.send: " + refused)
        to = f"http://{host}:{port}/echo"
        checks.check(request(f"{base}/to/302?{to}", enable_redirect=True), f'fault: http.send: Get "{to}": {refused}')
        checks.check(f'net.lookup_ip_addr("{host}")', "fault: net.lookup_ip_addr: disallowed host: " + host)
    checks.check(request(f"{base}/to/302?//localhost:{port}/", enable_redirect=True), "fault: disallowed host: localhost")
    checks.check(request(f"{base}/to/302?http://%31%32%37.0.0.1:{port}/", enable_redirect=True), "fault: ")
    checks.check(request(f"{base}/to/302?/echo", enable_redirect=True) + ".status_code", 200)
    checks.check(request(f"http://[::1]:{port}/"), "fault: http.send: disallowed host: [")
    checks.check(request("unix://localhost/?socket=%2Fs"), "fault: http.send: disallowed host: localhost")
    checks.check(request("ftp://x/", method="a b", headers={"a": 1}), "fault: http.send: disallowed host: x")
    checks.check(request(""), "fault: http.send: disallowed host: ")
    checks.flags = []


def check_replay(checks, base, servers):
    """A decision is recorded, the servers are stopped, and the replay says the same."""
    folder = checks.folder / "replay"
    folder.mkdir()
    calls = request(base + "/count") + ".body == " + request(base + "/count") + ".body"
    (folder / "p.rego").write_text(f"package p\nallow if {{\n  {calls}\n  hex.encode({request(base + '/bytes')}.raw_body) == "
                                   f"\"ff00fe\"\n  opa.runtime().env.NO_PROXY == \"*\"\n}}\n")
    record, policies = folder / "record.jsonl", folder / "policies"
    decided = subprocess.run([checks.words.writ, "decide", "--entry", "p/allow", "--policy", str(folder / "p.rego"), "--record",
                              str(record), "--store", str(policies), "--exit-code"], capture_output=True, text=True, env=checks.environment())
    for each in servers:
        each.shutdown()
        each.server_close()
    replayed = subprocess.run([checks.words.writ, "replay", "--expect-reproduced", str(record), "--store", str(policies)], capture_output=True,
                              text=True, env={"PATH": os.environ["PATH"]})
    checks.count += 2
    if decided.returncode != 0:
        checks.failed.append(f"decide: {decided.stdout}{decided.stderr}")
    if replayed.returncode != 0:
        checks.failed.append(f"replay: {replayed.stdout}{replayed.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("writ")
    parser.add_argument("--opa")
    parser.add_argument("--consumer")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        certificates.make_all(folder)
        checks = Checks(words, folder)
        plain, other = server.start_http(), server.start_http()
        path = {name: (folder / f"{name}.pem", folder / f"{name}.key") for name in ("server", "subject", "expired")}
        https = [server.start_https(*path["server"]), server.start_https(*path["subject"]),
                 server.start_https(*path["server"], folder / "ca.pem"), server.start_https(*path["expired"])]
        unix = server.start_unix(str(folder / "s"))
        base, second = (f"http://127.0.0.1:{each.server_port}" for each in (plain, other))
        check_requests(checks, base)
        check_redirects(checks, base, second)
        check_failures(checks, base)
        check_tls(checks, *(f"https://127.0.0.1:{each.server_port}" for each in https))
        check_cache(checks, base, plain.counts)
        check_shared_cache(checks, base, plain.counts)
        check_private(checks, base, str(folder / "s"))
        check_socket(checks, str(folder / "s"))
        check_names(checks)
        check_allowed_hosts(checks, base)
        if words.consumer:
            ran = subprocess.run([words.consumer, base], capture_output=True, text=True, env=checks.environment())
            checks.count += 1
            if ran.returncode != 0:
                checks.failed.append(f"{words.consumer}: {ran.stdout}{ran.stderr}")
        check_replay(checks, base, [plain, other, unix, *https])
    for failure in checks.failed:
        print(failure)
    print(f"http: {checks.count} checked, {len(checks.failed)} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
