"""Random programs about one family of built-ins each: tokens, certificates, schemas, GraphQL, templates, modules, signed
requests and requests that are refused.

Random terms of the right types hardly ever get behind the first check of these functions, so their operands are made here:
whole ones, and the same with something changed. A rule holds one call or a few that belong together; an operand is a
literal or a member of the input, where the type checker does not see that it is wrong.
"""

import base64
import json
import random as random_module

from documents import pick
from exact_json import read_json, write_json
from operands import Call, Maker, unescaped
from tokens import POOL, base64_of, token

NOW = 1767225600  # seconds; what the clock says to both engines


# --- tokens ------------------------------------------------------------------------------------------------------------------


class Tokens(Maker):
    ALGORITHMS = ["HS256", "HS256", "HS384", "HS512", "RS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                  "ES256", "ES384", "EdDSA"]
    SECRETS = ["secret", "k", "", "another secret", "é"]

    def algorithm(self):
        return self.pick(*self.ALGORITHMS)

    def key_of(self, algorithm):
        if algorithm.startswith("HS"):
            return self.pick(*self.SECRETS[:4])
        named = {"ES256": "p256", "ES384": "p384", "ES512": "p521", "EdDSA": "ed"}
        return named.get(algorithm) or self.pick("rsa", "rsa2", "rsa2", "rsa2")

    def header(self, algorithm):
        header = {"alg": algorithm}
        if self.chance(0.15):
            header["alg"] = self.pick("none", "None", "HS256", "RS256", "ES256", "ES512", "", "XS256", algorithm.lower())
        header.update(self.some_of([("typ", self.pick("JWT", "jwt", "at+jwt"), 0.5), ("kid", self.pick("a", "b", ""), 0.3),
                                    ("cty", self.pick("JWT", "jwt", "text"), 0.04), ("b64", self.pick(False, True), 0.03),
                                    ("crit", self.pick(["b64"], ["exp"], [], "b64"), 0.06), ("zip", "DEF", 0.02),
                                    ("x", self.hostile(), 0.1)]))
        return self.json(self.changed(header, 0.06))

    def json(self, value):
        """Its text, sometimes with spaces, a member twice, or broken."""
        text = self.pick(write_json(value), unescaped(value))
        if isinstance(value, dict) and value and self.chance(0.05):
            name = pick(self.random, sorted(value))
            text = text[:-1] + ", %s: %s}" % (json.dumps(name), write_json(self.pick(value[name], self.hostile())))
        if self.chance(0.03):
            return self.pick(text.encode() + b"\xff", text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), text + " x")
        return self.maybe_damaged(text, 0.04)

    def time(self):
        return self.pick(0, 1, NOW - 1, NOW, NOW + 1, NOW + 100, NOW + 0.5, 4102444800, -1, 1e10, 9223372036854775807,
                         1e300, str(NOW), NOW * 1000)

    def payload(self):
        audience = self.pick("api", "web", ["api", "web"], [], ["x"], ["api", 1], 7)
        claims = self.some_of([("iss", self.pick("issuer", "other", ""), 0.6), ("aud", audience, 0.5),
                               ("exp", self.pick(4102444800, 4102444800, self.time()), 0.5),
                               ("nbf", self.pick(1, self.time()), 0.3), ("iat", self.time(), 0.2), ("sub", "é<>&", 0.3),
                               ("roles", ["a", "b"], 0.2), ("x", self.hostile(), 0.2)])
        return self.json(self.changed(claims, 0.06) if self.chance(0.95) else self.hostile())

    def signed(self, algorithm, key):
        if self.chance(0.08):
            key = self.pick("rsa", "rsa2", "p256", "other", "none")
        given = key.encode() if key not in POOL["numbers"] else key
        signing = algorithm
        if self.chance(0.03) and isinstance(given, str):  # an asymmetric key's text as the secret
            signing, given = "HS256", POOL["public"][given].encode()
        if given == b"none":
            given = None
        text = token(self.header(algorithm), self.payload(), given, signing)
        if self.chance(0.03):
            return self.pick(text + ".", text + ".a", text.rpartition(".")[0], text.rpartition(".")[0] + ".", "." + text,
                             text + "=", text.replace(".", "..", 1), text + "\n")
        return self.maybe_damaged(text, 0.1)

    def web_key(self, key, private=False):
        if key not in POOL["numbers"]:
            made = {"kty": "oct", "k": base64.urlsafe_b64encode(key.encode()).rstrip(b"=").decode()}
        elif key.startswith("rsa"):
            made = {"kty": "RSA", **{name: base64_of(key, name) for name in ("n", "e")}}
            if private:
                made.update({name: base64_of(key, name) for name in ("d", "p", "q", "dp", "dq", "qi")})
        elif key == "ed":
            made = {"kty": "OKP", "crv": "Ed25519", "x": base64_of(key, "x", 32)}
            if private:
                made["d"] = base64_of(key, "d", 32)
        else:
            size = {"p256": 32, "p384": 48, "p521": 66}[key]
            made = {"kty": "EC", "crv": "P-" + key[1:], "x": base64_of(key, "x", size), "y": base64_of(key, "y", size)}
            if private:
                made["d"] = base64_of(key, "d", size)
        made.update(self.some_of([("kid", self.pick("a", "b", ""), 0.4), ("use", self.pick("sig", "enc"), 0.1), ("alg",
                                  self.pick(*self.ALGORITHMS), 0.2), ("key_ops", ["verify"], 0.05)]))
        return self.changed(made, 0.1)

    def public(self, key):
        """Text that `verify_…` takes for a key."""
        if key not in POOL["numbers"]:
            return key
        certificate = {"rsa": "rsaleaf", "rsa2": "leaf", "p256": "root", "p384": "mid", "ed": "edleaf"}.get(key)
        form = self.pick("pem", "pem", "certificate", "jwk", "jwk", "set", "set", "other")
        if form == "pem" or (form == "certificate" and certificate is None):
            text = POOL["public"][key]
        elif form == "certificate":
            text = POOL["certificates"][certificate]
        elif form == "jwk":
            text = write_json(self.web_key(key))
        elif form == "set":
            keys = [self.web_key(self.pick(key, key, *sorted(POOL["numbers"]), "secret")) for _ in range(self.pick(0, 1, 2, 3))]
            text = write_json(self.changed({"keys": keys + [self.web_key(key)]}, 0.06))
        else:
            text = self.pick(POOL["private"]["rsa"], POOL["private"]["p256"], POOL["public"]["rsa1"], POOL["public"]["rsa"] +
                             POOL["public"][key], POOL["requests"]["asked"], "", "{}", "[]", '{"keys": []}')
        return self.maybe_damaged(text, 0.06)

    def verifier(self, algorithm):
        if algorithm == "EdDSA":
            return "io.jwt.verify_eddsa"
        return "io.jwt.verify_" + algorithm.lower()

    def constraints(self, algorithm, key):
        made = {"cert" if key in POOL["numbers"] else "secret": self.public(key)}
        if self.chance(0.08):
            made = self.pick({}, {"cert": self.public(key)}, {"secret": self.public(key)}, {**made, "secret": "k"})
        made.update(self.some_of([
            ("alg", self.pick(algorithm, algorithm, algorithm, self.algorithm(), "none", ""), 0.4),
            ("iss", self.pick("issuer", "issuer", "other", ""), 0.3), ("aud", self.pick("api", "web", "", "x"), 0.4),
            ("time", self.pick(NOW * 10**9, (NOW + 1) * 10**9, 0, -1, 1e18, 4102444800 * 10**9, 1.5), 0.3),
            (self.pick("exp", "nbf", "x"), self.hostile(), 0.03)]))
        return self.changed(made, 0.08)

    def calls(self):
        algorithm = self.algorithm()
        key = self.key_of(algorithm)
        chance = self.random.random()
        if chance > 0.8:
            return self.encoded(algorithm, key)
        signed = self.signed(algorithm, key)
        if chance < 0.15:
            return Call("io.jwt.decode", signed)
        if chance < 0.45:
            verifier = self.verifier(algorithm if self.chance(0.92) else self.algorithm())
            return Call(verifier, signed, self.public(key))
        form = self.pick("io.jwt.decode_verify", "io.jwt.decode_verify", "[io.jwt.decode_verify(%s, %s)[0], 1]")
        return Call(form, signed, self.constraints(algorithm, key))

    def encoded(self, algorithm, key):
        """What PS, ES sign is drawn, so only what comes of it is compared."""
        try:
            header, payload = read_json(self.header(algorithm)), read_json(self.payload())
        except (ValueError, TypeError):
            header, payload = {"alg": algorithm}, {"a": 1}
        web_key = self.web_key(key, self.chance(0.93))
        raw = self.chance(0.4)
        if raw:
            operands = [self.maybe_damaged(write_json(part), 0.06) for part in (header, payload, web_key)]
        else:
            operands = [header, payload, web_key]
        name = "io.jwt.encode_sign_raw" if raw else "io.jwt.encode_sign"
        drawn = algorithm[:2] in ("PS", "ES") or not raw and isinstance(header, dict) and header.get("alg") != algorithm
        if algorithm[:2] == "HS" and not drawn or algorithm[:2] == "RS" and not drawn and header == {"alg": algorithm}:
            return Call(name, *operands)
        if self.chance(0.5):
            return Call("io.jwt.decode(%s(%%s, %%s, %%s))[1]" % name, *operands)
        return Call("%s(%s(%%s, %%s, %%s), %%s)" % (self.verifier(algorithm), name), *operands, self.public(key))


# --- certificates and keys ---------------------------------------------------------------------------------------------------


class Certificates(Maker):
    CHAINS = [["root", "mid", "leaf"], ["root", "mid", "client"], ["root", "mid", "old"], ["root", "names", "inside"],
              ["root", "names", "outside"], ["root", "direct"], ["root", "unknown"], ["root", "mid", "edleaf"],
              ["other", "rsaleaf"],
              ["root"], ["mid", "leaf"], ["root", "leaf"], ["root", "root"], []]
    USAGES = ["KeyUsageAny", "KeyUsageServerAuth", "KeyUsageClientAuth", "KeyUsageCodeSigning", "KeyUsageEmailProtection",
              "KeyUsageTimeStamping", "KeyUsageIPSECUser", "keyusageany", ""]

    def chain(self):
        names = list(self.pick(*self.CHAINS))
        if self.chance(0.15):
            self.random.shuffle(names)
        if self.chance(0.15):
            names.insert(self.random.randrange(len(names) + 1), self.pick(*sorted(POOL["certificates"])))
        blocks = [POOL["certificates"][name] for name in names]
        return self.spelled(blocks)

    def spelled(self, blocks):
        """As PEM, as the bytes of all in base64, or PEM in base64; whole or damaged."""
        text = "".join(blocks)
        form = self.pick("pem", "pem", "pem", "bytes", "both")
        if form == "bytes":
            text = base64.b64encode(b"".join(map(bytes_of, blocks))).decode()
        elif form == "both":
            text = base64.b64encode(text.encode()).decode()
        if self.chance(0.06):
            text = self.pick("x\n" + text, text.replace("\n", "\r\n"), text + "\n\n" + text, text.replace("CERTIFICATE", "KEY"),
                             text.replace("\n", ""), text.replace("-----\n", "-----\na: b\n\n", 1), text.strip())
        return self.damaged_bytes(blocks) if self.chance(0.12) else self.maybe_damaged(text, 0.06)

    def damaged_bytes(self, blocks):
        """In the DER below the text."""
        data = bytearray(b"".join(map(bytes_of, blocks)))
        for _ in range(self.pick(1, 1, 2, 3)):
            if data:
                data[self.random.randrange(len(data))] = self.random.randrange(256)
        return base64.b64encode(bytes(data)).decode()

    def options(self):
        return self.changed(self.some_of([
            ("DNSName", self.pick("api.example.com", "x.svc.example.com", "a.b.svc.example.com", "example.org", "10.1.2.3",
                                  "[10.1.2.3]", "API.example.com", "", "*.svc.example.com", "api.example.com."), 0.5),
            ("CurrentTime", self.pick(NOW * 10**9, 1262304000 * 10**9, 4102444801 * 10**9, 0, -1, 1.5, 946684799 * 10**9), 0.5),
            ("KeyUsages", [self.pick(*self.USAGES) for _ in range(self.pick(0, 1, 1, 2))], 0.5),
            ("MaxConstraintComparisons", self.pick(0, 1, 5, 1000, -1, 1.5), 0.3)]), 0.1)

    def private(self):
        blocks = [POOL["private"][self.pick(*sorted(POOL["private"]))] for _ in range(self.pick(1, 1, 1, 2, 3, 0))]
        if self.chance(0.15):
            blocks.insert(self.pick(0, len(blocks)), self.pick(POOL["public"]["p256"], POOL["certificates"]["root"], "x\n"))
        return self.spelled(blocks)

    def calls(self):
        chance = self.random.random()
        if chance < 0.2:
            return Call("crypto.x509.parse_certificates", self.chain())
        if chance < 0.35:
            return Call("crypto.x509.parse_and_verify_certificates", self.chain())
        if chance < 0.65:
            return Call("crypto.x509.parse_and_verify_certificates_with_options", self.chain(), self.options())
        if chance < 0.75:
            asked = POOL["requests"][self.pick(*sorted(POOL["requests"]))]
            return Call("crypto.x509.parse_certificate_request", self.spelled([asked]))
        if chance < 0.83:
            return Call("crypto.x509.parse_rsa_private_key", self.private())
        if chance < 0.92:
            return Call("crypto.parse_private_keys", self.private())
        pair = self.pick(("direct", "p256"), ("rsaleaf", "rsa"), ("leaf", "rsa2"), ("edleaf", "ed"), ("mid", "p384"),
                         ("mid", "p256"))
        key = {"ed": "ed", "p256": self.pick("p256", "p2568")}.get(pair[1], pair[1])
        return Call("crypto.x509.parse_keypair", self.spelled([POOL["certificates"][pair[0]]]),
                    self.spelled([POOL["private"][key]]))


def bytes_of(block):
    lines = [line for line in block.split("\n") if line and "-----" not in line and ":" not in line]
    try:
        return base64.b64decode("".join(lines))
    except ValueError:
        return block.encode()


# --- schemas -----------------------------------------------------------------------------------------------------------------


class Schemas(Maker):
    refers = False  # whether references are made
    TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"]
    NAMES = ["a", "b", "c", "x", "é", "a.b"]
    FORMATS = ["date", "date-time", "time", "email", "ipv4", "ipv6", "uri", "uri-reference", "uuid", "regex", "hostname",
               "json-pointer", "relative-json-pointer", "iri", "uri-template", "nothing"]
    TEXTS = ["", "a", "ab", "abc", "2024-02-30", "2024-02-29", "2024-02-29T12:30:00Z", "12:30:00Z", "a@example.com", "1.2.3.4",
             "::1", "http://example.com/a?b#c", "a/b", "/a/b", "123e4567-e89b-12d3-a456-426614174000",
             "[a-z]+", "(", "é", "日本", "example.com", "-a.b", "0/a", "{a}", "1.2.3.256"]
    NUMBERS = [0, 1, -1, 2, 3, 1.5, 10, 100, 0.1, 1e20, 9007199254740993, 2.0]

    def text(self):
        return self.pick(*self.TEXTS)

    def value(self, depth=2):
        chance = self.random.random()
        if depth > 0 and chance < 0.4:
            return {self.pick(*self.NAMES): self.value(depth - 1) for _ in range(self.pick(0, 1, 2, 3))}
        if depth > 0 and chance < 0.6:
            return [self.value(depth - 1) for _ in range(self.pick(0, 1, 2, 3))]
        return self.pick(self.text(), self.text(), self.pick(*self.NUMBERS), self.pick(*self.NUMBERS), True, False, None)

    def schema(self, depth):
        if self.chance(0.04):
            return self.pick(True, False, {})
        made = {}
        kind = self.pick(*self.TYPES, "object", "string", "number")
        if self.chance(0.7):
            made["type"] = kind if self.chance(0.85) else [kind, self.pick(*self.TYPES)]
        for _ in range(self.pick(0, 1, 1, 2, 2, 3)):
            part = self.of_kind(kind, depth - 1)
            made.update(part)
        if depth > 0 and self.chance(0.25):
            made.update(self.combined(depth - 1))
        if self.chance(0.08):
            made.update(self.pick({"enum": [self.value(1) for _ in range(self.pick(1, 2, 3))]}, {"const": self.value(1)}))
        if self.refers and self.chance(0.08):
            made["$ref"] = self.pick("#/definitions/d", "#/definitions/d", "#/definitions/e", "#/nowhere", "#/definitions/d/x")
        if self.chance(0.001):
            made["$ref"] = self.pick("#", "#/properties/a")  # a cycle, which ends OPA after seconds
        return self.changed(made, 0.03)

    def of_kind(self, kind, depth):
        count = self.pick(0, 1, 2, 3)
        if kind == "object":
            inner = {self.pick(*self.NAMES): self.schema(depth) for _ in range(self.pick(1, 2, 3))} if depth > 0 else {"a": {}}
            names = [self.pick(*self.NAMES) for _ in range(self.pick(1, 1, 2))]
            return self.pick({"properties": inner}, {"properties": inner}, {"required": sorted(set(names))},
                             {"required": names},
                             {"additionalProperties": self.pick(False, True, {"type": "number"})}, {"minProperties": count},
                             {"maxProperties": count},
                             {"patternProperties": {self.pick("^a", ".", "b$", "("): {"type": "number"}}},
                             {"propertyNames": {"maxLength": 1}},
                             {"dependencies": {"a": self.pick(["b"], {"required": ["c"]}, [])}})
        if kind == "array":
            return self.pick({"items": self.schema(depth) if depth > 0 else {}}, {"minItems": count}, {"maxItems": count},
                             {"uniqueItems": self.pick(True, False)}, {"contains": {"type": "number"}},
                             {"items": [{"type": "number"}, {}]}, {"additionalItems": self.pick(False, {"type": "string"})})
        if kind in ("number", "integer"):
            number = self.pick(*self.NUMBERS)
            return self.pick({"minimum": number}, {"maximum": number}, {"multipleOf": number},
                             {"exclusiveMinimum": self.pick(number, True)},
                             {"exclusiveMaximum": self.pick(number, False)}, {"minimum": number, "exclusiveMinimum": True})
        return self.pick({"minLength": count}, {"maxLength": count},
                         {"pattern": self.pick("^a", "b", "^[a-z]+$", "(", "\\d", "(?i)A")},
                         {"format": self.pick(*self.FORMATS)}, {"format": self.pick(*self.FORMATS)},
                         {"title": "t", "default": 1})

    def combined(self, depth):
        several = [self.schema(depth) for _ in range(self.pick(1, 2, 2, 3))]
        return self.pick({"allOf": several}, {"anyOf": several}, {"oneOf": several}, {"not": several[0]},
                         {"if": several[0], "then": self.schema(depth), "else": self.schema(depth)})

    def root(self):
        self.refers = self.chance(0.4)
        made = self.schema(self.pick(1, 2, 3))
        if isinstance(made, dict):
            if self.refers:
                self.refers = False
                made["definitions"] = {"d": self.schema(1), "e": self.schema(1)}
            if self.chance(0.25):
                made["$schema"] = self.pick(*["http://json-schema.org/draft-0%d/schema%s" % (draft, end) for draft in (4, 6, 7,
                                                                                                                       3)
                                              for end in ("#", "")])
        return self.maybe_damaged(write_json(made), 0.06) if self.chance(0.3) else self.changed(made, 0.04)

    def document(self):
        made = self.value(3)
        return self.maybe_damaged(write_json(made), 0.08) if self.chance(0.3) else made

    def calls(self):
        if self.chance(0.2):
            return Call("json.verify_schema", self.root())
        return Call("json.match_schema", self.document(), self.root())


# --- GraphQL -----------------------------------------------------------------------------------------------------------------


class Graphs(Maker):
    SCHEMAS = [
        "type Query { user(id: ID!, n: Int = 3): User users(first: Int, tags: [String!]): [User!]! "
        "kind: Kind any: Any node: Node }\n"
        "type User implements Node { id: ID! name(upper: Boolean): String friends: [User] kind: Kind score: Float }\n"
        "type Bot implements Node { id: ID! owner: User on: Boolean }\n"
        "interface Node { id: ID! }\nunion Any = User | Bot\nenum Kind { ADMIN GUEST }\n"
        "input Filter { name: String = \"a\" kind: Kind! sub: Filter n: [Int!] }\n"
        "type Mutation { add(filter: Filter!): User drop(id: ID!): Boolean @deprecated(reason: \"no\") }\n"
        "type Subscription { seen: User }\ndirective @hint(n: Int) on FIELD | QUERY\n",
        "type Query { a: Int b(x: [Int!]!): String self: Query }",
        "schema { query: Root }\n\"\"\"The root\"\"\" type Root { a: String c: C }\nscalar Date @specifiedBy(url: \"x\")\n"
        "type C { d: Date }\n"
        "extend type C { e(o: In): Int }\ninput In { a: Int! b: [In] }",
    ]
    FIELDS = ["user", "users", "kind", "any", "node", "id", "name", "friends", "score", "owner", "on", "a", "b", "c", "d", "e",
              "self", "__typename", "add", "drop", "seen", "nope", "__schema"]
    INSIDE = {"Query": ["user", "users", "any", "node", "kind"], "User": ["id", "name", "friends", "kind", "score"],
              "Bot": ["id", "owner", "on"], "Node": ["id"], "Any": ["__typename"]}
    LEADS = {"user": "User", "users": "User", "friends": "User", "owner": "User", "any": "Any", "node": "Node", "self": "Query"}
    WORDS = ["type", "query", "fragment", "on", "{", "}", "(", ")", "!", "[", "]", ":", "=", "@", "...", "$", "|", "&", "a",
             "User",
             "Int", "String", "1", "\"x\"", "null", "true", "ADMIN", "#c\n", "extend", "input", "enum", "\"\"\"b\"\"\""]

    def literal(self, depth=2):
        if depth > 0 and self.chance(0.2):
            return self.pick("[%s]", "{name: %s}", "{kind: ADMIN, n: %s}", "{sub: %s}") % self.literal(depth - 1)
        return self.pick("1", "-2", "1.5", "\"a\"", "\"\\u00e9\"", "true", "null", "ADMIN", "NOPE", "$v", "$w", "99999999999",
                         "\"\"\"b\"\"\"")

    def arguments(self, field):
        if field in ("user", "drop") and self.chance(0.85):
            return "(id: %s)" % self.pick("1", "\"a\"", "$v", self.literal())
        if field == "add":
            return "(filter: %s)" % self.pick("{kind: ADMIN}", "{kind: GUEST, name: \"b\", n: [1, 2]}", self.literal())
        if self.chance(0.15):
            return "(%s: %s)" % (self.pick("id", "n", "first", "upper", "x", "o", "tags"), self.literal())
        return ""

    def selection(self, kind, depth):
        parts = []
        for _ in range(self.pick(1, 1, 2, 3)):
            chance = self.random.random()
            if chance < 0.1:
                name = self.pick("User", "Bot", "Node", "Query", "Nope")
                parts.append("... on %s { %s }" % (name, self.selection(name, depth - 1) if depth > 0 else "id"))
                continue
            if chance < 0.17:
                parts.append("...%s%s" % (self.pick("F", "G"), self.directive()))
                continue
            field = self.pick(*self.INSIDE[kind]) if kind in self.INSIDE and self.chance(0.92) else self.pick(*self.FIELDS)
            text = self.pick("", "", "", "x: ", "id: ") + field + self.arguments(field) + self.directive()
            if field in self.LEADS and depth > 0 and self.chance(0.96):
                text += " { %s }" % self.selection(self.LEADS[field], depth - 1)
            parts.append(text)
        return " ".join(parts)

    def directive(self):
        if not self.chance(0.1):
            return ""
        return self.pick(" @skip(if: true)", " @include(if: $v)", " @hint(n: 1)", " @nope", " @skip", " @hint @hint",
                         " @skip(if: 1)")

    def query(self):
        head = self.pick("", "", "query ", "query Q", "query Q($v: ID!)", "query Q($v: Int = 1, $w: [Filter!])", "mutation M",
                         "subscription S", "query Q($v: Boolean!) @hint(n: 2)", "query ($v: Nope)")
        root = {"m": "Mutation", "s": "Subscription"}.get(head[:1], "Query")
        body = self.pick("add(filter: {kind: ADMIN}) { id }", "drop(id: 1)") if root == "Mutation" else \
            "seen { id }" if root == "Subscription" else self.selection(root, 2)
        text = "%s{ %s }" % (head, body)
        for name in ("F", "G"):
            if ("..." + name) in text and self.chance(0.9) or self.chance(0.03):
                text += " fragment %s on %s { %s }" % (name, self.pick("User", "User", "Query", "Int"),
                                                       self.selection("User", 1))
        if self.chance(0.05):
            text += self.pick(" query R { kind }", " { kind }", text)
        return self.spoiled(text, 0.15)

    def spoiled(self, text, probability):
        if not self.chance(probability):
            return text
        words = text.split(" ")
        place = self.random.randrange(len(words))
        return self.pick(" ".join(words[:place] + words[place + 1:]),
                         " ".join(words[:place] + [self.pick(*self.WORDS)] + words[place:]),
                         " ".join(words[:place] + [self.pick(*self.WORDS)] + words[place + 1:]), self.damaged(text))

    def schema(self):
        return self.spoiled(self.pick(self.SCHEMAS[0], *self.SCHEMAS), 0.2)

    def calls(self):
        name = self.pick("is_valid", "parse", "parse_and_verify", "parse_and_verify", "parse_query", "parse_schema",
                         "schema_is_valid")
        if name in ("parse_schema", "schema_is_valid"):
            return Call("graphql." + name, self.schema())
        if name == "parse_query":
            return Call("graphql." + name, self.query())
        if self.chance(0.12):  # with syntax trees in place of texts
            return Call("graphql.%s(graphql.parse_query(%%s), graphql.parse_schema(%%s))" % name, self.query(), self.schema())
        return Call("graphql." + name, self.query(), self.schema())


# --- templates, modules ------------------------------------------------------------------------------------------------------


class Templates(Maker):
    FIELDS = [".a", ".b", ".n", ".l", ".o", ".o.x", ".nope", ".o.nope.y", ".", "$", "$.a", "$x", ".s"]
    VALUES = FIELDS + ["1", "-2", "1.5", "\"q\"", "`r`", "true", "nil", "'c'", "0x1F", "1e3"]
    FUNCTIONS = [("len", 1), ("index", 2), ("slice", 3), ("html", 1), ("js", 1), ("urlquery", 1), ("print", 2), ("println", 1),
                 ("not", 1),
                 ("and", 2), ("or", 2), ("eq", 2), ("ne", 2), ("lt", 2), ("le", 2), ("gt", 2), ("ge", 2), ("eq", 3),
                 ("call", 1), ("nope", 1)]
    FORMATS = ["%v", "%d", "%s", "%q", "%5.2f", "%x", "%t", "%T", "%-6v|", "%06d", "%+v", "%#v", "%c", "%U", "%e", "%%", "%!",
               "%[1]v", "%*d"]

    def operand(self, depth):
        if depth > 0 and self.chance(0.2):
            return "(%s)" % self.pipeline(depth - 1)
        return self.pick(*self.FIELDS) if self.chance(0.6) else self.pick(*self.VALUES)

    def command(self, depth):
        if self.chance(0.5):
            return self.operand(depth)
        if self.chance(0.2):
            return "printf \"%s\" %s" % (self.pick(*self.FORMATS), self.operand(depth))
        name, count = self.pick(*self.FUNCTIONS)
        count += self.pick(0, 0, 0, 0, 0, 0, -1, 1)
        return " ".join([name] + [self.operand(depth) for _ in range(max(0, count))])

    def pipeline(self, depth):
        text = self.command(depth)
        while self.chance(0.15):
            text += " | " + self.pick("len", "html", "js", "printf \"%v\"", "not", "print", "urlquery", "index .l")
        return text

    def action(self, text):
        return self.pick("{{", "{{", "{{", "{{- ") + text + self.pick("}}", "}}", "}}", " -}}")

    def text(self, depth):
        parts = []
        for _ in range(self.pick(1, 2, 2, 3)):
            chance = self.random.random()
            if chance < 0.3 or depth <= 0:
                parts.append(self.pick("a", " ", "\n", "<é>", "") + self.action(self.pipeline(1)))
            elif chance < 0.7:
                word = self.pick("if", "range", "with", "range", "range $x :=", "range $i, $x :=", "if $x :=")
                middle = self.pick("", "", self.action("else") + self.text(0), self.action("else if .a") + "c",
                                   self.action("break"), self.action("continue"))
                parts.append(self.action("%s %s" % (word,
                                                    self.pipeline(1))) + self.text(depth - 1) + middle + self.action("end"))
            elif chance < 0.8:
                parts.append("{{define \"t\"}}%s{{end}}{{template \"t\" %s}}" % (self.text(0), self.operand(0)))
            elif chance < 0.87:
                parts.append("{{$x := %s}}%s{{$x = %s}}{{$x}}" % (self.pipeline(0), self.text(0), self.operand(0)))
            else:
                parts.append(self.pick("{{/* c */}}", "{{block \"t\" .o}}{{.x}}{{end}}", "{{template \"t\"}}", "{{end}}", "{{",
                                       "}}"))
        return "".join(parts)

    def value(self):
        made = {"a": self.pick("t", "<b>&'\"", "", "é\n"), "b": self.pick(True, False),
                "n": self.pick(0, 1, -7, 1.5, 1e21, 12345678901234567890),
                "l": self.pick([], [1, 2, 3], ["x", None, {"y": 1}], [[1], [2]]),
                "o": self.pick({}, {"x": 1}, {"x": {"y": "z"}, "k": [1]}),
                "s": self.pick("日本", "a b", None)}
        return self.changed(made, 0.3)

    def calls(self):
        return Call("strings.render_template", self.maybe_damaged(self.text(2), 0.08), self.value())


class Requests(Maker):
    """For AWS signed, for http.send refused before anything is sent."""

    URLS = ["https://example.com/a", "http://h:8080/a%20b/../c?x=1&y=", "https://s3.amazonaws.com/é?a=b&a=c&z", "/a", "",
            "http://[::1]/", "%zz"]

    def headers(self):
        names, values = ("a", "Content-Type", "X-Amz-A", "host", "b"), ("1", " x  y ", "")
        return self.changed({self.pick(*names): self.pick(*values) for _ in range(self.pick(0, 1, 2))})

    def signed(self):
        request = self.some_of([("method", self.pick("GET", "post", "PUT"), 0.95), ("url", self.pick(*self.URLS), 0.95),
                                ("headers", self.headers(), 0.5), ("raw_body", self.pick("", "a", "é"), 0.3),
                                ("body", self.pick({"b": [1, 2.0]}, "x", []), 0.3)])
        config = self.some_of([("aws_service", self.pick("s3", "ec2", "glacier"), 0.95), ("aws_region", "eu-1", 0.95),
                               ("aws_access_key", "KEY", 0.95), ("aws_secret_access_key", "SECRET", 0.95),
                               ("aws_session_token", "T", 0.2),
                               ("aws_signing_version", self.pick("4", "4a", "5"), 0.3 if self.chance(0.2) else 0),
                               ("disable_payload_signing", self.pick(True, False), 0.2)])
        if config.get("aws_signing_version") == "4a":
            del config["aws_signing_version"]  # what it signs is drawn
        return Call("providers.aws.sign_req", self.changed(request), self.changed(config),
                    self.pick(NOW * 10**9, 0, 1, -1, 1.5, NOW * 10**9 + 5, 10**20))

    def refused(self):
        """Without a member that must be there, or with one that may not."""
        request = self.some_of([("headers", self.headers(), 0.3), ("timeout", self.pick("1s", 5, "x", True), 0.3),
                                ("raise_error", self.pick(True, False), 0.3),
                                ("body", self.hostile(), 0.3), ("tls_ca_cert", "x", 0.2), ("cache", self.pick(True, "x"), 0.2)])
        if self.chance(0.5):
            request.update(self.pick({"method": "get"}, {"url": "http://localhost:1/"}, {}))
        else:
            request.update({"method": "get", "url": "http://localhost:1/",
                            self.pick("nope", "Method", "", "é"): self.hostile()})
        return Call("http.send", request)

    def calls(self):
        return self.signed() if self.chance(0.6) else self.refused()


class Modules(Maker):
    def __init__(self, random, module_text):
        super().__init__(random)
        self.module_text = module_text

    def calls(self):
        text = self.module_text(self.random)
        if self.chance(0.15):
            text = self.pick("# METADATA\n# title: t\n# scope: %s\n" % self.pick("package", "rule", "x"), "# c\n",
                             "import rego.v1\n") + text
        return Call("rego.parse_module", self.pick("a.rego", "", "é"), self.maybe_damaged(text, 0.3))


FAMILIES = [("tokens", Tokens, 8), ("certificates", Certificates, 5), ("schemas", Schemas, 5), ("graphs", Graphs, 5),
            ("templates", Templates, 5),
            ("requests", Requests, 3), ("modules", Modules, 2)]


class Program(Maker):
    """Rules about one family, and the input that they share."""

    def __init__(self, random):
        super().__init__(random)
        self.input, self.lines = {}, []

    def operand(self, value):
        if self.chance(0.04):
            value = self.hostile()
            return self.in_input(value) if self.chance(0.9) else write_json(value)
        if self.chance(0.45):
            return self.in_input(value)
        return write_json(value)

    def in_input(self, value):
        name = "v%d" % len(self.input)
        self.input[name] = value
        return "input." + name

    def rule(self, name, call):
        text = call.form % tuple(map(self.operand, call.operands))
        form = self.pick("value", "value", "value", "body", "holds", "not", "each", "else")
        if form == "value":
            return ["%s := %s" % (name, text)]
        if form == "body":
            return ["%s := x if {" % name, "  x := %s" % text, "}"]
        if form == "holds":
            return ["%s if {" % name, "  %s" % text, "}"]
        if form == "not":
            return ["%s if {" % name, "  not %s" % text, "}"]
        if form == "each":
            return ["%s contains x if {" % name, "  some n in [1, 2]", "  x := [n, %s]" % text, "}"]
        return ["%s := x if {" % name, "  x := %s" % text, "} else := %s" % self.pick("\"none\"", "input.v0", "1")]


def program(seed, module_text, wanted=None):
    """A program about a family, any or the wanted one, with its name; `module_text` makes the text of a module."""
    random = random_module.Random(seed)
    family, make = pick(random, [row[:2] for row in FAMILIES for _ in range(row[2]) if wanted in (None, row[0])])
    maker = make(random, module_text) if make is Modules else make(random)
    made = Program(random)
    names = ["r%d" % number for number in range(pick(random, [1, 2, 2, 3, 4]))]
    lines = ["package a", ""]
    for name in names:
        lines += made.rule(name, maker.calls())
    given = {"modules": ["\n".join(lines) + "\n"], "version": "v1", "entries": ["a/" + name for name in names], "queries": [],
             "data": {}, "strict": random.random() < 0.6, "input_term": write_json(made.input)}
    return "the family " + family, given
