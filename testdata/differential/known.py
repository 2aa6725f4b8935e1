"""Differences that SEMANTICS.md section 21 intends, one row each: the number there and what tells that it is this one.

A row sees the whole answers of both engines, so that it can ask whether what one of them says of a part is what the other
says of the whole; and it can ask both of the program without what it is about, where they have to agree. Everything that no row claims is unexplained.
"""

import itertools
import json
import re

from engines import difference, number, plain, queries_of, steps, without_numbers
from exact_json import read_json, write_json
from residues import is_same

# Reached by no program here but one that runs away.
LIMITS = ("E_FUEL", "E_MEMORY", "E_OUTPUT")


def code(answer):
    return answer["error"]["code"] if answer.get("error") else None


def big_integers_are_exact(program, found):
    """Equal but for digits behind the precision that OPA works with."""
    return found.kind == "value" and found.writ.get("rows") and alike(plain_rows(found.writ), plain_rows(found.opa))


def plain_rows(answer):
    return sorted((sorted(row.items()) for row in answer["rows"]), key=repr)


def alike(ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict) and "number" in ours and "number" in theirs:
        first, second = number(ours["number"]), number(theirs["number"])
        if first == second:
            return True
        size = len(first[1]) + first[2]
        same = len(second[1]) + second[2] == size and first[0] == second[0] and first[1][:16] == second[1][:16]
        return same and size > 18
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return all(alike(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)) and len(ours) == len(theirs):
        return all(map(alike, ours, theirs))
    return plain(ours) == plain(theirs) if type(ours) is type(theirs) else False


def numbers_have_a_range(program, found):
    return code(found.writ) == "E_NUM_RANGE"


def work_is_limited(program, found):
    theirs_ends = code(found.opa) == "eval_cancel_error" or "no answer" in found.opa.get("panic", "")
    return code(found.writ) in LIMITS or theirs_ends


def either_error_may_be_first(program, found):
    """Both fail, and not with two reports of one failure; or with strict errors only one comes as far as the failing call."""
    of_builtin = ("eval_builtin_error", "eval_type_error")
    # OPA computes what is in the literal of a set or object in the order of its terms: in one such order both agree.
    one_fails = code(found.writ) is None or code(found.opa) is None
    if one_fails and "eval_conflict_error" in (code(found.writ), code(found.opa)) and not program["strict"]:
        if any(found.agrees_on(changed) for changed in with_literals_in_other_orders(program)):
            return True
    if code(found.writ) is None or code(found.opa) is None:
        failed = {code(found.writ), code(found.opa)}
        return program["strict"] and bool(failed & set(of_builtin)) and found.agrees_leniently
    if code(found.writ) in of_builtin and code(found.opa) in of_builtin and found.agrees_leniently:
        return True
    ours, theirs = found.writ["error"], found.opa["error"]
    # OPA goes on with the first value of a function, and finds that another definition has another one later.
    if ours["text"].startswith("function ") and "conflicting values" in ours["text"] and ours["row"] != theirs["row"]:
        return True
    if goes_on_with_a_first_value(program, found):
        return True
    others = [answer["error"] for answer in found.all_opa.get("answers", []) if answer.get("error")]
    return ours["code"] != theirs["code"] or any(ours["row"] == error["row"] for error in others if error is not theirs)


CONFLICT = re.compile(r"rule data\.(\S+) produced conflicting values:\n  (.*) at ")


def goes_on_with_a_first_value(program, found):
    """OPA goes on with the first value of a rule, and fails elsewhere before it finds that another definition has another
    one. Where a `with` gives the rules that first value alone both agree."""
    query = queries_of(program)[found.where]
    ours = found.writ
    for _ in range(4):
        conflict = CONFLICT.match((ours.get("error") or {}).get("text", ""))
        if conflict is None:
            return False
        query += " with data%s as %s" % (steps(conflict[1].split(".")), conflict[2])
        writ, opa = found.ask({**program, "entries": [], "queries": [query]})
        if any(answer.get("errors") for answer in [writ, *writ.get("answers", [])]):
            return False
        if difference(writ, opa) is None:
            return True
        ours = writ["answers"][0]
    return False


LITERAL = re.compile(r"\{([^{}|\n;]*,[^{}|\n;]*)\}")


def with_literals_in_other_orders(program):
    for number, text in enumerate(program["modules"]):
        for literal in LITERAL.finditer(text):
            for order in list(itertools.permutations(members(literal[1])))[1:24]:
                changed = text[:literal.start(1)] + ", ".join(order) + text[literal.end(1):]
                yield {**program, "modules": [*program["modules"][:number], changed, *program["modules"][number + 1:]]}


def members(text):
    """Of a literal, without its brackets."""
    found, depth, begin = [], 0, 0
    for at, character in enumerate(text):
        depth += nesting(character)
        if character == "," and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
    return [*found, text[begin:].strip()]


def nesting(text):
    """How many more brackets it opens than it closes."""
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))


def lines_at(program, row):
    """The line with that number of each module that has one."""
    return [lines[row - 1] for lines in (module.split("\n") for module in program["modules"]) if row <= len(lines)]


def changed_everywhere(program, pattern, replacement):
    return {**program, "modules": [re.sub(pattern, replacement, text) for text in program["modules"]]}


def a_lone_true_is_dropped(program, found):
    """OPA forgets a body that is `true` alone, even behind `not` or with a `with`, when the head holds a call or a
    comprehension. Where a comparison stands in its place both agree."""
    changed = changed_everywhere(program, r"\bnot true\b", "not 1 == 1")
    changed = changed_everywhere(changed, r"\btrue with\b", "1 == 1 with")
    return found.kind in ("value", "defined", "error") and changed != program and found.agrees_on(changed)


def paths_are_ambiguous(program, found):
    ours = found.writ.get("errors", [])
    return bool(ours) and all(re.match("entry point .* is ambiguous", error["text"]) for error in ours)


def an_underscore_is_a_name(program, found):
    """A rule or a package that is called `_`: OPA makes names up for it. With a name of letters both agree."""
    named = r"^(package )_(?=$|\.)|^()_(?= :?= | if | contains |\[|\.)"
    changed = changed_everywhere(program, "(?m)" + named, r"\1\2underscore")
    return found.kind in ("value", "defined", "compile") and changed != program and found.agrees_on(changed)


def comparing_does_not_bind(program, found):
    """OPA lets a comparison bind what is compared with a comprehension that closes over another variable."""
    ours = found.writ.get("errors", [])
    if found.kind != "compile" or found.opa.get("errors") or not ours:
        return False
    for error in ours:
        name = re.fullmatch(r"var (\w+) is unsafe", error["text"])
        lines = lines_at(program, error["row"])
        if not name or not any(re.search(r"(\bnot %s =|\b%s ==) [\[{].*\|" % (name[1], name[1]), line) for line in lines):
            return False
    return True


def a_closure_knows_what_is_bound(program, found):
    """OPA accepts a comprehension over a variable that only its own statement binds. Where the comprehension has another
    name for it both agree."""
    ours = found.writ.get("errors", [])
    if found.kind != "compile" or not ours or found.opa.get("errors") or len(program["modules"]) != 1:
        return False
    lines = program["modules"][0].split("\n")
    for error in ours:
        name = re.fullmatch(r"var (\w+) is unsafe", error["text"])
        if not name or error["row"] > len(lines):
            return False
        lines[error["row"] - 1] = renamed_in_comprehensions(lines[error["row"] - 1], name[1])
    changed = {**program, "modules": ["\n".join(lines)]}
    return changed != program and found.agrees_on(changed)


def renamed_in_comprehensions(line, name):
    at = 0
    while at < len(line):
        end = end_of_comprehension(line, at) if line[at] in "[{" else None
        if end is not None:
            renamed = re.sub(r"\b%s\b" % re.escape(name), name + "_inside", line[at:end])
            line = line[:at] + renamed + line[end:]
            at += len(renamed)
        at += 1
    return line


def end_of_comprehension(line, at):
    """Where the bracket there closes, if it is one of a comprehension."""
    depth, has_bar = 0, False
    for end in range(at, len(line)):
        depth += nesting(line[end])
        has_bar = has_bar or depth == 1 and line[end] == "|"
        if depth == 0:
            return end if has_bar else None
    return None


def only_words(program, found):
    """Of type errors only the order of the rules that one names."""
    def said(errors):
        return sorted((error["row"], error["column"], sorted(without_numbers(error["text"]).split("\n"))) for error in errors)
    if found.kind == "type":
        return said(found.writ["errors"]) == said(found.opa["errors"])
    return found.kind in ("text", "digits")


def the_policy_fails_too(program, found):
    """Only one engine ends in an error where the policy does for every input: with the same code, or the same fuel."""
    if found.kind != "refused":
        return False
    refusing, other = (found.writ, found.opa) if "error" in found.writ else (found.opa, found.writ)
    said = refusing["error"]["code"] if refusing.get("error") else None
    return said in LIMITS or said == "eval_cancel_error" or (
        bool(other.get("policy")) and all(code(answer) == said for answer in other["policy"]))


def the_residue_has_another_form(program, found):
    return found.kind == "form"


def the_residue_is_opas(program, found):
    """The same residue, up to names: what it gets wrong OPA's does too."""
    return found.kind in ("wider", "narrower", "unreadable") and is_same(found.writ, found.opa)


def a_literal_has_equal_keys(program, found):
    """Only members of objects differ, and a literal has a key that is known when it is evaluated."""
    if found.kind != "value" or not found.writ.get("rows") or len(found.writ["rows"]) != len(found.opa["rows"]):
        return False
    literal = r"\{[^{}]*\b(input|data|r\d|v\d+)\b[^{}:|]*:[^{}|]*,|,[^{}|]*\b(input|data|r\d|v\d+)\b[^{},:|]*:"
    return (bool(re.search(literal, "\n".join(program["modules"])))
            and same_but_for_members(plain_rows(found.writ), plain_rows(found.opa)))


def same_but_for_members(ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys() == {"object"}:
        first, second = (dict((plain(key), value) for key, value in answer["object"]) for answer in (ours, theirs))
        return first.keys() == second.keys()
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)) and len(ours) == len(theirs):
        return all(map(same_but_for_members, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return all(same_but_for_members(ours[name], theirs[name]) for name in ours)
    return ours == theirs


def a_statement_comes_twice(program, found):
    """OPA loses the second of two equal statements, and says that its variables are unsafe, or says what is wrong of one alone."""
    theirs = found.opa.get("errors", [])
    if found.kind != "compile" or not theirs:
        return False
    lines = [line.strip() for module in program["modules"] for line in module.split("\n")]
    if found.writ.get("errors"):
        def said(errors):
            return {(error["code"], error["text"], lines[error["row"] - 1]) for error in errors if error["row"] <= len(lines)}
        return len(program["modules"]) == 1 and said(found.writ["errors"]) == said(theirs)
    rows = {row - 1 for row in (error["row"] for error in theirs)}
    return (all(error["code"] == "rego_unsafe_var_error" for error in theirs) and len(program["modules"]) == 1
            and all(row < len(lines) and lines.count(lines[row]) > 1 for row in rows))


def a_safe_variable_is_safe(program, found):
    """OPA refuses a program for a variable that is a step of a reference beside a closure over it, that a comprehension
    inside of a reference assigns to, or that an `every` uses in front of a call that binds it."""
    theirs = found.opa.get("errors", [])
    if found.kind != "compile" or found.writ.get("errors") or not theirs:
        return False
    for error in theirs:
        name = re.fullmatch(r"var (\w+) is unsafe", error["text"])
        lines = lines_at(program, error["row"])
        shapes = (r"(?=.*[\[{].*\|).*\[%s\]", r"\|[^|]*\b%s := .*[\]}][.\[]")
        if name and re.search(r", %s\)" % name[1], "\n".join(program["modules"])):
            shapes += (r"\bevery\b.*\b%s\b",)
        if not name or not any(re.search(shape % name[1], line) for shape in shapes for line in lines):
            return False
    return True


def unsafe_variables_are_said_elsewhere(program, found):
    """Both refuse; what only we say is said of a statement with a comprehension or a chain of `or` or `and`, and what only OPA
    says is of variables of such a one, or said of the same ones behind it."""
    ours, theirs = found.writ.get("errors"), found.opa.get("errors")
    if found.kind != "compile" or not ours or not theirs:
        return False
    if {error["code"] for error in ours + theirs} != {"rego_unsafe_var_error"} or len(program["modules"]) != 1:
        return False
    ours, theirs = ({(error["text"], error["row"]) for error in errors} for errors in (ours, theirs))
    extra, others = ours - theirs, theirs - ours
    behind = {(text, row) for text, row in others if any(text == said and row > place for said, place in extra)}
    with_comprehension = {row for _, row in extra | behind
                          if has_comprehension(program["modules"][0], row) or is_chain(lines_at(program, row)[0])}
    return (len(extra) > 0
            and all(row in with_comprehension or any(text == said and place in with_comprehension for said, place in behind)
                    for text, row in extra)
            and all(row in with_comprehension or (text, row) in behind for text, row in others))


def is_chain(line):
    return any(len(re.findall(r" %s " % word, line)) > 1 for word in ("or", "and"))


def has_comprehension(module, row):
    """Whether the statement that begins in that row has one."""
    depth = 0
    for line in module.split("\n")[row - 1:]:
        if "|" in line:
            return True
        depth += nesting(line)
        if depth <= 0:
            return False
    return False


def a_reference_is_where_it_is(program, found):
    """Both say the same of types; OPA places what it says of references where their package is named last."""
    ours, theirs = found.writ.get("errors"), found.opa.get("errors")
    if found.kind not in ("compile", "type", "text") or not ours or not theirs:
        return False

    def is_placed_elsewhere(error):
        return " used as reference, not called" in error["text"] or error["text"].startswith("undefined ref: ")

    def said(errors):
        return sorted((0 if is_placed_elsewhere(error) else error["row"], without_numbers(error["text"])) for error in errors)
    return said(ours) == said(theirs)


def two_wildcards_are_two(program, found):
    """OPA takes a wildcard in the target of a `with` behind `and` or `or` for one in front, and fails when it runs."""
    ours = found.writ.get("errors", [])
    theirs = [answer.get("error", {}).get("text") for answer in found.opa.get("answers", [])]
    lines = [line for error in ours for line in lines_at(program, error["row"])]
    return (found.kind == "compile" and bool(ours) and all(error["text"] == "var _ is unsafe" for error in ours)
            and set(theirs) == {"bad document path"}
            and any(re.search(r"\b(and|or)\b.* with .*\[_\]", line) for line in lines))


def a_template_in_not(program, found):
    """OPA's compiler does not find the variables that a block of `not` declares in a template with a call."""
    theirs = found.opa.get("errors", [])
    return (not found.writ.get("errors") and bool(theirs) and "not {" in "\n".join(program["modules"])
            and all(error["row"] == 0 and re.fullmatch(r"var \w+ is undeclared", error["text"]) for error in theirs))


def a_function_is_replaced_by_a_rule(program, found):
    """With us the rule is read when the `with` applies; where it has no value or is a conflict, so is the statement. Where
    functions stay as they are both agree."""
    changed = changed_everywhere(program, r" with (?!input|data\.d\b)[\w.]+ as data\.[\w.]+", "")
    ours = code(found.writ)
    return (changed != program and "rows" in found.opa and (ours is not None or found.kind == "defined" and not found.writ["rows"])
            and found.agrees_on(changed))


def dates_do_not_wrap_around(program, found):
    """time.add_date of a huge number, which is a fault with us: with strict errors that is what we say."""
    called = "time.add_date(" in "\n".join(program["modules"] + program.get("queries", []))
    if not called or found.kind not in ("value", "defined", "error"):
        return False
    strictly = found.ask({**program, "strict": True})[0].get("answers", [])
    return any("time outside of valid range" in answer.get("error", {}).get("text", "") for answer in strictly)


INDEXED = r"(?m)(^|[{;]|\bif\b)(\s*)((?:startswith|endswith|strings\.any_prefix_match|strings\.any_suffix_match|glob\.match)\()"


ARRAY_PATTERN = r"(\]\s*=\s*)((?:input|data)\b[\w.\[\]\"]*)"


def some_conditions_rule_nothing_out(program, found):
    """A call or a pattern that OPA's index understands. Where the call is compared with true, or the pattern with an element of
    another array, the index does not, and both agree."""
    changed = changed_everywhere(program, INDEXED, r"\1\2true == \3")
    changed = changed_everywhere(changed, ARRAY_PATTERN, r"\1[\2][_]")
    return found.kind in ("defined", "error") and changed != program and found.agrees_on(changed)


def a_shift_counts_as_it_is(program, found):
    """bits.lsh or bits.rsh by 2^64 or more. By 64 both agree."""
    if not re.search(r"\bbits\.[lr]sh\(", "\n".join(program["modules"] + program.get("queries", []))):
        return False
    changed = read_json(re.sub(r"(?<![\w.])\d{20,}(?![\w.])", "64", write_json(program)))
    return found.kind in ("value", "defined", "error") and changed != program and found.agrees_on(changed)


def an_empty_text_is_between_characters(program, found):
    """OPA cuts characters where an empty text is replaced. With texts of ASCII alone both agree."""
    if not re.search(r"\breplace(_n)?\(", "\n".join(program["modules"])):
        return False
    # In JSON, where a backslash that is escaped itself stays.
    changed = read_json(re.sub(r"(\\\\)|[^\x00-\x7f]|\\u[0-9a-fA-F]{4}", lambda m: m[1] or "x", write_json(program)))
    return found.kind == "value" and changed != program and found.agrees_on(changed)


def no_place_in_a_message(program, found):
    """OPA begins the message of a refused request with the place of the call."""
    said = json.loads(re.sub(r'"test-\d+\.rego:\d+: (?=eval_)', '"', json.dumps(found.opa)))
    return "http.send(" in "\n".join(program["modules"]) and said != found.opa and plain_rows(said) == plain_rows(found.writ)


MEMORY = "unexpected schema type &{0x"  # where the parts of a schema are


def places_in_memory(program, found):
    """OPA says where in memory the parts of a schema are, and of several things that are wrong with it any: asked a few times,
    it says everything that we do, but for such places, or nothing but a place."""
    if found.kind not in ("type", "compile") or MEMORY not in str(found.opa.get("errors")):
        return False
    return any(same_but_for_memory(found.writ.get("errors", []), found.ask(program)[1].get("errors", [])) for _ in range(12))


def same_but_for_memory(ours, theirs):
    def said(error):
        return error["row"], without_numbers(re.sub(r"unexpected schema type &\{0x[^&]*\}(: |$)", "", error["text"]))
    others = list(ours)
    for error in theirs:
        same = [other for other in others if said(other) == said(error) or (
            MEMORY in error["text"] and said(error) == (other["row"], "type checking: ") and other["text"].startswith("type checking: "))]
        if not same:
            return False
        others.remove(same[0])
    return not others


WHOLE_NUMBER = re.compile(r"(?<![\w.])(-?\d+)\.0+(?![\w.])")


def no_rule_is_lost(program, found):
    """Heads that end in equal numbers with different texts, `p[1]` and `p[1.0]`. With one text for both the engines agree."""
    heads = [WHOLE_NUMBER.search(line) for module in program["modules"] for line in re.findall(r"^\w[^\n]*", module, re.M)]
    if found.kind not in ("value", "defined", "error", "compile") or not any(heads):
        return False
    return found.agrees_on({**program, "modules": [WHOLE_NUMBER.sub(r"\1", module) for module in program["modules"]]})


def errors_come_by_name(program, found):
    """The errors of the members of an object are in no order in OPA: without order both agree."""
    return ("json.match_schema(" in "\n".join(program["modules"]) and found.kind == "value" and
            unordered(found.writ["rows"]) == unordered(found.opa["rows"]))


def unordered(value):
    if isinstance(value, dict):
        return ("object",) + tuple(sorted((name, unordered(member)) for name, member in value.items()))
    return ("array",) + tuple(sorted(map(unordered, value), key=repr)) if isinstance(value, list) else repr(value)


def opa_ends(program, found):
    """A panic, or an error that says that OPA's compiler went wrong; a limit of ours may be met by the same program."""
    if code(found.opa) == "eval_internal_error":
        return True
    ours, theirs = found.writ.get("panic", ""), found.opa.get("panic", "no answer")
    return found.kind == "crash" and (ours == "" or "nested too deeply" in ours) and "no answer" not in theirs


KNOWN = (
    ("D-2", big_integers_are_exact),
    ("D-3", numbers_have_a_range),
    ("D-7", work_is_limited),
    ("D-18", either_error_may_be_first),
    ("D-22", a_lone_true_is_dropped),
    ("D-21", paths_are_ambiguous),
    ("D-23", an_underscore_is_a_name),
    ("D-24", a_literal_has_equal_keys),
    ("D-25", comparing_does_not_bind),
    ("D-28", no_rule_is_lost),
    ("D-32", a_shift_counts_as_it_is),
    ("D-33", an_empty_text_is_between_characters),
    ("D-34", some_conditions_rule_nothing_out),
    ("D-36", dates_do_not_wrap_around),
    ("D-37", a_statement_comes_twice),
    ("D-38", a_safe_variable_is_safe),
    ("D-47", a_closure_knows_what_is_bound),
    ("D-39", a_function_is_replaced_by_a_rule),
    ("D-41", unsafe_variables_are_said_elsewhere),
    ("D-42", a_template_in_not),
    ("D-43", a_reference_is_where_it_is),
    ("D-44", two_wildcards_are_two),
    ("D-61", no_place_in_a_message),
    ("D-62", errors_come_by_name),
    ("D-63", places_in_memory),
    ("OPA fails", opa_ends),
    ("OPA's residue", the_residue_is_opas),
    ("wording", only_words),
    ("a policy that fails", the_policy_fails_too),
    ("a residue of another form", the_residue_has_another_form),
)


def known(program, found):
    """The number in section 21, or None."""
    for name, claims in KNOWN:
        if claims(program, found):
            return name
    return None
