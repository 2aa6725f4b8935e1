#!/usr/bin/env python3
"""Writes the first corpus and the dictionary of each fuzz target.

    testdata/fuzz/prepare.py FOLDER        FOLDER/NAME_fuzz/seed-…, FOLDER/NAME_fuzz.dict

Seeds are what the tree has anyway: the policies of the cases, the examples of SEMANTICS.md, the record and the numbers of
the vectors. What is written here is only the form that a target gives its bytes; each says so in its first lines.
"""

import itertools
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def policies():
    """Texts of modules, each once."""
    found = {}
    for path in sorted((ROOT / "testdata/cases").rglob("*.case")) + [ROOT / "SEMANTICS.md"]:
        text = path.read_text(encoding="utf-8")
        for one in re.findall(r"^-- policy[^\n]*--\n(.*?)(?=^-- |\Z|^```)", text, re.M | re.S):
            found[one] = None
    return [one.encode() for one in found if len(one) < 2000]


def documents():
    texts = [b'{"a":[1,2.5e3,"\\u00e9",null,{}]}', b"[]", b'"\\ud83d\\ude00"', b"-0.0", b"{}", b'{"a":1,"b":{"a":"a"}}']
    for path in sorted((ROOT / "testdata/cases").rglob("*.case")):
        found = re.findall(r"^-- (?:input|data) --\n(.*?)(?=^-- |\Z)", path.read_text(encoding="utf-8"), re.M | re.S)
        texts += [one.encode() for one in found if len(one) < 500]
    return texts


def numbers():
    lines = (ROOT / "testdata/numbers/opa.txt").read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()[1:]}
    return [word.encode() for word in sorted(words) if word != "-"][:400]


def record():
    return json.loads((ROOT / "testdata/evidence/vectors.json").read_text(encoding="utf-8"))["record"]["line"].encode()


def calls():
    """Every built-in by its place, with a few arguments of each number."""
    values = ['"a b"', "1", "-2.5", "[]", '["a", 1]', '{"a": 1}', '{"$set": [1, "a"]}', "null", '"10.0.0.0/8"', '"[a-z]+"']
    for place in range(210):
        for size in (1, 2, 3):
            for shift in range(3):
                args = list(itertools.islice(itertools.cycle(values[shift * 3:] + values[:shift * 3]), size))
                yield bytes([place]) + ("[" + ", ".join(args) + "]").encode()


PATTERNS = ["a*", "(a|b)+c?", r"[[:alpha:]]\d{2,3}", "^$", "(?i)x", r"\pL", "a{0,100}", "*.example.com", "{a,b*}/**", "[!a-c]?", r"\*"]
FORMATS = ["%v", "%d %s", "%05.2f", "%x|%X|%o|%b", "%q%%", "%[2]v %[1]v", "%+d% d", "%-10s|", "%*d", "%!", "%T %t", "%e %g", "%c%U"]
LAYOUTS = ["2006-01-02T15:04:05Z07:00", "Mon, 02 Jan 2006 15:04:05 MST", "3:04PM", "02/01/06 .000 -0700", "Jan _2 2006"]
TIMES = ["2021-01-02T03:04:05Z", "Sat, 02 Jan 2021 03:04:05 UTC", "3:04AM", "1h2m3.5s", "1969-12-31T23:59:59.999999999-23:59"]
YAML = ["a: 1\nb: [x, ~, 'y']", "- &a {k: v}\n- *a\n- <<: *a", "'0x1F'", "|\n  text\n  more", "!!str 1", "? a\n: b", "--- 1\n--- 2",
        "{a: {b: [1, 2.5, true, null]}}", ".inf", "2001-01-01", "1_000", "0o14", "\"\\u00e9\\n\""]
GRAPHQL = ["{ me { id name friends { id } } any { ... on User { id } __typename } }",
           "query Q($f: Filter = {a: 1}, $i: ID!) @tag(name: \"q\") { node(id: $i, filter: $f) { ...N } } fragment N on Node { id ... on Dog { name } }",
           "subscription { user { id } }", "{ a: me(first: 2, color: [RED]) { id } a: me { id: name } }", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
           "schema { query: Q } extend type Q implements I & J @d { a(b: [Int!]! = [1]): E } interface I { a: Int } union U = | A | B enum E { X Y }",
           "\"d\" input I { a: I! b: Float = 1.5e3 } \"\"\"block\n  text\"\"\" directive @d(x: I = {a: {}}) repeatable on OBJECT | FIELD scalar S # c\n",
           "{ me(first: \"\\u00e9\\u{1F600}\", color: -0.5) @skip(if: $x) { id } }", "{ __schema { types { fields { type { fields { name } } } } } }"]
TEMPLATES = ["{{.a}} {{- .b -}} {{/* c */}}", "{{range $i, $x := .c}}{{if $i}},{{else}}-{{end}}{{$x}}{{break}}{{end}}",
             "{{define \"t\"}}{{.}}{{end}}{{template \"t\" .a}}{{block \"b\" .}}{{.n}}{{end}}",
             "{{with $x := .d.e}}{{$x.f}}{{else with .n}}{{$.b}}{{end}}", "{{printf \"%5.2f|%-8v|%#v|%T|%q\" 1.5 .c .d .a .b}}",
             "{{and 1 .n | or 0 | not}}{{eq .b \"text\" \"x\"}}{{lt 1 2}}", "{{index .c 3 \"k\"}}{{slice .b 1 2}}{{len .d}}",
             "{{html .d}}{{js .d}}{{urlquery .d}}{{println 'a' 0x1F 1_0 1e3 2i nil true}}", "{{(.d).e.f}}{{call .a 1}}"]
KEYS = ['{"kty":"oct","k":"c2VjcmV0"}', '{"keys":[{"kty":"oct","k":"AQ","kid":"a","alg":"HS256"},{"kty":"RSA","n":"AQAB","e":"AQ","x5c":[]}]}',
        '{"kty":"EC","crv":"P-256","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y","y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",'
        '"d":"ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE"}',
        '{"kty":"OKP","crv":"Ed25519","x":"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw","d":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}',
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
        "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n-----END PUBLIC KEY-----\n"]
HEADERS = ['{"alg":"HS256"}', '{"alg":"ES256","typ":"JWT","kid":"a"}', '{"alg":"EdDSA","crit":["b64"],"b64":false}', '{"alg":"HS512","cty":"JWT"}']


def tokens():
    for number, (key, header) in enumerate(itertools.product(KEYS, HEADERS)):
        yield bytes([number]) + b"\0".join([key.encode(), header.encode(), b'{"exp":1,"aud":["a"]}', b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA"])


MANIFESTS = ['{"roots": ["a"], "revision": "1"}', '{"roots": ["a/b", "x"], "rego_version": 1}',
             '{"rego_version": 0, "file_rego_versions": {"/a.rego": 1}}', '{"roots": [""]}']


def bundles():
    for number, manifest in enumerate(MANIFESTS):
        yield bytes([number]) + b"\0" + manifest.encode() + b"\0\x01{\"a\": {\"b\": 1}}\0\x02a: {c: 2}\0\x05package a\np := 1\0"


# Bytes of c_calls: options, a program, data, a context, decisions, other data, a program from bytes, a query.
C_CALLS = [bytes([0, 0, 2, 0, policy, 0, 5, 0, 1, 6, 0, 0, 0, 8, 0, flags, 0, 0, 0, 1, 0, 1, 0, 10, 0, 1, 1, 0, 7, 0, 0, 0, 3, 0, 0, 1, 4,
                  1, 6, 1, 1, 0, 9, 1, flags, 9, 0, 1, 1, 0, 0, 12, 0, 0])
           for policy in range(3) for flags in (0, 1, 3)]


# A request for each policy: every rule that its text begins a line with is a query.
REQUESTS = ['{"query": "data.%s"}', '{"query": "data.%s == true; x = data.d", "unknowns": ["input.a", "data.d.b"], "input": {"b": 1}}',
            '{"query": "not data.%s", "options": {"shallowInlining": true, "disableInlining": ["data.%s"]}}',
            '{"query": "data.%s", "unknowns": ["input.fruits"], "options": {"targetDialects": ["sql+postgresql", "ucast+all", "sql+sqlite"], '
            '"targetSQLTableMappings": {"sqlite": {"fruits": {"$self": "f", "name": "n"}}}}}']
FILTERS = ["package a\np if input.fruits.name == \"x\"\np if { input.fruits.price > 1; startswith(input.fruits.name, data.d.s) }\n",
           "package a\np if input.fruits.name in {\"x\", \"y\"}\np if not input.fruits.a == input.fruits.b\n"]


def requests():
    for number, text in enumerate(policies() + [text.encode() for text in FILTERS]):
        package = re.search(rb"^package ([\w.]+)", text, re.M)
        rule = re.search(rb"^(?!package|import|default|#)([a-z]\w*)", text, re.M)
        if package and rule:
            path = "%s.%s" % (package[1].decode(), rule[1].decode())
            yield REQUESTS[number % len(REQUESTS)].replace("%s", path).encode() + b"\0" + text


SCHEMAS = ['{"$ref":"#"}', '{"properties":{"a":{"items":{"$ref":"#/definitions/x"}}},"definitions":{"x":{"type":["string","null"]}}}',
           '{"$id":"http://a/b","anyOf":[{"$ref":"c"},{"not":{}}],"definitions":{"c":{"$id":"c","multipleOf":0.1,"maximum":2}}}',
           '{"patternProperties":{"^a":{"uniqueItems":true,"contains":{"enum":[1]}}},"additionalProperties":{"format":"email"}}',
           '{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true,"dependencies":{"a":["d"]}}',
           '{"if":{"required":["a"]},"then":{"minProperties":3,"propertyNames":{"pattern":"^b"}},"else":false}']


def seeds():
    return {
        "parse": [b"\1" + text for text in policies()],
        "check": [b"\0" + text for text in policies()],
        "eval": [b"\0" + text for text in policies()],
        "json": documents(),
        "number": numbers(),
        "record": [record()],
        "replay": [b"\0", b"\1" + record()] + [b"\0" + bytes([place, 7, 48]) for place in range(0, 250, 5)],
        "program": [bytes([program, 0, 9, kind, 1]) for program in range(3) for kind in range(4)],
        "calls": list(calls()),
        "yaml": [text.encode() for text in YAML] + documents()[:40],
        "graphql": [text.encode() for text in GRAPHQL],
        "tokens": list(tokens()),
        "x509": [bytes([name, 1, place // 256, place % 256, mask]) for name in range(5) for place in (0, 9, 200, 500, 900) for mask in (0, 1, 128)],
        "patterns": [b"\7" + pattern.encode() + b"\0abc foo.example.com/x" for pattern in PATTERNS],
        "sprintf": [bytes([2, 0, 5]) + text.encode() for text in FORMATS] + [bytes([1, 9]) + text.encode() for text in FORMATS],
        "template": [bytes([variables]) + text.encode() for variables in range(2) for text in TEMPLATES],
        "time": [b"\x81%s\0UTC\0%s" % (layout.encode(), time.encode()) for layout, time in zip(LAYOUTS, TIMES)],
        "bundle": list(bundles()),
        "c_calls": C_CALLS,
        "partial": list(requests()),
        "schema": [schema.encode() + b'\0{"a":[1,"x",{"b":null}],"c":2.5}' for schema in SCHEMAS],
    }


REGO = ["package ", "import ", "rego.v2", "future.keywords", "default ", " if ", " else ", "contains ", "some ", " in ", "every ", "not ",
        " with ", " as ", " or ", " and ", ":=", "==", "!=", "<=", "input", "data", "true", "null", "set()", "$\"{", "{|}", "[_]",
        "# METADATA\n", "walk(", "count(", "print(", "sprintf(", "object.get("]
WORDS = {
    "parse": REGO, "check": REGO, "eval": REGO,
    "partial": REGO + ["\"query\":", "\"unknowns\":", "\"options\":", "\"disableInlining\":", "\"targetDialects\":", "ucast+minimal", "input.", "data.d"],
    "json": ["\\u00e9", "\\ud83d", "1e999", "-0", "true", "null", "{\"", "\":"],
    "number": ["e", "E+", "-", ".", "0.", "e400", "e-6143", "9223372036854775808"],
    "record": ["\"writ\":", "\"digest\":", "sha256:", "\"nd\":", "\"meta\":", "\"salts\":", "\"outcome\":", "\"fields\":"],
    "replay": ["\"writ\":", "sha256:", "\"nd\":", "\"input\":", "\"error\":", "\"fuel\":", "null", "true"],
    "calls": ["$set", "$pairs", "[", "]", "\"", "\\u0000", "1e", "/", ":", "%", ".", "{}"],
    "yaml": ["---", "- ", ": ", "&a ", "*a", "<<", "!!str ", "|\n", ">-\n", "? ", "~", "yes", "0x", ".nan", "\t", "\\x"],
    "graphql": ["query", "mutation", "fragment ", " on ", "...", "@", "$", "!", "\"\"\"", "\\u{", "\xef\xbb\xbf", "type ", "interface ",
                "implements ", "union ", "enum ", "input ", "scalar ", "schema", "extend ", "directive ", "repeatable", "__typename", "null"],
    "tokens": ["\"kty\":", "\"RSA\"", "\"x5c\":[", "\"keys\":[", "\"alg\":", "\"kid\":", "P-521", "HS256", "PS256", "ES512", "EdDSA", "e30.", "AQAB",
               "-----BEGIN ", "CERTIFICATE-----"],
    "patterns": PATTERNS + ["**", "{", "}", "[!", "(?:", "{1000}", "\\b", "\\Q"],
    "sprintf": FORMATS + ["%[", "]", "*", "%#v", "%+q"],
    "template": ["{{", "}}", "{{- ", " -}}", "{{end}}", "{{else", "{{range ", "{{if ", "{{with ", "{{define ", "{{template ", "{{block ",
                 "$x", ":=", " | ", ".a", "printf ", "index ", "slice ", "nil", "/*", "*/", "`", "'"],
    "time": LAYOUTS + ["UTC", "America/New_York", "Local", "_2006", "002", ".999", "Z0700", "µs"],
    "schema": ["\"$ref\":\"#", "\"$id\":", "\"type\":", "\"format\":", "\"items\":", "\"allOf\":[", "#/definitions/", "\"enum\":["],
    "bundle": MANIFESTS + ["package a\n", "{\"", "\": "],
}


def quoted(word):
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else "\\x%02x" % byte
                         for byte in word.encode()) + '"'


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    for name, texts in seeds().items():
        target = folder / (name + "_fuzz")
        target.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(texts):
            (target / ("seed-%04d" % number)).write_bytes(text)
    for name, words in WORDS.items():
        (folder / (name + "_fuzz.dict")).write_text("".join(quoted(word) + "\n" for word in words), encoding="utf-8")


if __name__ == "__main__":
    main()
