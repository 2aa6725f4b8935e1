"""When two residues are the same: syntax as JSON, as OPA writes it, up to names of variables.

A query has names of its own, and so has a rule: the variables of one are those of the other under another name, one to
one. Queries are compared as a set and by their number, modules by their package and the set of their rules; the order of
expressions counts, unless a case says that it does not. These are the terms of OPA's own comparison.
"""

# Not variables: documents, and the names of built-ins, which stand where a variable may.
ROOTS = {"data", "input"}
LEFT_OUT = {"location", "index", "generated", "explicit_body", "explicit_lhs", "explicit_rhs"}


def is_variable(node):
    return isinstance(node, dict) and node.get("type") == "var" and node.get("value") not in ROOTS


class Match:
    """Variables of the left by variables of the right, and back; undone when a choice turns out wrong."""

    def __init__(self):
        self.right_of, self.left_of, self.made = {}, {}, []

    def variable(self, left, right):
        if left in self.right_of or right in self.left_of:
            return self.right_of.get(left) == right and self.left_of.get(right) == left
        self.right_of[left], self.left_of[right] = right, left
        self.made.append((left, right))
        return True

    def undo(self, mark):
        while len(self.made) > mark:
            left, right = self.made.pop()
            del self.right_of[left], self.left_of[right]

    def all(self, pairs):
        """Whether pairs match together: what one leaves open, the next may decide, so alternatives nest."""
        if not pairs:
            return True
        (kind, left, right), rest = pairs[0], pairs[1:]
        if kind == "any":  # two lists without order
            if len(left) != len(right):
                return False
            if not left:
                return self.all(rest)
            for i, candidate in enumerate(right):
                mark = len(self.made)
                if self.all([("one", left[0], candidate), ("any", left[1:], right[:i] + right[i + 1:])] + rest):
                    return True
                self.undo(mark)
            return False
        more = self.step(left, right)
        return more is not None and self.all(more + rest)

    def step(self, left, right):
        """What is left to compare, None if these differ."""
        if isinstance(left, list) and isinstance(right, list):
            return [("one", a, b) for a, b in zip(left, right)] if len(left) == len(right) else None
        if not (isinstance(left, dict) and isinstance(right, dict)):
            return [] if type(left) is type(right) and left == right else None
        if is_variable(left) and is_variable(right):
            return [] if self.variable(left["value"], right["value"]) else None
        kind = left.get("type")
        if kind == right.get("type") and kind in ("set", "object"):
            return [("any", left["value"], right["value"])]
        if kind == right.get("type") == "call":
            return self.call(left["value"], right["value"])
        if "terms" in left and "terms" in right and isinstance(left["terms"], list) and isinstance(right["terms"], list):
            calls = self.call(left["terms"], right["terms"])
            others = self.members(left, right, {"terms"})
            return None if calls is None or others is None else calls + others
        return self.members(left, right, set())

    def call(self, left, right):
        """An operator is a name, not a variable of the query."""
        if len(left) != len(right) or operator(left[0]) != operator(right[0]):
            return None
        return [("one", a, b) for a, b in zip(left[1:], right[1:])]

    @staticmethod
    def members(left, right, but):
        keys = (set(left) | set(right)) - LEFT_OUT - but
        if not all(key in left and key in right for key in keys):
            return None
        return [("one", left[key], right[key]) for key in sorted(keys)]


def operator(term):
    if term.get("type") == "var":
        return term["value"]
    return ".".join(str(step["value"]) for step in term["value"]) if term.get("type") == "ref" else repr(term)


def same_body(left, right, ignore_order=False):
    if len(left) != len(right):
        return False
    return Match().all([("any" if ignore_order else "one", left, right)])


def same_rule(left, right):
    # The head's name is a variable only in OPA's notation, and is part of what is asked for.
    return Match().all([("one", named(left), named(right))])


def named(rule):
    rule = {key: value for key, value in rule.items() if key not in LEFT_OUT}
    head = dict(rule["head"])
    head.pop("name", None)
    steps = [dict(step) for step in head.pop("ref", [])]
    if steps:
        steps[0] = {"type": "name", "value": steps[0]["value"]}
    if steps and head.get("key") == steps[-1]:
        head.pop("key")  # said twice
    rule["head"] = {**head, "reference": steps}
    if "else" in rule:
        rule["else"] = named(rule["else"])
    return rule


def unmatched(left, right, same):
    """Those of each that have no equal in the other."""
    return ([item for item in left if not any(same(item, other) for other in right)],
            [item for item in right if not any(same(other, item) for other in left)])


def same_module(left, right):
    if package(left) != package(right):
        return False
    missing, extra = unmatched(left.get("rules") or [], right.get("rules") or [], same_rule)
    return not missing and not extra


def package(module):
    return [step["value"] for step in module["package"]["path"]]


def difference(want, got, ignore_order=False):
    """What of the residue `want` = (queries, support) is missing in `got`, and what is too much; None if they agree."""
    queries = unmatched(want[0], got[0], lambda a, b: same_body(a, b, ignore_order))
    modules = unmatched(want[1], got[1], same_module)
    if any(queries) or any(modules) or len(want[0]) != len(got[0]):
        return {"missing": queries[0] + modules[0], "extra": queries[1] + modules[1],
                "counts": [len(want[0]), len(got[0])]}
    return None
