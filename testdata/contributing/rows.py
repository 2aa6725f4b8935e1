"""A dummy for each row of CONTRIBUTING.md's table: which files it touches, how, and where it can be seen."""

import re


class Row:
    """`edits` maps paths to functions from text to text. The first path is the list itself."""

    def __init__(self, name, edits, see):
        self.name, self.edits, self.see = name, edits, see


def insert(before, text):
    """Puts text in front of the first line that matches."""

    def edit(source):
        found = re.search(before, source, re.M)
        assert found, f"nothing matches {before}"
        begin = source.rfind("\n", 0, found.start()) + 1
        return source[:begin] + text + source[begin:]

    return edit


def append(text):
    return lambda source: source + text


def replace(pattern, text):
    def edit(source):
        changed, count = re.subn(pattern, text, source, count=1, flags=re.M)
        assert count == 1, f"nothing matches {pattern}"
        return changed

    return edit


def create(text):
    return lambda source: text


def enumerator(last, name, number):
    """A further enumerator of a C enumeration whose last one is `last`."""
    return replace(rf"({last} = \d+)(\s+/\*)", rf"\1,\n  {name} = {number}\2")


def in_semantics(text):
    """The tables of SEMANTICS.md, made anew, say so."""
    return f"cp SEMANTICS.md dummy.md && writ_semantics --update dummy.md; grep -q '{text}' dummy.md"


ROWS = [
    Row(
        "a built-in",
        {
            "engine/builtins/builtins.def": insert(
                r'^BUILTIN\("abs"',
                'BUILTIN("a.dummy", kPure, 1, "numbers", a_dummy, "(x: number) -> number",\n        "A dummy.")\n',
            ),
            "engine/builtins/dummy.cc": create(
                '#include "engine/builtins/support.h"\n\n'
                "namespace writ {\n\nValue builtin_a_dummy(BuiltinCall& call) { return call.args[0]; }\n\n}  // namespace writ\n"
            ),
        },
        ["test \"$(writ eval -f raw 'a.dummy(7)')\" = 7"],
    ),
    Row(
        "an opcode",
        {
            "engine/program/opcodes.def": insert(
                r"^OPCODE\(kJump,",
                'OPCODE(kDummy, "DUMMY", kNone, kNone, kNone, kNone, kNone, kNext, 1, 0, "a dummy")\n',
            ),
            "engine/vm/run.cc": insert(r"^  do_kMove:", "  do_kDummy:\n    NEXT();\n\n"),
        },
        [in_semantics("DUMMY")],
    ),
    Row(
        "a plan statement",
        {
            "lang/plan/plan.def": insert(
                r"^PLAN\(kReset,",
                'PLAN(kDummy, "dummy", kWritten, kNone, kRead, kNone, kNone, kNone, kNone, kNone, kMove, kMove, kNo, kNone)\n',
            ),
            "lang/plan/lower_rules.cc": replace(r"PlanOp::kMove", "PlanOp::kDummy"),
        },
        ["printf 'package p\\ndefault r := 1\\nr := input.x\\n' >dummy.rego && writ build --dump=plan dummy.rego | grep -q dummy"],
    ),
    Row(
        "a pass",
        {
            "lang/plan/passes.def": insert(r"^PASS\(fold,", 'PASS(dummy, pass_dummy, "does nothing")\n'),
            "lang/plan/pass_dummy.cc": create(
                '#include "lang/plan/passes.h"\n\nnamespace writ::lang {\n\nvoid pass_dummy(Plan&) {}\n\n}  // namespace writ::lang\n'
            ),
        },
        ["nm -C build/writ | grep -q 'writ::lang::pass_dummy'"],
    ),
    Row(
        "a limit",
        {
            "engine/vm/limits.def": append(
                'LIMIT(6, dummy, uint64_t, 1000, UINT64_MAX, DUMMY, "--max-dummy", "N", "dummy", "a dummy", "none")\n'
            ),
            "engine/include/writ/writ.h": enumerator("WRIT_LIMIT_CALL_DEPTH", "WRIT_LIMIT_DUMMY", 6),
        },
        ["writ decide --help | grep -q 'max-dummy N .*(default 1000)'", in_semantics("`dummy` | 1000")],
    ),
    Row(
        "a verdict",
        {
            "engine/record/verdicts.def": insert(
                r"^// VERDICT_MODE\(", 'VERDICT(9, kDummy, "dummy", DUMMY, kPolicy, "a dummy")\n\n'
            ),
            "engine/include/writ/writ.h": enumerator("WRIT_VERDICT_DEFER", "WRIT_VERDICT_DUMMY", 9),
        },
        [
            "printf 'package p\\nv := {\"verdict\": \"dummy\"}\\n' >dummy.rego && "
            "writ decide -p dummy.rego -e p/v --verdict object | grep -q '\"verdict\":\"dummy\"'"
        ],
    ),
    Row(
        "an option of a decision",
        {
            "engine/api/decide_options.def": insert(r"^DECIDE_TEXT\(traceparent", "DECIDE_NUMBER(dummy)\n"),
            "engine/api/decision.h": insert(r"^  bool enforced = true;", "  uint64_t dummy = 0;\n"),
            "engine/include/writ/writ.h": insert(r"^} writ_decide_options;", "  uint64_t dummy;\n"),
        },
        ["printf '#include \"writ/writ.h\"\\nwrit_decide_options o = {.dummy = 1};' | cc -Iengine/include -fsyntax-only -xc -"],
    ),
    Row(
        "a record member",
        {
            "engine/record/fields.def": insert(
                r"^RECORD_FIELD\(kWrit, \"action\"",
                'RECORD_FIELD(kWrit, "aaa", dummy, Text, kMeasure, kInMeta, kOptional, "a dummy")\n',
            )
        },
        [in_semantics("`writ.aaa`")],
    ),
    Row(
        "a digest",
        {"engine/base/tags.def": insert(r"^DIGEST_TAG\(kProbe", 'DIGEST_TAG(kDummy, "dummy", 1, 1, "a dummy")\n')},
        [in_semantics("`dummy` | a dummy")],
    ),
    Row(
        "a check of policies",
        {
            "lang/check/check.cc": insert(r"^    \{check_recursion,", "    {check_dummy},\n"),
            "lang/check/passes.h": insert(r"^void check_recursion\(", "void check_dummy(Checker& checker);\n"),
            "lang/check/dummy.cc": create(
                '#include "lang/check/passes.h"\n\n'
                "namespace writ::lang {\n\nvoid check_dummy(Checker&) {}\n\n}  // namespace writ::lang\n"
            ),
        },
        ["nm -C build/writ | grep -q 'writ::lang::check_dummy'"],
    ),
    Row(
        "a diagnostic",
        {
            "lang/syntax/diagnostics.def": insert(
                r"^// --- REGO02", 'DIAGNOSTIC(199, kDummy, "rego_parse_error", "a dummy", "there is none")\n\n'
            )
        },
        ["writ explain REGO0199 | grep -q 'a dummy'"],
    ),
    Row(
        "an error code",
        {"engine/base/error_codes.def": insert(r"^ERROR_CODE\(80", 'ERROR_CODE(79, E_DUMMY, "a dummy")\n')},
        [in_semantics("`E_DUMMY` | a dummy")],
    ),
    Row(
        "a replay result",
        {"replay/classes.def": insert(r"^REPLAY_CLASS\(kMatch", 'REPLAY_CLASS(kDummy, "DUMMY", 99, kNone, kOpen, "a dummy")\n')},
        [in_semantics("`DUMMY`")],
    ),
    Row(
        "a command",
        {
            "cli/commands.def": append('COMMAND(dummy, kExitInput, kExitInternal, "do nothing")\n'),
            "cli/dummy.cc": create(
                '#include "cli/commands.h"\n\n'
                "namespace writ::cli {\n\nint run_dummy(const Words&, Terminal&) { return 0; }\n\n}  // namespace writ::cli\n"
            ),
        },
        ["writ --help | grep -q 'dummy  *do nothing' && writ dummy"],
    ),
]
