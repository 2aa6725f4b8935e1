#!/usr/bin/env python3
"""Compiling takes work in proportion to the policy: counts the instructions of `writ build` for policies of many shapes.

    check.py WRIT [SHAPE...]

Each shape is a policy of size n. What it costs is counted for n and 2n (valgrind counts every instruction, so the numbers are
the same on every run); what an empty policy costs is taken off. Doubling a policy must less than 2.3-fold its cost: n log n
does, n² does not.
"""
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 2.3
SIZE = 150

def lines(n, line, head="package a"):
    return head + "\n" + "\n".join(line(i) for i in range(n)) + "\n"

def body(n, line):
    return "package a\np if {\n" + "\n".join("\t" + line(i) for i in range(n)) + "\n}\n"

SHAPES = {
    "definitions of a rule": lambda n: lines(n, lambda i: f'p := {i} if input.x == "{i}"'),
    "definitions, half of them without a test": lambda n: lines(
        n, lambda i: f'p := 1 if input.x == "{i}"' if i % 2 else f"p := 1 if input.y > {i}"),
    "definitions of a set": lambda n: lines(n, lambda i: f'p contains {i} if input.x == "{i}"'),
    "clauses of a function": lambda n: lines(n, lambda i: f'f("{i}", x) := x + {i}'),
    "definitions of as many types": lambda n: lines(n, lambda i: f'p := {{"k{i}": {i}}} if input.x == {i}'),
    "elements of as many types": lambda n: lines(n, lambda i: f'p contains {{"k{i}": {i}}} if input.x == {i}'),
    "members of as many types": lambda n: lines(n, lambda i: f'p[k] := {{"k{i}": {i}}} if k := input.x[{i}]'),
    "clauses of as many types": lambda n: lines(n, lambda i: f'f({{"k{i}": x}}) := {{"k{i}": x}}'),
    "readers of definitions of as many types": lambda n: lines(
        n, lambda i: f'p := {{"k{i}": {i}}} if input.x == {i}\nq{i} if p.k{i} == {i}'),
    "a pattern for as many types": lambda n: lines(n, lambda i: f'p := [{{"k{i}": {i}}}, {i}] if input.x == {i}') + "q := x if [x, y] = p\n",
    "rules, each with the one before twice": lambda n: lines(n, lambda i: f"p{i} := [p{i - 1}, p{i - 1}]" if i else "p0 := 1"),
    "tests that replace a rule": lambda n: lines(
        n, lambda i: f'c{i} := {i}\np{i} if c{i} == 1\ntest_{i} if p{i} with data.a.c{i} as "x"'),
    "rules": lambda n: lines(n, lambda i: f"p{i} := input.x{i} + {i}"),
    "rules that read the one before": lambda n: lines(n, lambda i: f"p{i} := p{i - 1} + 1" if i else "p0 := 1"),
    "rules that read the one behind": lambda n: lines(n, lambda i: f"p{i} := time.now_ns() if p{i + 1}" if i < n - 1 else
                                                     f"p{i} := time.now_ns()"),
    "readers of a rule with many definitions": lambda n: lines(n, lambda i: f"p if input.x == {i}\nq{i} if p"),
    "readers of a whole package": lambda n: lines(n, lambda i: f"q{i} := data.b", "package c") ,
    "readers by a variable": lambda n: lines(n, lambda i: f"q{i} := [x | some k; x := data.b[k]]", "package c"),
    "branches of else": lambda n: "package a\np := 0 if input.x == 0\n" + "\n".join(
        f"else := {i} if input.x == {i}" for i in range(1, n)) + "\n",
    "lines of a body": lambda n: body(n, lambda i: f'input.x{i} == "{i}"'),
    "lines with constants": lambda n: body(n, lambda i: f"k{i % 7} != input.x{i}") + lines(7, lambda i: f"k{i} := {i}", ""),
    "variables, each from the one before": lambda n: body(n, lambda i: f"x{i} := x{i - 1} + 1" if i else "x0 := 1"),
    "variables in the wrong order": lambda n: body(n, lambda i: f"x{i} = x{i + 1}" if i < n - 1 else f"x{i} = 1"),
    "unsafe variables": lambda n: body(n, lambda i: f"x{i} > {i}"),
    "undefined functions": lambda n: body(n, lambda i: f"nothing{i}(1)"),
    "comprehensions": lambda n: body(n, lambda i: f"x{i} := [y | some y in input.xs; y > {i}]"),
    "negations": lambda n: body(n, lambda i: f"not input.x{i}"),
    "withs of statements": lambda n: body(n, lambda i: f"data.b.c with input.x{i} as {i}"),
    "withs of one statement": lambda n: "package a\np if data.b.c " + " ".join(
        f"with input.x{i} as {i}" for i in range(n)) + "\n",
    "a wide array": lambda n: "package a\np := [" + ", ".join(f"input.x{i}" for i in range(n)) + "]\n",
    "a wide object": lambda n: "package a\np := {" + ", ".join(f'"k{i}": input.x{i}' for i in range(n)) + "}\n",
    "a wide pattern": lambda n: "package a\np if {\n\t{" + ", ".join(f'"k{i}": x{i}' for i in range(n)) + "} = {" + ", ".join(
        f'"k{i}": {i}' for i in reversed(range(n))) + "}\n}\n",
    "imports": lambda n: lines(n, lambda i: f"import data.b.x{i}") + lines(n, lambda i: f"p{i} := x{i}", ""),
    "fractions": lambda n: lines(n, lambda i: f"p := {i} if input.x == {i}.5"),
    "arguments": lambda n: "package a\nf(" + ", ".join(f"x{i}" for i in range(n)) + ") := [" + ", ".join(
        f"x{i}" for i in range(n)) + "]\n",
    "steps of a reference": lambda n: "package a\np := input" + "".join(f"[input.x{i}]" for i in range(n)) + "\n",
}

def count(writ, text, folder):
    path = os.path.join(folder, "p.rego")
    with open(path, "w") as out:
        out.write(text)
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", writ, "build", "-o", os.path.join(folder, "p.out"), path]
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None or done.returncode not in (0, 1):
        sys.exit(f"no count: {done.stderr[-500:]}")
    return int(found.group(1)), done.returncode

def main():
    writ, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    unknown = [name for name in wanted if name not in SHAPES]
    if unknown:
        sys.exit(f"no shape {unknown}; there are {sorted(SHAPES)}")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        empty, _ = count(writ, "package a\n", folder)
        for name, shape in SHAPES.items():
            if wanted and name not in wanted:
                continue
            one, status = count(writ, shape(SIZE), folder)
            two, status_two = count(writ, shape(2 * SIZE), folder)
            ratio = (two - empty) / (one - empty)
            good = ratio < LIMIT and status == status_two
            print(f"{'ok  ' if good else 'FAIL'} {ratio:5.2f}  {(two - empty) // 1000:>9}k  {name}")
            if not good:
                failed.append(name)
    if failed:
        sys.exit(f"more than {LIMIT} times the work for twice the policy: {', '.join(failed)}")

if __name__ == "__main__":
    main()
