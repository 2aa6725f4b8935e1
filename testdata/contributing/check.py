#!/usr/bin/env python3
"""Checks the table "To change X, touch Y" of CONTRIBUTING.md against the code.

    testdata/contributing/check.py [--table] [--only NAME] [SCRATCH]

For each row of rows.py a dummy member is added to its list in a scratch copy (default build/contributing). Then

  1. the files that the row touches are the ones the table names;
  2. with all of them the copy builds, and the dummies can be seen (`see`: commands that must succeed);
  3. with the row but without any one of the other files, the copy does not build, or the dummy cannot be seen.

With --table only the first is checked, and that every dummy finds its place; nothing is built.

So the table names every place, and none too many. Tables in documents are made anew by their tools and do not count.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

from rows import ROWS

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ["writ", "writ_semantics", "writ_cases"]


def tracked():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def table():
    """For each row of the table: the paths between backticks in its second column."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    body = re.search(r"^\| to change \|.*\n\|---.*\n((?:\|.*\n)+)", text, re.M)[1]
    rows = {}
    for line in body.splitlines():
        cells = line.split("|")
        rows[cells[1].strip()] = set(re.findall(r"`([^`]+)`", cells[2]))
    return rows


class Copy:
    """The scratch copy: the tree with the edits of some rows."""

    def __init__(self, folder):
        self.folder = folder
        self.tree = folder / "tree"
        self.build = self.tree / "build"
        self.names = tracked()

    def texts(self, left_out=()):
        """The files with dummies, but for the edits (row, path) that are left out."""
        texts = {}
        for row in ROWS:
            for path, edit in row.edits.items():
                if (row.name, path) in left_out:
                    continue
                if path not in texts:
                    original = ROOT / path
                    texts[path] = original.read_text(encoding="utf-8") if original.exists() else ""
                texts[path] = edit(texts[path])
        return texts

    def write(self, left_out=()):
        texts = self.texts(left_out)
        wanted = {name: texts.get(name) for name in self.names} | texts
        for name, text in wanted.items():
            self.put(name, text.encode() if text is not None else (ROOT / name).read_bytes())
        for path in self.tree.rglob("*"):
            name = str(path.relative_to(self.tree))
            if path.is_file() and name not in wanted and not name.startswith(("build/", "dummy.")):
                path.unlink()

    def put(self, name, content):
        path = self.tree / name
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod((ROOT / name).stat().st_mode & 0o777 if (ROOT / name).exists() else 0o644)

    def configure(self):
        flags = ["-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0", "-DWRIT_BENCH=OFF"]
        return self.run(["cmake", "-S", str(self.tree), "-B", str(self.build), "-G", "Ninja", *flags])

    def make(self):
        return self.run(["ninja", "-C", str(self.build), *TARGETS])

    def sees(self, row):
        return all(self.run(["bash", "-c", command], quiet=True) for command in row.see)

    def run(self, command, quiet=False):
        environment = os.environ | {"CCACHE_BASEDIR": str(self.tree), "PATH": f"{self.build}:{os.environ['PATH']}"}
        done = subprocess.run(command, cwd=self.tree, env=environment, capture_output=True, text=True, check=False)
        self.output = done.stdout[-4000:] + done.stderr[-4000:]
        return done.returncode == 0


def check_table(failures):
    named = table()
    for row in ROWS:
        if row.name not in named:
            failures.append(f"{row.name}: CONTRIBUTING.md has no such row")
            continue
        patterns = {re.escape(path).replace("NAME", r"\w+") for path in named[row.name]}
        touched = set(row.edits)
        matched = {pattern for pattern in patterns if any(re.fullmatch(pattern, path) for path in touched)}
        known = {path for path in touched if any(re.fullmatch(pattern, path) for pattern in patterns)}
        if matched != patterns or known != touched:
            failures.append(f"{row.name}: the table names {sorted(named[row.name])}, and {sorted(touched)} were touched")
    for name in sorted(set(named) - {row.name for row in ROWS}):
        failures.append(f"{name}: rows.py has no dummy for this row of the table")


def check_dummies(copy, failures):
    """True if the copy with every dummy builds."""
    copy.write()
    if not (copy.configure() and copy.make()):
        failures.append("the copy with all dummies does not build:\n" + copy.output)
        return False
    for row in ROWS:
        if not copy.sees(row):
            failures.append(f"{row.name}: the dummy cannot be seen:\n" + copy.output)
    return True


def check_each_file(copy, only, failures):
    count = 0
    for row in ROWS:
        if only and row.name != only:
            continue
        for path in list(row.edits)[1:]:
            count += 1
            copy.write({(row.name, path)})
            if copy.make() and copy.sees(row):
                failures.append(f"{row.name}: nothing fails without the change of {path}")
            else:
                print(f"{row.name}: {path} is needed", flush=True)
    copy.write()
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", action="store_true", help="build nothing")
    parser.add_argument("--only", help="leave out only the files of this row")
    parser.add_argument("scratch", nargs="?", default=ROOT / "build" / "contributing")
    arguments = parser.parse_args()
    copy = Copy(pathlib.Path(arguments.scratch).resolve())
    failures = []
    check_table(failures)
    count = len(ROWS)
    copy.texts()
    if not arguments.table and check_dummies(copy, failures):
        count += check_each_file(copy, arguments.only, failures)
    for failure in failures:
        print("FAIL", failure)
    print(f"contributing: {count} checked, {len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
