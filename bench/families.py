"""A case for each family of built-in functions: one rule that calls the family the way policies do, over mixed inputs.

Tokens are signed here, with a key that is for nothing else. Expected answers are what the policy means, said in Python.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
import re

from bench_case import Case, Numbers

KEY_MODULUS = int(
    "9602e8ed2be1b61d29394770c849dde864c1f07acfe4e6b14a394d756936b058125a5b86d9457add251b4505f4a6e67a21e4"
    "d6d24824565761733f1ed11e740e5d559f830dcab15febfa6400181a30d69c7fce7ff9f691ded56ce78e899ad8aa90ed5f96"
    "afb74d607647a38d91a6006c7ae2bebf25f4d61edb6cd8ae7b65b0d0556a378cd46ddda70040c9276a197ed87bebf0e0e1b1"
    "3073794a066056af57a9f84cd7e4020eeff0b1583553ed4a0cf5713831322b16b0b81788ef625017dc7a6c82b286c27c505d"
    "1839c4ac9b34a3ebb2a9ec3a9c4a3e5ed41f398dad7f5bf5d6a77fd54bfe8a7c0a71ef154e78fc73ae8a9603b478613c45e0"
    "153f6c796bd3", 16)
KEY_EXPONENT = int(
    "14419155514b19adc75ec22c5307526d2a89dba0a1c8ed73bc2b8faf8e85017beb0283806a7f4ccf66cecf5bb60501733577"
    "72a0937840a66cf4c46db35c32dcabb2bfa6d12a71181c43c3d4156d17f22ad0c1401baf35544b2a78fc10cdb57b16b5cee6"
    "08952e601ba8a1c7a086b360f299029bca12cd04fea92c7b27137cb3f80a2fb34e07b080da1a9379bb082df3f928a5ecf046"
    "52dbee8c38e9d281ec111eeac2bd318039b2f5fb424aad5e15ff1c6052c437007342c06b8be76e9be95eb4e8bede1045b9c3"
    "09b92c5294398deaea4d94616b0dc6f2dc88cbd81e8b0b8b6c433b9bb703f5cff0f6adf2fa04671b962ea0ba63afc49c173c"
    "7d4e75c168dd", 16)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(algorithm, claims, secret=b""):
    """A signed JWT: HS256 with `secret`, or RS256 with the key above."""
    header = {"alg": algorithm, "typ": "JWT"}
    parts = [base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    signed = ".".join(parts).encode()
    if algorithm == "HS256":
        signature = hmac.new(secret, signed, hashlib.sha256).digest()
    else:
        prefix = bytes.fromhex("3031300d060960864801650304020105000420")
        digest = prefix + hashlib.sha256(signed).digest()
        padded = b"\0\1" + b"\xff" * (256 - 3 - len(digest)) + b"\0" + digest
        signature = pow(int.from_bytes(padded, "big"), KEY_EXPONENT, KEY_MODULUS).to_bytes(256, "big")
    return ".".join(parts + [base64url(signature)])


def family(name, about, body, inputs, answers, helpers=""):
    policy = "package bench\n\ndefault allow := false\n\nallow if {\n"
    policy += "".join("\t%s\n" % line for line in body) + "}\n" + helpers
    return Case("family_" + name, about, {"policy.rego": policy}, inputs, answers)


def strings(numbers):
    inputs = [{"name": numbers.pick(["Ann Lee", "bob", " Eve ", "Dan O'Hara"]),
               "roles": "admin, dev,ops" if n % 2 else "dev"} for n in range(32)]
    return family("strings", "Split, trim, lower, replace, concat, sprintf, indexof over short texts.", [
        'roles := {trim_space(r) | some r in split(input.roles, ",")}',
        '"admin" in roles',
        'name := replace(lower(trim_space(input.name)), " ", ".")',
        'sprintf("%s@%s", [name, "example.com"]) != concat("@", ["nobody", "example.com"])',
        'indexof(name, "@") == -1',
        'substring(name, 0, 1) != "z"',
    ], inputs, ["admin" in i["roles"] for i in inputs])


def regexes(numbers):
    paths = ["/v1/orders/%d", "/v2/orders/%d/items", "/admin/%d", "/v1/users/u%d"]
    inputs = [{"path": numbers.pick(paths) % numbers.below(9999)} for n in range(48)]
    pattern = re.compile("^/v[12]/orders/[0-9]+(/items)?$")
    return family("regex", "Matching, finding and replacing with constant patterns.", [
        "regex.match(`^/v[12]/orders/[0-9]+(/items)?$`, input.path)",
        'count(regex.find_n(`[0-9]+`, input.path, -1)) > 1',
        'not contains(regex.replace(input.path, `[0-9]+`, "N"), "9")',
    ], inputs, [bool(pattern.match(i["path"])) for i in inputs])


def globs(numbers):
    inputs = [{"host": numbers.pick(["api.example.com", "a.b.example.com", "api.example.org", "web.example.com"])}
              for n in range(48)]
    return family("glob", "glob.match with delimiters and alternatives.", [
        'glob.match("{api,web}.*.com", ["."], input.host)',
        'not glob.match("*.internal", ["."], input.host)',
    ], inputs, [i["host"] in ("api.example.com", "web.example.com") for i in inputs])


def json_values(numbers):
    inputs = [{"body": json.dumps({"user": {"id": n, "tags": ["a", "b"]}, "amount": numbers.below(200)})}
              for n in range(48)]
    return family("json", "json.unmarshal, json.marshal, object.get, json.filter, json.patch.", [
        "body := json.unmarshal(input.body)",
        'object.get(body, ["user", "tags", 1], "") == "b"',
        'small := json.filter(body, ["user/id", "amount"])',
        'patched := json.patch(small, [{"op": "add", "path": "/seen", "value": true}])',
        'startswith(json.marshal(patched), `{"amount":`)',
        "body.amount < 100",
    ], inputs, [json.loads(i["body"])["amount"] < 100 for i in inputs])


def times(numbers):
    inputs = [{"at": "2024-%02d-%02dT%02d:30:00+02:00" %
               (1 + numbers.below(12), 1 + numbers.below(28), numbers.below(24))} for n in range(48)]
    return family("time", "RFC 3339, clock and weekday in a time zone.", [
        "at := time.parse_rfc3339_ns(input.at)",
        '[hour, _, _] := time.clock([at, "Europe/Berlin"])',
        'time.weekday(at) != "Noday"',
        "time.add_date(at, 0, 1, 0) > at",
        "hour >= 12",
    ], inputs, [berlin_hour(i["at"]) >= 12 for i in inputs])


def berlin_hour(text):
    """Clock hour in Berlin of a 2024 text at +02:00: summer time from March 31 to October 27."""
    month, day, hour = int(text[5:7]), int(text[8:10]), int(text[11:13])
    summer = (3, 31) < (month, day) < (10, 27)
    return hour if summer else (hour - 1) % 24


def networks(numbers):
    inputs = [{"ip": "10.%d.%d.%d" % (numbers.below(4), numbers.below(256), numbers.below(256))} for n in range(48)]
    wanted = ipaddress.ip_network("10.0.0.0/15")
    return family("net", "CIDR containment and intersection.", [
        'net.cidr_contains("10.0.0.0/15", input.ip)',
        'net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16")',
        'not net.cidr_contains("192.168.0.0/16", input.ip)',
    ], inputs, [ipaddress.ip_address(i["ip"]) in wanted for i in inputs])


def graphs(numbers):
    inputs = []
    for n in range(32):
        edges = {"n%d" % i: ["n%d" % numbers.below(24)] for i in range(24)}
        inputs.append({"edges": edges})
    answers = []
    for i in inputs:
        seen, todo = set(), ["n0"]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += i["edges"][node]
        answers.append(len(seen) > 5)
    return family("graph", "graph.reachable over 24 nodes.", [
        'count(graph.reachable(input.edges, {"n0"})) > 5',
    ], inputs, answers)


def tokens(algorithm):
    secret = b"a secret of the benchmark, 32 by"
    inputs, answers = [], []
    for n in range(32):
        claims = {"iss": "bench", "sub": "user%d" % n, "aud": "api", "exp": 4102444800,
                  "role": "dev" if n % 3 == 0 else "admin"}
        text = token(algorithm, claims, secret)
        broken = n % 4 == 3
        if broken:
            head, body, signature = text.split(".")
            text = ".".join([head, body, ("A" if signature[0] != "A" else "B") + signature[1:]])
        inputs.append({"token": text})
        answers.append(claims["role"] == "admin" and not broken)
    if algorithm == "HS256":
        constraints = '{"secret": "%s", "alg": "HS256", "iss": "bench", "aud": "api"}' % secret.decode()
    else:
        key = {"keys": [{"kty": "RSA", "e": "AQAB", "alg": "RS256", "n": base64url(KEY_MODULUS.to_bytes(256, "big"))}]}
        constraints = '{"cert": `%s`, "alg": "RS256", "iss": "bench", "aud": "api"}' % json.dumps(key)
    about = "io.jwt.decode_verify, %s, one in four with a broken signature." % algorithm
    return family("tokens_" + algorithm.lower(), about, [
        "[valid, _, claims] := io.jwt.decode_verify(input.token, %s)" % constraints,
        "valid",
        'claims.role == "admin"',
    ], inputs, answers)


def schemas(numbers):
    schema = {"type": "object", "required": ["id", "items"], "properties": {
        "id": {"type": "string", "pattern": "^o-[0-9]+$"}, "total": {"type": "number", "minimum": 0, "maximum": 1000},
        "items": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["sku"], "properties": {
            "sku": {"type": "string"}, "count": {"type": "integer", "minimum": 1}}}}}, "additionalProperties": False}
    inputs, answers = [], []
    for n in range(32):
        order = {"id": "o-%d" % n, "total": numbers.below(2000),
                 "items": [{"sku": "s%d" % i, "count": 1 + i} for i in range(4)]}
        if n % 5 == 4:
            del order["items"][2]["sku"]
        inputs.append({"order": order})
        answers.append(order["total"] <= 1000 and n % 5 != 4)
    return family("schema", "json.match_schema with a constant schema.", [
        "json.match_schema(input.order, schema)[0]",
    ], inputs, answers, "\nschema := %s\n" % json.dumps(schema))


def digests(numbers):
    inputs = [{"body": "order %d" % n, "mac": ""} for n in range(32)]
    for n, i in enumerate(inputs):
        good = hmac.new(b"key", i["body"].encode(), hashlib.sha256).hexdigest()
        i["mac"] = good if n % 2 else good[::-1]
    return family("crypto", "HMAC and SHA-256 of short texts.", [
        'crypto.hmac.equal(crypto.hmac.sha256(input.body, "key"), input.mac)',
        'count(crypto.sha256(input.body)) == 64',
    ], inputs, [bool(n % 2) for n in range(32)])


def encodings(numbers):
    inputs = [{"credentials": "Basic " + base64.b64encode(("user%d:pw" % (n % 8)).encode()).decode(),
               "query": "a=%d&b=x%%20y" % n} for n in range(32)]
    return family("encoding", "Base64, hexadecimal, query strings.", [
        'text := base64.decode(trim_prefix(input.credentials, "Basic "))',
        '[user, _] := split(text, ":")',
        'hex.decode(hex.encode(user)) == user',
        'urlquery.decode_object(input.query).b[0] == "x y"',
        'user in {"user0", "user2", "user4", "user6"}',
    ], inputs, [n % 2 == 0 for n in range(32)])


def collections(numbers):
    inputs = [{"have": ["p%d" % numbers.below(12) for _ in range(8)]} for n in range(48)]
    return family("collections", "Sets, objects and aggregates.", [
        "have := {p | some p in input.have}",
        'count(have & {"p1", "p2", "p3"}) > 1',
        'merged := object.union({p: 1 | some p in have}, {"p0": 2})',
        "sum([v | some v in merged]) >= 3",
        'max(have) >= min(have)',
        'count(sort(have | {"p0"})) > 1',
    ], inputs, [len(set(i["have"]) & {"p1", "p2", "p3"}) > 1 for i in inputs])


def versions(numbers):
    inputs = [{"version": "1.%d.%d" % (numbers.below(20), numbers.below(9)), "memory": numbers.pick(["512Mi", "2Gi"])}
              for n in range(48)]
    return family("semver_units", "semver.compare and units.parse_bytes.", [
        'semver.compare(input.version, "1.10.0") >= 0',
        'units.parse_bytes(input.memory) < 4000000000',
        'semver.is_valid(input.version)',
    ], inputs, [int(i["version"].split(".")[1]) >= 10 for i in inputs])


def graphql(numbers):
    queries = ['{ user(id: "%d") { name } }', 'mutation { drop(id: "%d") }']
    inputs = [{"query": numbers.pick(queries) % n} for n in range(32)]
    schema = "type Query { user(id: ID!): User } type User { name: String } type Mutation { drop(id: ID!): Boolean }"
    return family("graphql", "graphql.parse_and_verify with a constant schema; queries pass, mutations do not.", [
        "[valid, query, _] := graphql.parse_and_verify(input.query, schema)",
        "valid",
        'every operation in query.Operations { operation.Operation == "query" }',
    ], inputs, [i["query"].startswith("{") for i in inputs], '\nschema := "%s"\n' % schema)


def templates(numbers):
    inputs = [{"user": {"name": "u%d" % n, "roles": ["dev"] * (n % 3)}} for n in range(30)]
    return family("templates", "strings.render_template with a constant template.", [
        'text := strings.render_template(`{{.name}}:{{range .roles}}[{{.}}]{{end}}`, input.user)',
        'endswith(text, "]")',
    ], inputs, [n % 3 != 0 for n in range(30)])


def families():
    numbers = Numbers(2024)
    for make in (strings, regexes, globs, json_values, times, networks, graphs, schemas, digests, encodings,
                 collections, versions, graphql, templates):
        yield make(numbers)
    yield tokens("HS256")
    yield tokens("RS256")
