#!/usr/bin/env python3
"""Runs what README.md shows, and makes its tables.

    testdata/semantics/readme.py README BUILD_FOLDER                    run the examples, check the table of built-ins
    testdata/semantics/readme.py README BUILD_FOLDER --chroot ROOT      run the programs that compilers build, in a system
                                                                        in which the library is installed
    testdata/semantics/readme.py README BUILD_FOLDER --update [SUITE]   write the tables; SUITE is the folder of OPA's suite

A fenced block whose first line names a file becomes that file. A `console` block is run in the folder of those files:
lines `$ COMMAND`, each followed by what it prints; `…` stands for any text of a line, and alone on a line for any lines.
Blocks that need a compiler or library that is not there are skipped. Closes with `N passed, N failed, N skipped`.
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


# --- Examples ----------------------------------------------------------------------------------------------------------


def blocks(text):
    for found in re.finditer(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", text, re.M | re.S):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2], found[3]


def commands(body):
    """Pairs of a command and the lines it should print."""
    pairs = []
    for line in body.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return pairs


def matches(wanted, got):
    pattern = ""
    for line in wanted:
        if line == "…":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.split("…"))) + (r".*" if line.endswith("…") else "") + r"\n"
    return re.fullmatch(pattern, got) is not None


def missing(command, build):
    """Why a command cannot be run here, or nothing."""
    tool = command.split()[0]
    if tool in ("cc", "c++", "python3") and not (build / "libwrit.so").exists():
        return "the library is not built"
    if tool in ("cc", "c++") and not shutil.which("pkg-config"):
        return "there is no pkg-config"
    if tool == "cmake" and not (build / "installed").exists():
        return "the library is not installed; the test package_install does that"
    return None if shutil.which(tool, path=f"{build}:{os.environ['PATH']}") else "there is no " + tool


def environment(build, folder):
    """As if the library were installed."""
    package = folder / "package"
    package.mkdir()
    include = ROOT / "engine" / "include"
    (package / "writ.pc").write_text(f"Name: writ\nDescription: writ\nVersion: 0\nCflags: -I{include}\n"
                                     f"Libs: -L{build} -Wl,-rpath,{build} -lwrit\n", encoding="utf-8")
    return {**os.environ, "PATH": f"{build}:{os.environ['PATH']}", "PKG_CONFIG_PATH": str(package), "NO_COLOR": "1",
            "WRIT_LIBRARY": str(build / "libwrit.so"), "PYTHONPATH": str(ROOT / "testdata" / "examples" / "python"),
            "PYTHONDONTWRITEBYTECODE": "1", "CMAKE_PREFIX_PATH": str(build / "installed")}


def run_programs(text, root):
    """What a user without this source tree would do."""
    tally = collections.Counter()
    chroot = shutil.which("chroot", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    work = root / "work"
    work.mkdir()
    for line, kind, file, body in blocks(text):
        if file:
            (work / file).write_text(body, encoding="utf-8")
        for command, wanted in commands(body) if kind == "console" else ():
            if command.split()[0] not in ("cc", "c++", "cmake"):
                continue
            done = subprocess.run([chroot, root, "bash", "-c", "cd /work && " + command], text=True, check=False,
                                  env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            good = matches(wanted, done.stdout)
            tally["passed" if good else "failed"] += 1
            print(f"{'pass' if good else 'FAIL'} line {line}: {command}\n{'' if good else done.stdout}", end="")
    return tally


def run_examples(text, build):
    tally = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        variables = environment(build, folder)
        (folder / "work").mkdir()
        for line, kind, file, body in blocks(text):
            if file:
                (folder / "work" / file).write_text(body, encoding="utf-8")
            if kind != "console":
                continue
            for command, wanted in commands(body):
                if reason := missing(command, build):
                    print(f"skipped line {line}: {command}: {reason}")
                    tally["skipped"] += 1
                    continue
                done = subprocess.run(["bash", "-c", command], cwd=folder / "work", env=variables, text=True, check=False,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                good = matches(wanted, done.stdout)
                tally["passed" if good else "failed"] += 1
                if not good:
                    print(f"FAIL line {line}: {command}\n{done.stdout}")
    return tally


# --- Tables ------------------------------------------------------------------------------------------------------------


def builtin_table():
    text = (ROOT / "engine/builtins/builtins.def").read_text("utf-8")
    families = collections.Counter(
        family or "other" for family in re.findall(r'^BUILTIN\("[^"]+", \w+, \d+, "([^"]*)",', text, re.M))
    out = ["", "| family | built-ins |", "|---|---|"]
    out += [f"| {family} | {count} |" for family, count in sorted(families.items())]
    out += [f"| **all** | **{families.total()}** |", ""]
    return "\n".join(out) + "\n"


def exit_table():
    text = (ROOT / "cli/exit_status.def").read_text("utf-8")
    numbers = dict(re.findall(r"^EXIT_STATUS\((\w+), (\d+)\)", text, re.M))
    out = ["", "| command | status | when |", "|---|---|---|"]
    for command, name, when in re.findall(r'^EXIT_ROW\("(\w+)", (\w+), "(.*)"\)$', text, re.M):
        shown = "every command" if command == "any" else f"`{command}`"
        out.append(f"| {shown} | {numbers[name]} | {when} |")
    return "\n".join(out) + "\n\n"


def conformance_table(build, suite):
    out = ["", "| cases | pass | fail |", "|---|---|---|"]
    for folder in sorted(path for path in suite.iterdir() if path.is_dir()):
        done = subprocess.run([build / "writ_conformance", folder], capture_output=True, text=True, check=False)
        passed, failed = map(int, re.findall(r"(\d+) passed, (\d+) failed", done.stdout)[-1])
        out.append(f"| `{folder.name}`, {passed + failed:,} | {passed:,} | {failed:,} |")
    return "\n".join(out) + "\n\n"


def replace(text, name, table):
    return re.sub(rf"(<!-- generated: {name} .*?-->\n).*?(<!-- end -->)", lambda m: m[1] + table + m[2], text, flags=re.S)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    path, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    text = path.read_text(encoding="utf-8")
    if "--update" in sys.argv:
        text = replace(replace(text, "built-ins", builtin_table()), "exit statuses", exit_table())
        if sys.argv[-1] != "--update":
            text = replace(text, "conformance", conformance_table(build, pathlib.Path(sys.argv[-1])))
        path.write_text(text, encoding="utf-8")
        return
    if "--chroot" in sys.argv:
        tally = run_programs(text, pathlib.Path(sys.argv[-1]))
        print("%d passed, %d failed" % (tally["passed"], tally["failed"]))
        sys.exit(tally["failed"] > 0 or not tally["passed"])
    tally = run_examples(text, build)
    for name, table in (("built-ins", builtin_table()), ("exit statuses", exit_table())):
        same = f"generated: {name} " in text and text == replace(text, name, table)
        tally["passed" if same else "failed"] += 1
        if not same:
            print(f"FAIL the table of {name} is not what the list in the source says; --update writes it anew")
    print("%d passed, %d failed, %d skipped" % (tally["passed"], tally["failed"], tally["skipped"]))
    sys.exit(tally["failed"] > 0)


if __name__ == "__main__":
    main()
