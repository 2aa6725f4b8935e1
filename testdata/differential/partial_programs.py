"""Programs that are evaluated partially: generated ones and mutants of OPA's suite, with unknowns and rules that stay rules.

Policy and residue are then evaluated with a few inputs. What of the input is known is the program's own.
"""

import random as random_module
import re

from documents import document, pick
from exact_json import read_json, write_json
from generator import program as generated
from mutants import mutant, other_value

REFERENCE = re.compile(r"\b(?:input|data)(?:\.[a-z_]\w*)+(?![\w(])")
UNKNOWNS = [["input"], ["input"], ["input"], ["input", "data.d"], ["input.o"], ["input.n", "data.d.o"], ["data.d"], ["input.l"],
            ["input", "data.d.l"]]


def program(seed, builtins, suite):
    """A program of that seed (any text), with where it comes from."""
    random = random_module.Random(seed + ":partial")
    if suite and random.random() < 0.4:
        made = of_suite(seed, random, suite)
        if made is not None:
            return made
    number = 0
    given = generated(seed, builtins)
    while given["version"] != "v1" or not given["entries"]:
        number += 1
        given = generated("%s:%d" % (seed, number), builtins)
    unknowns = pick(random, UNKNOWNS)
    rules = ["data." + entry.replace("/", ".") for entry in given["entries"]]
    if random.random() < 0.05:
        unknowns = [*unknowns, pick(random, rules)]
    query = pick(random, rules)
    known = given.get("input_term", "{}") if "input" not in unknowns else ""
    inputs = agreeing(given.pop("input_term", "{}"), unknowns, [document(random) for _ in range(2)])
    return "partial evaluation", {**given, "entries": [], "queries": [], "strict": False,
                                  "partial": asked(random, "x = " + query, unknowns, rules, known, inputs)}


def agreeing(known, unknowns, others):
    """The known input, and others that differ from it in what is unknown alone; terms that are no JSON have no others."""
    inputs = [known]
    for text in others:
        if "input" in unknowns:
            inputs.append(text)
            continue
        try:
            whole, other = read_json(known), read_json(text)
        except ValueError:
            break
        names = [unknown.split(".")[1] for unknown in unknowns if unknown.startswith("input.")]
        if not names or not isinstance(whole, dict) or not isinstance(other, dict):
            break
        kept = {name: value for name, value in whole.items() if name not in names}
        inputs.append(write_json({**kept, **{name: other[name] for name in names if name in other}}))
    return inputs


def asked(random, query, unknowns, rules, known, inputs):
    kept = [pick(random, rules) for _ in range(pick(random, [1, 1, 2]))] if rules and random.random() < 0.3 else []
    return {"query": query, "unknowns": unknowns, "disable_inlining": kept, "shallow": random.random() < 0.2, "known": known,
            "inputs": inputs}


def of_suite(seed, random, suite):
    """A case or a mutant of one; None where it has no x or is not of version 1."""
    name, given = mutant(seed, suite) if random.random() < 0.5 else pick(random, suite)
    query = given["queries"][0]
    variables = set(re.findall(r"\b[a-z]\w*\b", REFERENCE.sub("", query)))
    if given["version"] != "v1" or not given["modules"] or variables != {"x"}:
        return None
    read = sorted(set(REFERENCE.findall("\n".join(given["modules"]))))
    unknowns = ["input"] if random.random() < 0.4 or not read else [".".join(pick(random, read).split(".")[:2])]
    rules = sorted(set(REFERENCE.findall(query)))
    terms = [given["input_term"]] if "input_term" in given else [write_json(given["input"])] if "input" in given else []
    others = [write_json(other_value(random, given["input"], False)) for _ in range(2)] if "input" in given else []
    inputs = agreeing((terms or ["{}"])[0], unknowns, others)
    known = inputs[0] if terms and "input" not in unknowns else ""
    whole = {name: value for name, value in given.items() if name not in ("input", "input_term")}
    return "partial evaluation of " + name, {**whole, "queries": [], "entries": [], "strict": False,
                                             "partial": asked(random, query, unknowns, rules, known, inputs)}
