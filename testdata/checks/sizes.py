#!/usr/bin/env python3
"""Functions, classes and files stay short, and long files open with the paragraph that teaches them.

A function counts from its signature to its closing brace, a class likewise; both with their comments. The body of a
TEST_CASE may be as long as its table of examples.
"""

import re

import source

MOST_FUNCTION = 60
MOST_CLASS = 300
MOST_FILE = 700
TAUGHT_FROM = 150  # lines of a .cc that must open with a paragraph
PARAGRAPH = 2  # lines of comment

# One loop over all opcodes is what makes the machine fast.
LONG_FUNCTIONS = {"engine/vm/run.cc Machine::run_loop"}

NAMESPACE = re.compile(r"^\s*(?:inline\s+)?(?:namespace\b|extern\s*\"\")")
CLASS = re.compile(r"\b(?:class|struct|union)\s+(?:\[\[\w+\]\]\s*|alignas\([^)]*\)\s*)?([\w:]+)[^()=]*$")
FUNCTION = re.compile(r"(?:([\w:~]+(?:\s*<[^<>]*>)?)|(operator\s*\S+?))\s*\(")


class Scope:
    def __init__(self, kind, name, line):
        self.kind, self.name, self.line = kind, name, line


def classify(head, inside_function):
    """What a brace opens, from the text between it and the statement before."""
    if inside_function:
        return "block", ""
    if NAMESPACE.match(head):
        return "namespace", ""
    if re.match(r"\s*enum\b", head):
        return "block", ""
    if found := CLASS.search(head):
        return "class", found[1]
    if "(" in head and not re.search(r"=\s*$", head):
        found = FUNCTION.search(head)
        return "function", found[1] or found[2] if found else "?"
    return "block", ""


def scopes(text):
    """Functions and classes of a file: kind, name, first line, number of lines."""
    text = source.code(text)
    stack = []
    begin = 0
    for found in re.finditer(r"[{};]|\b(?:public|private|protected):", text):
        mark = found[0]
        if mark == "{":
            head = text[begin : found.start()]
            first = begin + len(head) - len(head.lstrip())
            inside = any(scope.kind == "function" for scope in stack)
            kind, name = classify(head, inside)
            stack.append(Scope(kind, name, source.line_of(text, first)))
        elif mark == "}" and stack:
            scope = stack.pop()
            if scope.kind in ("function", "class"):
                outer = [s.name for s in stack if s.kind == "class"]
                name = "::".join(outer + [scope.name])
                yield scope.kind, name, scope.line, source.line_of(text, found.start()) - scope.line + 1
        begin = found.end()


def opening_lines(text):
    """Lines of the first comment, if only includes precede it."""
    lines = text.splitlines()
    at = 0
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith("#include")):
        at += 1
    count = 0
    while at + count < len(lines) and lines[at + count].startswith("//"):
        count += 1
    return count


def main():
    violations = []
    checked = 0
    longest = {"function": (0, ""), "class": (0, ""), "file": (0, "")}

    def limit(kind, key, where, lines, most):
        longest[kind] = max(longest[kind], (lines, key))
        if lines > most:
            violations.append((key, f"{where}: {kind} of {lines} lines, at most {most}: {key}"))

    for name in source.files(".cc", ".h", ".hpp", ".py"):
        text = source.read(name)
        count = text.count("\n")
        checked += 1
        limit("file", name, name, count, MOST_FILE)
        if name.endswith(".py"):
            continue
        if name.endswith(".cc") and not name.endswith("_test.cc") and count > TAUGHT_FROM and opening_lines(text) < PARAGRAPH:
            violations.append((f"{name} opening", f"{name}: {count} lines that no opening paragraph explains"))
        for kind, scope, line, lines in scopes(text):
            checked += 1
            key = f"{name} {scope}"
            if kind == "function" and key not in LONG_FUNCTIONS and scope != "TEST_CASE":
                limit(kind, key, f"{name}:{line}", lines, MOST_FUNCTION)
            elif kind == "class":
                limit(kind, key, f"{name}:{line}", lines, MOST_CLASS)
    for kind, (lines, key) in longest.items():
        print(f"longest {kind}: {lines} lines, {key}")
    source.finish("sizes", checked, violations)


if __name__ == "__main__":
    main()
