"""What the checks of this folder share: the files of the project, their comments, and violations that are still allowed."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
C_LIKE = {".cc", ".h", ".hpp", ".c", ".def"}
HASH_LIKE = {".py", ".sh", ".cmake", ".txt", ".case", ".rego"}
SKIPPED = ("third_party/", "build/")

# A comment, a string or a character, in this order of attempts; the rest is code.
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S
)


def files(*suffixes):
    """Paths from the root, as text."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    return sorted(
        name
        for name in names
        if pathlib.PurePath(name).suffix in suffixes and not name.startswith(SKIPPED) and (ROOT / name).exists()
    )


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def comments(name, text):
    """Pairs of a line and the text of a comment on it."""
    if pathlib.PurePath(name).suffix in C_LIKE:
        for token in TOKEN.finditer(text):
            if token[0].startswith(("//", "/*")):
                first = line_of(text, token.start())
                yield from enumerate(token[0].splitlines(), first)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("#"):
                yield number, line.strip()


def code(text):
    """Without comments, contents of strings and preprocessor lines; every line keeps its number."""

    def blank(token):
        lines = "\n" * token[0].count("\n")
        return lines if token[0].startswith("/") else '""' + lines

    text = TOKEN.sub(blank, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda found: "\n" * found[0].count("\n"), text, flags=re.M)


def finish(name, checked, violations):
    """Prints violations (pairs of a key and a sentence) and ends. Those of pending.txt are counted, not fatal."""
    listed = pathlib.Path(__file__).with_name("pending.txt")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    pending = {line.removeprefix(name + ": ") for line in lines if line.startswith(name + ": ")}
    fatal = [sentence for key, sentence in violations if key not in pending]
    waiting = [sentence for key, sentence in violations if key in pending]
    done = sorted(pending - {key for key, _ in violations})
    for sentence in waiting:
        print("pending:", sentence)
    for key in done:
        print("no longer needed in pending.txt:", key)
    for sentence in fatal:
        print("FAIL", sentence)
    print(f"{name}: {checked} checked, {len(fatal)} failed, {len(waiting)} pending")
    sys.exit(1 if fatal else 0)
