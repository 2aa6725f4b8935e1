"""The two programs that answer, and what it means that they agree.

An engine reads a program a line and writes its answers a line (answers.cc describes the form). `difference` compares the
answers of both: None where they agree, else the kind of the difference with what each says. Kinds, worst first:

  value      both have values, and they are not equal
  defined    one has a value where the other has none
  error      one has an error where the other has a value or none, or the codes or places of the errors differ
  compile    only one accepts the program, or the codes or lines of the complaints differ
  type       places or words of type errors differ
  crash      an engine ended
  text       only the words of a complaint differ
  digits     only the digits of a number differ

Those of a partial evaluation are in residues.py.
"""

import json
import os
import pathlib
import re
import select
import subprocess
import time
from decimal import Decimal

from exact_json import write_json
from residues import partial_kind

# Seconds for the answers to one program: of the processor, so that a busy machine makes no difference; of the clock only for
# a process that sleeps.
PATIENCE = 20
CLOCK_PATIENCE = 300
TICKS = os.sysconf("SC_CLK_TCK")


class Engine:
    def __init__(self, command):
        self.command, self.process = command, None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL,
                                        preexec_fn=None if is_sanitized(self.command[0]) else limit_memory)
        self.buffer = b""
        return json.loads(self.read_line() or b'{"version": "does not start"}')["version"]

    def send(self, line):
        if self.process is None or self.process.poll() is not None:
            self.start()
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def read_line(self):
        deadline, worked = time.monotonic() + CLOCK_PATIENCE, self.processor_seconds() + PATIENCE
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], 1)
            if not ready:
                if time.monotonic() < deadline and self.processor_seconds() < worked:
                    continue
                return None
            piece = os.read(self.process.stdout.fileno(), 1 << 20)
            if not piece:
                return None
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def processor_seconds(self):
        """That it has used so far; 0 when it has ended."""
        try:
            fields = pathlib.Path("/proc/%d/stat" % self.process.pid).read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return (int(fields[11]) + int(fields[12])) / TICKS

    def answers(self):
        line = self.read_line()
        if line is None:
            status = self.process.poll()
            self.stop()
            return {"panic": "no answer within %d s of work" % PATIENCE if status is None else "ended with %d" % status}
        return json.loads(line)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def is_sanitized(program):
    """The address sanitizer reserves terabytes of addresses, so its programs cannot have that limit."""
    return b"__asan_init" in pathlib.Path(program).read_bytes()


def limit_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))


class Pair:
    """Both engines, asked at the same time."""

    def __init__(self, opa, writ):
        self.opa, self.writ = Engine(opa), Engine(writ)

    def ask(self, program):
        line = (write_json(program) + "\n").encode("utf-8", "surrogatepass")
        self.writ.send(line)
        self.opa.send(line_for_opa(program))
        return self.writ.answers(), self.opa.answers()

    def ask_afresh(self, program):
        """With a new OPA, whose compiler leaves things behind in the types of built-ins."""
        self.opa.stop()
        return self.ask(program)

    def difference(self, program):
        return difference(*self.ask(program))

    def stop(self):
        self.opa.stop()
        self.writ.stop()


def line_for_opa(program):
    """OPA has no entry points: they are queries that bind x."""
    given = {**program, "queries": queries_of(program)}
    given.pop("entries", None)
    return (write_json(given) + "\n").encode("utf-8", "surrogatepass")


def queries_of(program):
    """All that is asked, entry points as queries."""
    entries = ["x = data" + steps(entry.split("/")) for entry in program.get("entries", [])]
    return entries + list(program.get("queries", []))


def steps(names):
    return "".join('["%s"]' % name for name in names)


# --- values ------------------------------------------------------------------------------------------------------------


def plain(value):
    """A value that can be compared and hashed: numbers by what they are, sets and objects without order."""
    if isinstance(value, list):
        return ("array",) + tuple(map(plain, value))
    if not isinstance(value, dict):
        return (type(value).__name__, value)
    if "number" in value:
        return ("number", number(value["number"]))
    if "set" in value:
        return ("set", frozenset(map(plain, value["set"])))
    if "object" in value:
        return ("object", frozenset((plain(key), plain(member)) for key, member in value["object"]))
    return ("other", json.dumps(value, sort_keys=True))


def number(text):
    """Sign, digits and exponent, without zeros at the end: exact for any exponent."""
    sign, digits, exponent = Decimal(text).as_tuple()
    digits = list(digits)
    while digits and digits[-1] == 0:
        digits.pop()
        exponent += 1
    while digits and digits[0] == 0:
        digits.pop(0)
    return (sign, tuple(digits), exponent) if digits else (0, (), 0)


def rows_of(answer):
    return frozenset(frozenset((name, plain(value)) for name, value in row.items()) for row in answer["rows"])


def spelled(answer):
    return sorted(json.dumps(sort_members(row), sort_keys=True) for row in answer["rows"])


def sort_members(value):
    if isinstance(value, list):
        return list(map(sort_members, value))
    if isinstance(value, dict):
        given = {key: sort_members(member) for key, member in value.items()}
        for name in ("set", "object"):
            if isinstance(given.get(name), list):
                given[name] = sorted(given[name], key=lambda item: json.dumps(item, sort_keys=True))
        return given
    return value


# --- agreement -----------------------------------------------------------------------------------------------------------


class Difference:
    """One place where the engines disagree. `where` is the number of the answer, -1 for the compilation, PARTIAL for the partial evaluation."""

    def __init__(self, kind, where, writ, opa, all_writ, all_opa):
        self.kind, self.where, self.writ, self.opa = kind, where, writ, opa
        self.all_writ, self.all_opa = all_writ, all_opa
        # Set for known.py: without strict errors there is no difference; and what asks both of another program.
        self.agrees_leniently, self.ask = False, None

    def agrees_on(self, changed):
        return difference(*self.ask(changed)) is None

    def signature(self):
        """What must stay the same while the program is made smaller."""
        return self.kind, summary(self.writ), summary(self.opa)


def summary(answer):
    """The sort of an answer, without its values."""
    if "panic" in answer:
        return "panic"
    if answer.get("errors"):
        return "rejected " + " ".join(sorted({error["code"] for error in answer["errors"]}))
    if answer.get("error"):
        return "error " + answer["error"]["code"]
    if "support" in answer:
        return "residue"
    if "rows" in answer:
        return "value" if answer["rows"] else "undefined"
    return "accepted"


def difference(writ, opa):
    """Of answers to a whole program."""
    def found(kind, where, ours, theirs):
        return Difference(kind, where, ours, theirs, writ, opa)

    if "panic" in writ or "panic" in opa:
        return found("crash", -1, writ, opa)
    if writ.get("errors") or opa.get("errors"):
        kind = complaints_differ(writ.get("errors", []), opa.get("errors", []))
        return found(kind, -1, writ, opa) if kind else None
    worst = None
    for where, (ours, theirs) in enumerate(zip(writ.get("answers", []), opa.get("answers", []))):
        kind = answers_differ(ours, theirs)
        if kind and (worst is None or ORDER.index(kind) < ORDER.index(worst.kind)):
            worst = found(kind, where, ours, theirs)
    if worst is None and "partial" in writ and "partial" in opa:
        kind = partial_kind(writ["partial"], opa["partial"])
        return found(kind, PARTIAL, writ["partial"], opa["partial"]) if kind else None
    return worst


PARTIAL = -2  # instead of the number of an answer
ORDER = ["value", "defined", "error", "compile", "type", "crash", "text", "digits"]


def complaints_differ(ours, theirs):
    has_places = all(error["row"] for error in theirs)  # OPA loses some

    def said(errors, wanted):  # OPA says some things twice
        return {wanted(error) for error in errors}

    def place(error):
        return (error["row"] if has_places else 0, error["code"])

    def whole(error):
        return (*place(error), error["column"] if has_places else 0, without_numbers(error["text"]))
    if said(ours, place) != said(theirs, place):
        return "compile"
    if said(ours, whole) != said(theirs, whole):
        types = [said((error for error in errors if error["code"] == "rego_type_error"), whole) for errors in (ours, theirs)]
        return "type" if types[0] != types[1] else "text"
    return None


def without_numbers(text):
    """Of the variables that a compiler makes up, and without the marks below a reference that has one."""
    if "__local" not in text:
        return text
    return re.sub(r"[ ^]*\^", "^", re.sub(r"\n +", "\n ", re.sub(r"__local\d+__", "__local__", text)))


def answers_differ(ours, theirs):
    if ours.get("errors") or theirs.get("errors"):
        return complaints_differ(ours.get("errors", []), theirs.get("errors", []))
    if "error" in ours or "error" in theirs:
        if "error" not in ours or "error" not in theirs:
            return "error"
        if ours["error"]["code"] != theirs["error"]["code"] or theirs["error"]["row"] not in (0, ours["error"]["row"]):
            return "error"
        return "text" if ours["error"]["text"] != theirs["error"]["text"] else None
    if rows_of(ours) != rows_of(theirs):
        return "value" if ours["rows"] and theirs["rows"] else "defined"
    return "digits" if spelled(ours) != spelled(theirs) else None
