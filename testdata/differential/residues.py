"""What it means that the residues of two partial evaluations agree.

They are compared up to names of variables, and with what policy and residue answer for the same inputs. Kinds of
differences, worst first:

  wider      our residue gives a value that the policy does not
  narrower   the policy gives a value that our residue does not
  unreadable the text of our residue does not compile
  refused    only one engine has a residue
  form       the residues are not the same, but mean the same

Where the policy ends in an error there is nothing to compare, and where only the residue does, neither ([S-22.1]); a document
that is read as a whole may lack, or have more, empty collections.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "partial"))

import residue  # noqa: E402


def partial_kind(ours, theirs):
    """None where they agree."""
    if any("errors" in one or "error" in one for one in (ours, theirs)):
        return None if ("errors" in ours or "error" in ours) == ("errors" in theirs or "error" in theirs) else "refused"
    worst = [kind for kind in map(meaning, ours["policy"], ours["residue"]) if kind]
    for kind in ("wider", "narrower", "unreadable"):
        if kind in worst:
            return kind
    return None if is_same(ours, theirs) else "form"


def is_same(ours, theirs):
    return residue.difference((theirs["queries"], theirs["support"]), (ours["queries"], ours["support"]), True) is None


def meaning(policy, left):
    """How what is left differs from the policy for one input."""
    if left.get("errors"):
        return "unreadable"
    if "rows" not in policy or "rows" not in left:
        return None
    wanted, got = values(policy), values(left)
    if got == wanted or full(got) == full(wanted):
        return None
    return "wider" if got - wanted else "narrower"


def values(answer):
    return {json.dumps(in_order(row.get("x")), sort_keys=True) for row in answer["rows"]}


def in_order(value):
    if isinstance(value, list):
        return list(map(in_order, value))
    if isinstance(value, dict):
        return {name: sorted(map(in_order, part), key=repr) if isinstance(part, list) else part for name, part in value.items()}
    return value


def full(found):
    """Without empty collections: which of them a document holds depends on the packages below it, and support modules add some."""
    def prune(value):
        if isinstance(value, list):
            return [prune(item) for item in value]
        if isinstance(value, dict) and "object" in value:
            pairs = [[key, prune(item)] for key, item in value["object"]]
            return {"object": [pair for pair in pairs if pair[1] not in ({"object": []}, {"set": []})]}
        return value
    pruned = {json.dumps(prune(json.loads(one)), sort_keys=True) for one in found}
    return pruned - {'{"object": []}', '{"set": []}'}
