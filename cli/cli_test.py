#!/usr/bin/env python3
"""Runs the program on the cases of a folder and compares what it says.

    cli_test.py PROGRAM FOLDER [--update] [NAME …]

A case is a file NAME.case: a line or two on what it shows, then sections. `--- file PATH` makes a file in an empty
folder; `--- run` holds a shell command that is run there, with `writ` the program; `--- exit`, `--- stdout` and
`--- stderr` after it hold what it must answer, and are left out where that is 0 or nothing. A case may run several
commands, each on what the others left. With --update the expectations are rewritten to what the program says now.

"""
import os
import re
import subprocess
import sys
import tempfile

MASKS = [
    (re.compile(r"\((\d+h)?(\d+m)?[\d.]+(ns|µs|ms|s)\)"), "(DURATION)"),
    (re.compile(r'"duration": \d+'), '"duration": 0'),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "DECISION-ID"),
    (re.compile(r"\.tmp-\w{6}"), ".tmp-RANDOM"),
    (re.compile(r"^(Unicode|Regular Expressions): [\w./+]+$", re.M), r"\1: VERSION"),
]
HEADER = re.compile(r"^--- (file|run|exit|stdout|stderr)(?: (.*))?$")


def read_case(path):
    """The lines before the first section, and the sections: [kind, argument, text]."""
    about, sections = [], []
    with open(path, encoding="utf-8") as case:
        for line in case:
            header = HEADER.match(line.rstrip("\n"))
            if header:
                sections.append([header[1], header[2] or "", ""])
            elif sections:
                sections[-1][2] += line
            else:
                about.append(line)
    return "".join(about), sections


def mask(text, folder):
    text = text.replace(folder, "FOLDER")
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


def run(command, folder, program):
    environment = {
        "PATH": os.path.dirname(program) + ":/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
    }
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120)
    decode = lambda data: mask(data.decode("utf-8", "backslashreplace"), folder)
    return [["exit", "", "%d\n" % done.returncode], ["stdout", "", decode(done.stdout)],
            ["stderr", "", decode(done.stderr)]]


def play(sections, program):
    """The same case with the answers of the program."""
    played = []
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/.bin")
        os.symlink(os.path.abspath(program), folder + "/.bin/writ")
        os.mkdir(folder + "/case")
        for kind, argument, text in sections:
            if kind == "file":
                path = os.path.join(folder, "case", argument)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            if kind in ("file", "run"):
                played.append([kind, argument, text])
            if kind == "run":
                answers = run(text, folder + "/case", folder + "/.bin/writ")
                played += [answer for answer in answers if answer[2] not in ("", "0\n")]
    return played


def text_of(about, sections):
    text = about
    for kind, argument, body in sections:
        if body and not body.endswith("\n"):
            body += "\n\\ no line feed at the end\n"
        text += "--- " + kind + (" " + argument if argument else "") + "\n" + body
    return text


def main(words):
    update = "--update" in words
    program, folder, *names = [word for word in words if word != "--update"]
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".case"))
    if names:
        paths = [path for path in paths if os.path.basename(path)[: -len(".case")] in names]
    failed = 0
    for path in paths:
        about, sections = read_case(path)
        with open(path, encoding="utf-8") as case:
            expected = case.read()
        actual = text_of(about, play(sections, program))
        if actual == expected:
            continue
        if update:
            with open(path, "w", encoding="utf-8") as case:
                case.write(actual)
            print("rewritten:", path)
            continue
        failed += 1
        print("FAIL:", path)
        want, got = expected.splitlines(), actual.splitlines()
        for at in range(max(len(want), len(got))):
            if want[at : at + 1] != got[at : at + 1]:
                print("  line %d" % (at + 1))
                print("    expected: %s" % (want[at] if at < len(want) else "(the end)"))
                print("    answered: %s" % (got[at] if at < len(got) else "(the end)"))
                break
    print("%d cases, %d failed" % (len(paths), failed))
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
