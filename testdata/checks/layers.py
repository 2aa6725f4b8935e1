#!/usr/bin/env python3
"""Includes only point down.

CONTRIBUTING.md says what each layer is for. A file includes headers of its own layer and of those its row names; tests
follow the rule of the code beside them.
"""

import pathlib
import re

import source

# Every layer with its folders and the layers it may include, all of them below it.
BASE = {"base"}
VALUE = BASE | {"value"}
LAYERS = {
    "base": (("engine/base",), set()),
    "value": (("engine/value",), BASE),
    "host": (("engine/host",), VALUE),
    # The public headers are of the layer api; nothing else of it is included there.
    "http_library": (("engine/http/library",), VALUE | {"http", "api"}),
    "http": (("engine/http",), VALUE | {"host"}),
    "bundle": (("engine/bundle",), VALUE | {"builtins"}),
    "builtins": (("engine/builtins",), VALUE),
    "program": (("engine/program",), VALUE | {"builtins"}),
    # These three meet only in what is below them.
    "lang": (("lang",), VALUE | {"builtins", "program"}),
    "vm": (("engine/vm",), VALUE | {"builtins", "program", "host"}),
    "record": (("engine/record",), VALUE | {"host"}),
    "api": (("engine/api", "engine/include"), VALUE | {"builtins", "program", "host", "bundle", "lang", "vm", "record"}),
    "store": (("store",), VALUE | {"record", "bundle", "api"}),
    "replay": (("replay",), VALUE | {"record", "host", "api", "store"}),
    "cli": (("cli",), BASE | {"http", "api", "store", "replay"}),
}
INCLUDE = re.compile(r'^#include [<"]((?:engine|lang|store|replay|cli|testdata|bench|writ)/[^>"]+)[>"]', re.M)
# Test programs of their own, which use everything.
NO_LAYER = ("engine/api/alloc/",)
# Headers that only tests include.
TEST_HEADERS = ("engine/base/test_", "engine/value/test_")


def layer_of(name):
    folder = str(pathlib.PurePath(name).parent) + "/"
    if folder.startswith(NO_LAYER):
        return None
    if folder.startswith("writ/"):
        return "api"
    for layer, (folders, _) in LAYERS.items():
        if any(folder.startswith(prefix + "/") for prefix in folders):
            return layer
    return None


def main():
    violations = []
    checked = 0
    for name in source.files(".cc", ".h", ".hpp"):
        layer = layer_of(name)
        if layer is None:
            continue
        for included in INCLUDE.findall(source.read(name)):
            checked += 1
            below = layer_of(included)
            if below == layer or below in LAYERS[layer][1] or included.startswith(TEST_HEADERS):
                continue
            violations.append((f"{name} {included}", f"{name} ({layer}) includes {included} ({below})"))
    source.finish("layers", checked, violations)


if __name__ == "__main__":
    main()
