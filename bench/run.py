#!/usr/bin/env python3
"""Times writ beside its peers on the same cases and prints a Markdown report.

Every engine is a program that speaks the line protocol of README.md. For each case all engines load it and prove that
they give the expected answer to every input; one that does not is out of that case, and the report says so. Then they
are timed in turn, a short batch each, round after round, so that a machine that warms up or slows down does so for all
of them; what is reported is the median of the rounds, and a ratio is the median of the ratios within each round.
Afterwards the answers are checked once more.

Only the Python standard library is used.
"""

import argparse
import os
import pathlib
import platform
import select
import shutil
import statistics
import subprocess
import sys
import time

import generate

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PATIENCE = 300  # seconds for one answer of an engine


class Absent(Exception):
    """This engine, or this case of it, is not there; the text says why."""


# Engines --------------------------------------------------------------------------------------------------------


def run_quietly(command, folder, environment=None):
    """Runs a build command; its last lines are the reason when it fails."""
    if shutil.which(command[0]) is None:
        raise Absent("%s is not installed" % command[0])
    print("  " + " ".join(str(word) for word in command), file=sys.stderr)
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(environment or {})}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Absent("build failed: " + " / ".join(done.stdout.strip().splitlines()[-3:]))


def build_opa():
    target = BUILD / "peers" / "peer-opa"
    target.parent.mkdir(parents=True, exist_ok=True)
    run_quietly(["go", "build", "-o", str(target), "."], ROOT / "bench/peers/opa")
    return target


def build_regorus(folder):
    target = BUILD / "peers" / folder
    run_quietly(["cargo", "build", "--release", "--target-dir", str(target)], ROOT / "bench/peers" / folder)
    return target / "release" / "peer-regorus"


def build_with_cmake(name):
    run_quietly(["cmake", "--preset", "release"], ROOT)
    run_quietly(["cmake", "--build", "--preset", "release", "--target", name], ROOT)
    return ROOT / "build" / "bench" / name


def build_before():
    raise Absent("give --program before=PATH, the writ_bench of an earlier checkout")


# In the order of the report. The first is what the others are compared with.
ENGINES = {
    "writ": lambda: build_with_cmake("writ_bench"),
    "before": build_before,
    "opa": build_opa,
    "regorus": lambda: build_regorus("regorus"),
    "regorus-0.14": lambda: build_regorus("regorus-0.14"),
    "native": lambda: build_with_cmake("native_bench"),
}

# Versions of one engine, of which neither is always faster: the faster one of a case is the peer in that case.
VERSIONS = ("regorus", "regorus-0.14")


class Engine:
    """A running engine. ask() sends a command and gives the answer, or raises Absent with the engine's complaint."""

    def __init__(self, name, program, pin, cpu_time):
        self.name, self.cpu_time = name, cpu_time

        def prepare():
            if pin is not None:
                os.sched_setaffinity(0, {pin})

        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        preexec_fn=prepare if pin is not None else None)
        self.version = self.ask("version")

    def ask(self, *words):
        line = " ".join(str(word) for word in words) + "\n"
        try:
            self.process.stdin.write(line.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Absent("%s has ended" % self.name) from None
        answer = self.read_line()
        verb, _, rest = answer.partition(" ")
        if verb != "ok":
            raise Absent(rest or "no answer")
        return rest

    def read_line(self):
        deadline = time.monotonic() + PATIENCE
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                self.process.kill()
                raise Absent("no answer within %d s" % PATIENCE)
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise Absent("%s has ended" % self.name)
            answer += piece
        return answer.decode(errors="replace").rstrip("\n")

    def nanoseconds(self, case, mode, iterations):
        """ns for one decision in a batch of this many."""
        before = self.time_on_cpu() if self.cpu_time else 0
        wall = int(self.ask("run", case, mode, iterations))
        return (self.time_on_cpu() - before if self.cpu_time else wall) / iterations

    def time_on_cpu(self):
        """ns that all threads of the engine have run. Exact while it waits for a command, as it does now."""
        threads = pathlib.Path("/proc/%d/task" % self.process.pid).glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads)

    def stop(self):
        try:
            self.process.stdin.write(b"quit\n")
            self.process.stdin.close()
            self.process.wait(timeout=5)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()


def start_engines(options):
    """The engines that run, and why the others do not."""
    engines, absent = [], {}
    given = dict(item.split("=", 1) for item in options.program)
    for name, build in ENGINES.items():
        if options.engines and name not in options.engines:
            continue
        try:
            if name in given:
                program = pathlib.Path(given[name])
            elif options.no_build:
                raise Absent("not built (--no-build)")
            else:
                print("building %s" % name, file=sys.stderr)
                program = build()
            if not program.exists():
                raise Absent("%s does not exist" % program)
            engines.append(Engine(name, program, options.pin, options.cpu_time))
        except (Absent, OSError) as fault:
            absent[name] = str(fault)
    return engines, absent


# Measuring ------------------------------------------------------------------------------------------------------


def batch_size(engine, case, mode, seconds):
    """How many decisions take about this long."""
    iterations = 1
    while True:
        took = engine.nanoseconds(case, mode, iterations) * iterations / 1e9
        if took > seconds / 4 or iterations >= 1 << 26:
            return max(1, int(iterations * seconds / max(took, 1e-9)))
        iterations *= 2


def measure(engines, case, folder, options):
    """{engine: {mode: ns, "spread": …, "sample": (p50, p99, max), "way": …}} and {engine: why it is out}."""
    figures, out, running = {}, {}, []
    for engine in engines:
        try:
            figures[engine.name] = {"way": engine.ask("load", case, folder).partition(" ")[2]}
            running.append(engine)
        except Absent as fault:
            out[engine.name] = str(fault)

    for mode in options.modes:
        sizes = {}
        for engine in running:
            try:
                sizes[engine.name] = batch_size(engine, case, mode, options.batch)
            except Absent as fault:
                if mode == "both":
                    out[engine.name] = "while timing: " + str(fault)
                    del figures[engine.name]
        running = [engine for engine in running if engine.name in figures]
        able = [engine for engine in running if engine.name in sizes]  # an engine need not tell the parts apart
        times = {engine.name: [] for engine in able}
        for turn in range(options.rounds):
            for place in range(len(able)):
                engine = able[(turn + place) % len(able)]  # nobody is always first
                times[engine.name].append(engine.nanoseconds(case, mode, sizes[engine.name]))
        for engine in able:
            taken = times[engine.name]
            figures[engine.name][mode] = statistics.median(taken)
            figures[engine.name][mode + " spread"] = (min(taken), max(taken))
            # Round by round: a machine that changes its speed does so for both sides of one ratio.
            figures[engine.name][mode + " ratio"] = statistics.median(
                other / mine for mine, other in zip(times[able[0].name], taken))
    for engine in running:
        count = max(200, min(options.samples, int(2e9 / figures[engine.name]["both"])))
        figures[engine.name]["sample"] = tuple(int(n) for n in engine.ask("sample", case, "both", count).split())
        try:
            engine.ask("check", case)
        except Absent as fault:
            out[engine.name] = "after timing: " + str(fault)
            del figures[engine.name]
        engine.ask("drop", case)
    return figures, out


# The report -----------------------------------------------------------------------------------------------------


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        return done.stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def machine():
    cpu = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.processor())
    governor = pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    yield "CPU", "%s, %d available" % (cpu, len(os.sched_getaffinity(0)))
    yield "governor", governor.read_text().strip() if governor.exists() else "not shown by this machine"
    yield "system", "%s %s" % (platform.system(), platform.release())
    yield "load before", "%.2f" % os.getloadavg()[0]
    for name, command in (("C++", ("c++", "--version")), ("Go", ("go", "version")), ("Rust", ("rustc", "--version")),
                          ("commit", ("git", "describe", "--always", "--dirty"))):
        yield name, first_line(*command) or "absent"


def amount(nanoseconds):
    if nanoseconds is None:
        return "–"
    if nanoseconds >= 99.5:
        return "{:,.0f}".format(nanoseconds)
    return "%.1f" % nanoseconds


def ratio(against_first, able):
    return "%.2f×" % against_first if able and against_first is not None else "–"


def compared(names):
    """{title: engines}: a ratio each, to the faster one where there are several."""
    first = next(iter(ENGINES))
    groups = {"%s / %s" % (name, first): [name] for name in names if name not in (first, "native") + VERSIONS}
    peers = [name for name in names if name in VERSIONS]
    if peers:
        groups["%s / %s" % (VERSIONS[0], first)] = peers
    return groups


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "|".join("---" if index == 0 else "---:" for index in range(len(head))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def report(results, engines, absent, facts, options):
    names = [engine.name for engine in engines]
    first = next(iter(ENGINES))
    print("# Decisions: ns each\n")
    table(["", ""], facts + [(e.name, e.version) for e in engines] + [(n, "absent: " + w) for n, w in absent.items()])
    print("Medians of %d rounds of about %g ms, engines in turn, one thread%s; ratios are taken round by round. "
          "Inputs are parsed from bytes each time. %s\n" % (
        options.rounds, options.batch * 1000, "" if options.pin is None else ", pinned to CPU %d" % options.pin,
        "Time is CPU time of all threads of an engine." if options.cpu_time else "Time is the clock's."))

    def figure(case, name, key):
        return results[case][0].get(name, {}).get(key)

    def ratios(case, mode):
        known = [[figure(case, name, mode + " ratio") for name in group] for group in groups.values()]
        least = [min((one for one in group if one is not None), default=None) for group in known]
        return [ratio(one, figure(case, first, mode)) for one in least]

    groups = compared(names)
    print("## Parse + eval\n")
    table(["case"] + names + list(groups), [
        [case] + [amount(figure(case, name, "both")) for name in names] + ratios(case, "both") for case in results])
    if len(groups.get("%s / %s" % (VERSIONS[0], first), [])) > 1:
        print("%s is compared by the version that is faster in the case.\n" % VERSIONS[0])
    print("Spread of the rounds, as smallest – largest:\n")
    table(["case"] + names, [
        [case] + [" – ".join(amount(n) for n in figure(case, name, "both spread") or ()) or "–" for name in names]
        for case in results])
    for mode in options.modes:
        if mode != "both":
            print("## Only %s\n" % mode)
            table(["case"] + names + list(groups), [
                [case] + [amount(figure(case, name, mode)) for name in names] + ratios(case, mode) for case in results])
    print("## Single decisions, parse + eval: p50 / p99 / longest\n")
    print("With the cost of reading the clock twice, some tens of ns.\n")
    table(["case"] + names, [
        [case] + [" / ".join(amount(n) for n in figure(case, name, "sample") or ()) or "–" for name in names]
        for case in results])
    faults = [(case, name, why) for case, (_, out) in results.items() for name, why in out.items()]
    if faults:
        print("## Not compared\n")
        for case, name, why in faults:
            print("- %s, %s: %s" % (case, name, " ".join(why.split())[:300]))
        print()
    print("## Cases\n")
    for case in results:
        ways = ", ".join("%s: %s" % (name, f["way"]) for name, f in results[case][0].items() if f.get("way"))
        print("- **%s**: %s%s" % (case, (options.cases_folder / case / "about").read_text(encoding="utf-8").strip(),
                                  " (%s)" % ways if ways else ""))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", metavar="NAME", help="only these; a name may end in *")
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), help="only these")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batch", type=float, default=0.05, metavar="SECONDS", help="length of one turn of one engine")
    parser.add_argument("--samples", type=int, default=100000, help="single decisions timed for p50 and p99")
    parser.add_argument("--quick", action="store_true", help="5 rounds of 10 ms, 10,000 samples, parse + eval only")
    parser.add_argument("--pin", type=int, metavar="CPU", help="run all engines on this CPU")
    parser.add_argument("--cpu-time", action="store_true",
                        help="count the time all threads of an engine ran, not the clock's: for a busy machine")
    parser.add_argument("--no-build", action="store_true", help="use only programs given with --program")
    parser.add_argument("--program", action="append", default=[], metavar="ENGINE=PATH", help="use this program")
    parser.add_argument("--list", action="store_true", help="print the names of the cases and end")
    options = parser.parse_args()
    options.modes = ["both", "eval", "parse"]
    if options.quick:
        options.rounds, options.batch, options.samples, options.modes = 5, 0.01, 10000, ["both"]
    if options.rounds < 1 or options.batch <= 0:
        parser.error("rounds and batch have to be positive")
    options.cases_folder = BUILD / "bench-cases"
    return parser, options


def chosen(names, patterns, parser):
    if not patterns:
        return names
    for pattern in patterns:
        if not any(name == pattern or pattern.endswith("*") and name.startswith(pattern[:-1]) for name in names):
            parser.error("no case is called %s; --list names them" % pattern)
    return [name for name in names if any(
        name == pattern or pattern.endswith("*") and name.startswith(pattern[:-1]) for pattern in patterns)]


def main():
    parser, options = arguments()
    names = generate.generate(options.cases_folder)
    if options.list:
        print("\n".join(names))
        return 0
    names = chosen(names, options.cases, parser)
    facts = list(machine())
    engines, absent = start_engines(options)
    if not engines:
        print("no engine runs: %s" % absent, file=sys.stderr)
        return 1
    results = {}
    try:
        for case in names:
            print("measuring %s" % case, file=sys.stderr)
            results[case] = measure(engines, case, options.cases_folder / case, options)
    finally:
        for engine in engines:
            engine.stop()
    report(results, engines, absent, facts, options)
    # An engine that answers wrongly is a fault of ours when it is ours.
    return 1 if any(next(iter(ENGINES)) in out for _, out in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
