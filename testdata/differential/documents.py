"""The documents that programs are asked about, and the edge values that programs and documents are made of.

Data and input have one shape, so that a generated reference usually finds something of the type it expects; now and then
a member is missing or of another kind. A type is a word or a tuple: "number", "string", "boolean", "null", "any",
("array", T), ("set", T), ("object", T) with string keys, ("tuple", T, …) for an array of fixed length.
"""

NUMBERS = ["0", "1", "2", "3", "-1", "7", "10", "0.5", "-2.5", "1.0", "1e2", "100", "64", "-0", "0.1", "1e-3", "255",
           "2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
           "18446744073709551616", "1e20", "123456789012345678901234567890", "3.0000000000000000001"]
SMALL = ["0", "1", "2", "3", "4", "-1"]
STRINGS = ['""', '"a"', '"b"', '"ab"', '"a.b"', '"a/b"', '"A"', '"0"', '"1"', '"-1"', '"é"', '"日本"', '"a b"', '" "',
           '"a,b,c"', '"foo"', '"x"', '"\\n"', '"\\""', '"\\\\"', '"\\u0000"', '"true"', '"null"', '"1.5"', '"1e3"',
           '"😀"', '"e\\u0301"', '"[a-z]+"', '"a*"', '"**"', '"{}"', '"[1]"', '"%v"', '"10.0.0.0/8"', '"10.1.2.3"',
           '"::1"', '"1.2.3"', '"1.2.3-rc.1"', '"YQ=="', '"616263"', '"2021-01-02T03:04:05Z"', '"5m"', '"10Ki"', '"x=1&y=2"',
           '"a: 1"', '"/a/0"', '"\\uFFFD"', '"K"', '"ǆ"', '"ß"']
KEYS = ['"a"', '"b"', '"c"', '"x"', '"0"', '""', '"a.b"', '"é"']

# member -> type; the same for data.d and input
SHAPE = {
    "n": "number", "m": "number", "s": "string", "t": "string", "f": "boolean", "z": "null",
    "l": ("array", "number"), "w": ("array", "string"), "o": ("object", "number"), "p": ("object", "string"),
    "ll": ("array", ("array", "number")), "os": ("array", ("object", "any")), "oo": ("object", ("object", "number")),
    "any": "any",
}


def pick(random, items):
    return items[random.randrange(len(items))]


def literal(random, kind, depth=2, only_json=False):
    """A literal of that type as Rego text; JSON too if `only_json`, where sets become arrays."""
    if kind == "any":
        kinds = ["number", "number", "string", "string", "boolean", "null", ("array", "any"), ("object", "any")]
        kind = pick(random, kinds + ([] if only_json else [("set", "any")]))
    if isinstance(kind, tuple):
        return collection(random, kind, depth, only_json)
    if kind == "number":
        return pick(random, SMALL if random.random() < 0.6 else NUMBERS)
    if kind == "string":
        return pick(random, STRINGS[:9] if random.random() < 0.5 else STRINGS)
    return pick(random, ["true", "true", "false"]) if kind == "boolean" else "null"


def collection(random, kind, depth, only_json):
    if kind[0] == "tuple":
        return "[" + ", ".join(literal(random, member, depth - 1, only_json) for member in kind[1:]) + "]"
    count = random.randrange(4) if depth > 0 else 0
    items = [literal(random, kind[1], depth - 1, only_json) for _ in range(count)]
    if kind[0] == "object":
        keys = random.sample(KEYS, count)
        return "{" + ", ".join(key + ": " + item for key, item in zip(keys, items)) + "}"
    if kind[0] == "set" and not only_json:
        return "{" + ", ".join(items) + "}" if items else "set()"
    return "[" + ", ".join(items) + "]"


def document(random):
    """JSON text of SHAPE."""
    members = []
    for name, kind in SHAPE.items():
        chance = random.random()
        if chance < 0.08:
            continue
        members.append('"%s": %s' % (name, literal(random, "any" if chance < 0.12 else kind, 2, True)))
    return "{" + ", ".join(members) + "}"
