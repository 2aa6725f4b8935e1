#!/usr/bin/env python3
"""How long `check` takes for many modules: CPU time of the whole command, engines in turn, the least of some rounds.

    bench/check_modules.py WRIT [OPA] [--modules 1000] [--rounds 3]

Modules are made for it, in 1, 2 and 4 times the number: what people write, about fifty lines each, one in a package, of which
each reads another. Prints a table; exits with status 1 if an engine finds an error in them. OPA is its command line program.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

MODULE = """# METADATA
# title: module %(number)d
# description: decides about requests of kind %(number)d
package lib.m%(number)d

%(imports)sdefault allow := false

allowed_roles contains role if some role in {"admin", "editor", "r%(number)d"}

allow if {
	input.method == "GET"
	some role in input.user.roles
	role in allowed_roles
%(reads)s	not denied
}

allow if {
	input.method in {"POST", "PUT"}
	startswith(input.path, "/m%(number)d/")
	count(input.user.roles) > 2
	limits[input.user.tier] >= to_number(input.size)
}

limits := {"free": 10, "pro": 1%(number)d, "max": 100000}

denied if input.user.blocked

denied if {
	every group in input.user.groups { group.expired }
	sum([g.weight | some g in input.user.groups]) > 10
}

deny contains msg if {
	some i, item in input.items
	item.price > max_price(item.kind)
	msg := sprintf("item %%d of kind %%s is too dear: %%v", [i, item.kind, item.price])
}

max_price(kind) := 100 if kind == "book"
else := 200 if kind == "game"
else := 50

summary := {"allow": allow, "deny": deny, "names": {name: n |
	some name in {x.name | some x in input.items}
	n := count([1 | some x in input.items; x.name == name])
}}
"""


def write_modules(folder, count):
    for number in range(count):
        other = (number * 7 + 3) % count
        reads = other < number
        text = MODULE % {
            "number": number,
            "imports": "import data.lib.m%d as other\n\n" % other if reads else "",
            "reads": "\tother.allowed_roles[role]\n" if reads else "",
        }
        (folder / ("m%d.rego" % number)).write_text(text, encoding="utf-8")


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(command), (done.stderr or done.stdout)[:500]))
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("writ")
    parser.add_argument("opa", nargs="?")
    parser.add_argument("--modules", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    programs = [("writ", options.writ)] + ([("opa", options.opa)] if options.opa else [])
    print("| modules | " + " | ".join(name for name, _ in programs) + (" | opa / writ |" if options.opa else " |"))
    print("|--:" * (1 + len(programs) + bool(options.opa)) + "|")
    for factor in (1, 2, 4):
        with tempfile.TemporaryDirectory() as scratch:
            write_modules(pathlib.Path(scratch), factor * options.modules)
            seconds = {name: [] for name, _ in programs}
            for _ in range(options.rounds):
                for name, program in programs:
                    seconds[name].append(cpu_seconds([os.path.abspath(program), "check", scratch]))
        least = [min(seconds[name]) for name, _ in programs]
        ratio = " %.1f× |" % (least[1] / least[0]) if options.opa else ""
        print("| %d | %s |%s" % (factor * options.modules, " | ".join("%.2f s" % value for value in least), ratio), flush=True)


if __name__ == "__main__":
    main()
