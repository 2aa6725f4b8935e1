#!/usr/bin/env python3
"""Labels that are cited exist.

A comment, a table or a document cites rules of the language as [S-4.2], differences from OPA as [D-6]; both are defined
in SEMANTICS.md. No comment cites any other key: a reader could not look it up.
"""

import re

import source

# Not in quotes or backticks, where brackets are text: an array, a character class.
QUOTED = re.compile(r"`[^`]*`|\"(?:\\.|[^\"\\])*\"|'[^'\s]*'")
BRACKETS = re.compile(r"\[([^\[\]]+)\]|\(([A-Z]\d{1,2}(?:-[A-Z]?\d{1,2})?)\)")
LABEL = re.compile(r"[SD]-\d+(?:\.\d+)?")
# Such as `[T47]`, `[T1-T3]`, `[#4787]`, `[2.6]`. A section has no zero in it, so the array [1.0] is none.
OTHER_KEY = re.compile(r"[A-Z]{1,2}\d+[a-z]?(?:[-–][A-Z]?\d+)?|#\d+|[1-9]\d?\.[1-9]\d?")


def citations(text):
    for found in BRACKETS.finditer(QUOTED.sub("", text)):
        yield from (part.strip() for part in re.split(r"[,;]", found[1] or found[2]))


def main():
    semantics = source.read("SEMANTICS.md")
    defined = set(re.findall(r"\*\*\[(S-[\d.]+)\]\*\*", semantics)) | set(re.findall(r"^\| (D-\d+) \|", semantics, re.M))
    violations = []
    checked = 0

    def check(name, number, text, keys_too):
        nonlocal checked
        for cited in citations(text):
            where = f"{name}:{number}"
            if LABEL.fullmatch(cited):
                checked += 1
                if cited not in defined:
                    violations.append((f"{name} {cited}", f"{where}: [{cited}] is not in SEMANTICS.md"))
            elif keys_too and OTHER_KEY.fullmatch(cited):
                violations.append((f"{name} {cited}", f"{where}: [{cited}] cannot be looked up; cite SEMANTICS.md or say it"))

    for name in source.files(*source.C_LIKE, *source.HASH_LIKE):
        for number, text in source.comments(name, source.read(name)):
            check(name, number, text, True)
    for name in source.files(".def"):
        for number, text in enumerate(source.read(name).splitlines(), 1):
            for literal in re.findall(r'"((?:\\.|[^"\\])*)"', text):
                check(name, number, literal, False)
    for name in source.files(".md"):
        for number, text in enumerate(source.read(name).splitlines(), 1):
            check(name, number, text, False)
    source.finish("labels", checked, violations)


if __name__ == "__main__":
    main()
