"""Mutants of OPA's suite: one to three small changes to the modules, the query or the documents of a case."""

import random as random_module
import re

from documents import KEYS, NUMBERS, STRINGS, literal, pick
from exact_json import read_json
from generator import OUTSIDE

NAME = re.compile(r"[a-z_]\w*(?:\.\w+)+(?=\()|\b[a-z_]\w*(?=\()")
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+|:=|==|!=|<=|>=|#[^\n]*|[ \t]+|\n|.', re.S)
NUMBER = re.compile(r"-?\d")
OPERATORS = (["==", "!=", "<", "<=", ">", ">=", "=", ":="], ["+", "-", "*", "/", "%"], ["&", "|", "-"])
KEYWORDS = {"package", "import", "if", "contains", "in", "every", "some", "not", "with", "as", "default", "else", "true",
            "false", "null", "input", "data", "rego", "future", "keywords", "or", "and"}


def cases(suite, available):
    """The evaluation cases of the suite's folder that both engines can run, as programs."""
    programs = []
    for path in sorted(suite.glob("v[01]/*.jsonl")):
        for line in path.open(encoding="utf-8"):
            case = read_json(line)
            text = "\n".join(case.get("modules") or []) + case.get("query", "")
            called = set(NAME.findall(text))
            if "query" not in case or any(name.startswith(OUTSIDE[:5]) or name.startswith("test.") for name in called):
                continue
            if any("." in name and name.split(".")[0] in available.families and name not in available.names
                   for name in called) or case.get("experimental_keywords") or "time.now_ns" in called:
                continue
            programs.append((path.parent.name + "/" + case["note"], as_program(case, path.parent.name)))
    return programs


def renamed(text):
    """Some cases have names that OPA's compiler gives to variables of its own."""
    return re.sub(r"__local(\w*?)__", r"held\1", text)


def as_program(case, version):
    program = {"modules": list(map(renamed, case.get("modules") or [])), "version": version,
               "queries": [renamed(case["query"])],
               "data": case.get("data") or {}, "strict": bool(case.get("strict_error"))}
    if case.get("input_term"):
        program["input_term"] = case["input_term"]
    elif "input" in case:
        program["input"] = case["input"]
        if case["input"] is None:
            program["input_term"] = "null"
    return program


class Available:
    """The names of the built-ins that writ has."""

    def __init__(self, capabilities):
        self.names = {row["name"] for row in capabilities["builtins"]}
        self.families = {name.split(".")[0] for name in self.names if "." in name}


def mutant(seed, programs):
    """A mutant of that seed (any text), with the name of the case it comes from."""
    random = random_module.Random(seed)
    name, program = pick(random, programs)
    program = dict(program, modules=list(program["modules"]))
    for _ in range(pick(random, [1, 1, 1, 2, 2, 3])):
        if program["modules"] and random.random() < 0.85:
            number = random.randrange(len(program["modules"]))
            program["modules"][number] = change_module(random, program["modules"][number], program["version"])
        else:
            change_documents(random, program)
    return name, program


def change_documents(random, program):
    name = pick(random, ["data", "input"])
    if name in program:
        program[name] = other_value(random, program[name], name == "data")
        if name == "input" and program[name] is None:
            program["input_term"] = "null"


def other_value(random, value, is_root):
    if not is_root and random.random() < 0.3:
        return read_json(literal(random, "any", 2, True))
    if isinstance(value, dict) and value:
        key = pick(random, sorted(value))
        return {**value, key: other_value(random, value[key], False)}
    if isinstance(value, list) and value:
        place = random.randrange(len(value))
        return value[:place] + [other_value(random, value[place], False)] + value[place + 1:]
    return value if is_root else read_json(literal(random, "any", 1, True))


def change_module(random, text, version):
    return pick(random, TOKEN_CHANGES + LINE_CHANGES)(random, text, version)


# --- changes of tokens -----------------------------------------------------------------------------------------------------


def replace_token(random, text, wanted, make):
    tokens = TOKEN.findall(text)
    places = [number for number, token in enumerate(tokens) if wanted(token)]
    if not places:
        return text
    place = pick(random, places)
    tokens[place] = make(tokens[place], tokens)
    return "".join(tokens)


def is_variable(token):
    return re.fullmatch(r"[a-zA-Z_]\w*", token) is not None and token not in KEYWORDS


def other_number(random, text, version):
    return replace_token(random, text, NUMBER.match, lambda token, _: pick(random, NUMBERS))


def other_string(random, text, version):
    return replace_token(random, text, lambda token: token[0] == '"', lambda token, _: pick(random, STRINGS + KEYS))


def other_kind(random, text, version):
    return replace_token(random, text, lambda token: token[0] == '"' or NUMBER.match(token),
                         lambda token, _: literal(random, "any", 2))


def other_operator(random, text, version):
    family = pick(random, OPERATORS)
    return replace_token(random, text, lambda token: token in family, lambda token, _: pick(random, family))


def other_name(random, text, version):
    return replace_token(random, text, is_variable,
                         lambda token, tokens: pick(random, [other for other in tokens if is_variable(other)]))


def wildcard(random, text, version):
    return replace_token(random, text, is_variable, lambda token, _: "_")


def wrapped(random, text, version):
    """A term that a function, a comprehension or a collection hands on."""
    form = pick(random, ["same_(%s)", "[%s][0]", "[x_ | x_ := %s][0]", '{"k": %s}["k"]', "(%s)", "[%s]", "{%s}", "{%s}[_]"])
    changed = replace_token(random, text, lambda token: is_variable(token) or token[0] == '"' or NUMBER.match(token),
                            lambda token, _: form % token)
    return changed + "\nsame_(x_) = x_\n" if "same_(" in form else changed


def swapped(random, text, version):
    """The operands of an infix operator, or two arguments."""
    found = list(re.finditer(r"([\w.\[\]\"]+)( ?(?:==|!=|<=?|>=?|[-+*/%&|,]|:?=) ?)([\w.\[\]\"]+)", text))
    if not found:
        return text
    one = pick(random, found)
    return text[:one.start()] + one[3] + one[2] + one[1] + text[one.end():]


def other_step(random, text, version):
    found = list(re.finditer(r"(?<=[\w\]])\.(\w+)(?![\w(])", text))
    found = [one for one in found if not re.match(r"\s*(package|import)", text[text.rfind("\n", 0, one.start()) + 1:])]
    if not found:
        return text
    one = pick(random, found)
    return text[:one.start()] + pick(random, ['["%s"]' % one[1], "[_]", "[0]", '["%s"][_]' % one[1], ""]) + text[one.end():]


TOKEN_CHANGES = [other_number, other_string, other_kind, other_operator, other_name, wildcard, wrapped, swapped, other_step]


# --- changes of lines ------------------------------------------------------------------------------------------------------


def body_lines(lines):
    return [number for number, line in enumerate(lines) if line.startswith(("\t", "  ")) and line.strip()
            and not line.strip().startswith(("}", "#", "some ", "with"))]


def change_line(random, text, make):
    lines = text.split("\n")
    places = body_lines(lines)
    if not places:
        return text
    place = pick(random, places)
    lines[place:place + 1] = make(lines[place].strip(), lines)
    return "\n".join(lines)


def negated(random, text, version):
    return change_line(random, text, lambda line, _: ["  not " + line])


def in_every(random, text, version):
    if version == "v0":
        return negated(random, text, version)
    return change_line(random, text, lambda line, _: ["  every q_ in [1, 2] { q_ > 0; %s }" % line])


def in_comprehension(random, text, version):
    form = pick(random, ["  count([1 | %s]) == 1", "  {1 | %s} == {1}", "  q_ = {k_: 1 | k_ = 1; %s}; q_ != {}"])
    return change_line(random, text, lambda line, _: [form % line])


def with_document(random, text, version):
    target = pick(random, ["input", "input.a", "data.a", "data.b.c", "input.x.y"])
    return change_line(random, text, lambda line, _: ["  %s with %s as %s" % (line, target, literal(random, "any", 2))])


def in_function(random, text, version):
    """The line becomes the body of a function of the variables that it has in common with its neighbours."""
    def make(line, lines):
        names = sorted({name for name in re.findall(r"\b[a-z]\b", line)})
        if version == "v0":
            added.append("held_(%s) = true { %s }" % (", ".join(names or ["_"]), line))
        else:
            added.append("held_(%s) if { %s }" % (", ".join(names or ["_"]), line))
        return ["  held_(%s)" % ", ".join(names or ["1"])]
    added = []
    return change_line(random, text, make) + "\n" + "\n".join(added) + "\n"


def without_line(random, text, version):
    return change_line(random, text, lambda line, _: [])


def line_twice(random, text, version):
    return change_line(random, text, lambda line, _: ["  " + line, "  " + line])


def line_of_elsewhere(random, text, version):
    return change_line(random, text, lambda line, lines: ["  " + line, lines[pick(random, body_lines(lines))]])


def other_order(random, text, version):
    """The rules, or the lines of a body."""
    if random.random() < 0.5:
        blocks = text.split("\n\n")
        rest = blocks[1:]
        random.shuffle(rest)
        return "\n\n".join(blocks[:1] + rest)
    lines = text.split("\n")
    places = body_lines(lines)
    if len(places) > 1:
        first, second = random.sample(places, 2)
        lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def rule_twice(random, text, version):
    blocks = text.split("\n\n")
    if len(blocks) < 2:
        return text
    return "\n\n".join(blocks + [change_module(random, pick(random, blocks[1:]), version)])


def with_else(random, text, version):
    found = list(re.finditer(r"^}[ \t]*$", text, re.M))
    if not found:
        return text
    one = pick(random, found)
    sign = "=" if version == "v0" else ":="
    return text[:one.end()] + " else %s %s" % (sign, literal(random, "any", 1)) + text[one.end():]


def with_default(random, text, version):
    found = re.findall(r"^([a-z]\w*)(?= (?:if|:=|=|\{))", text, re.M)
    if not found:
        return text
    return text + "\ndefault %s %s %s\n" % (pick(random, found), "=" if version == "v0" else ":=", literal(random, "any", 1))


LINE_CHANGES = [negated, in_every, in_comprehension, with_document, in_function, without_line, line_twice, line_of_elsewhere,
                other_order, rule_twice, with_else, with_default]
