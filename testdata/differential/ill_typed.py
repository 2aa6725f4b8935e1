"""Programs that meet the type checker: ill-typed terms, wrong arities, references into what has a type, and schemas.

They are those of generator.py with mistakes strewn in: a term of another type, a call with an argument too many or too few, of
what is no function or of nothing, a function that is only named, a step into what has none, a statement whose two sides
have nothing in common. Schemas come in METADATA, of each scope, written there or by name; they describe input and
data.d, mostly as they are.
"""

import json
import random as random_module

from documents import KEYS, SHAPE, pick
from generator import ELEMENTS, TYPES, Module, Scope, program as generated

SCALARS = ["number", "string", "boolean", "null"]


class IllTyped(Module):
    def __init__(self, random, builtins, package, version):
        super().__init__(random, builtins, package, version)
        self.rate = pick(random, [0.0, 0.02, 0.05])

    def term(self, kind, scope, depth):
        if self.chance(self.rate):
            made = self.misplaced(scope, depth)
            if made is not None:
                return made
        return super().term(kind, scope, depth)

    def misplaced(self, scope, depth):
        chance = self.random.random()
        if chance < 0.35:
            return super().term(pick(self.random, TYPES), scope, depth)
        if chance < 0.5:
            return self.deeper(scope)
        if chance < 0.6:
            return self.of_nothing(scope)
        if chance < 0.7:
            return pick(self.random, ["[1, 2][3]", '{"a": 1}.b', '{"a": {"b": 1}}.a.b.c', '{1, "a"}[true]', '"a"[0]', "set()[1]", "[][0]"])
        name, arguments, _ = pick(self.random, self.builtins.functions)
        if chance < 0.75:
            return name  # not called
        return "%s(%s)" % (name, ", ".join(self.other_arguments(arguments, scope, depth - 1)))

    def other_arguments(self, kinds, scope, depth):
        kinds = list(kinds)
        chance = self.random.random()
        if kinds and chance < 0.2:
            kinds.pop()
        elif chance < 0.35:
            kinds.append("number")
        elif kinds:
            kinds[self.random.randrange(len(kinds))] = pick(self.random, TYPES)
        return [super(IllTyped, self).term(kind, scope, max(0, depth)) for kind in kinds]

    def deeper(self, scope):
        """Steps into a rule, a document or a variable."""
        names = ["input." + name for name in SHAPE] + ["data.d." + name for name in SHAPE] + [name for name, _ in scope.variables]
        names += [self.rule_name(rule) for rule in scope.rules if rule.form != "function"] * 3
        steps = [pick(self.random, [".a", ".b", ".x.y", "[0]", '["a"]', "[true]", ".zz", "[[1]]", "[null]"])
                 for _ in range(pick(self.random, [1, 1, 2, 3]))]
        return pick(self.random, names) + "".join(steps)

    def of_nothing(self, scope):
        """A reference or a call that leads nowhere."""
        return pick(self.random, ["data.%s.nothing" % self.package, "nothing(1)", "data.nowhere.f(1)", "input.f(1)", "count.x",
                                  "data.%s.r1.nothing.at.all" % self.package, "strings.nothing", "data.a(1)", "r0(1, 2, 3)",
                                  "r1(1)", "data.b.c.r6()", "data.b.c.r6(1, 2)"])

    def statement(self, scope, depth):
        if not self.chance(3 * self.rate):
            return super().statement(scope, depth)
        first, second = pick(self.random, TYPES), pick(self.random, TYPES)
        sides = [super(IllTyped, self).term(kind, scope, depth) for kind in (first, second)]
        chance = self.random.random()
        if chance < 0.3:
            return [sides[0] + pick(self.random, [" == ", " = ", " != ", " < ", " - ", " & "]) + sides[1]]
        if chance < 0.45:
            name = self.variable()
            scope.variables.append((name, first))
            pattern = pick(self.random, ['{"a": %s}', "[%s]", "[%s, _, 1]", '{"x": [%s]}', "[[%s], 2]"]) % name
            return ["%s = %s" % (pattern, sides[0])]
        if chance < 0.6:
            name, arguments, result = pick(self.random, self.builtins.functions)
            return ["%s(%s)" % (name, ", ".join(self.other_arguments([*arguments, result], scope, depth)))]
        if chance < 0.7 and not self.v0:
            return ["some %s in %s" % (pick(self.random, ["_", "1", "[_, _]", "_, _"]), sides[0])]
        if chance < 0.8 and not self.v0:
            return ["every x in %s { %s }" % (sides[0], pick(self.random, ["x + 1 > 0", "x.a", "count(x) == x", "x != 7"]))]
        if chance < 0.9:
            return ["%s with %s as %s" % (sides[0], self.replaced(scope), sides[1])]
        return ["walk(%s, %s)" % (sides[0], pick(self.random, ["1", "[_]", "[_, _, 1]", "{}", "[[_], _]"]))]

    def replaced(self, scope):
        names = [name for name, _, _ in self.builtins.functions]
        rules = ["data.%s.%s" % (rule.package, rule.name) for rule in scope.rules]
        return pick(self.random, [pick(self.random, names), pick(self.random, rules or ["data.d"]), "input.n", "data.d.o", "nothing"])

    # --- METADATA

    def text(self, count, first, known):
        lines = super().text(count, first, known).split("\n")
        if self.chance(0.5):
            return "\n".join(lines)
        made = []
        for number, line in enumerate(lines):
            begins = number == 0 or (line[:1] == "r" and not lines[number - 1].strip()) or line.startswith("default ")
            if begins and self.chance(0.6 if number == 0 else 0.4):
                made += self.metadata(number == 0)
            made.append(line)
        return "\n".join(made)

    def metadata(self, of_package):
        scopes = ["package", "subpackages"] if of_package else ["rule", "rule", "document"]
        lines = ["# METADATA", "# scope: " + pick(self.random, scopes), "# schemas:"]
        for _ in range(pick(self.random, [1, 1, 2])):
            lines.append("#   - " + self.schema_line())
        return lines

    def schema_line(self):
        path = pick(self.random, ["input", "input", "input", "data.d", "data.d"])
        if self.chance(0.3):
            name, kind = pick(self.random, list(SHAPE.items()))
            inside = schema(self.random, kind, 2)
            return "%s.%s: %s" % (path, name, json.dumps(inside))
        if self.chance(0.5):
            return "%s: %s" % (path, pick(self.random, ["schema.s", "schema.s", "schema.t", "schema", "schema.nothing"]))
        return "%s: %s" % (path, json.dumps(of_document(self.random)))


def schema(random, kind, depth):
    """A JSON schema of that type, or nearly."""
    chance = random.random()
    if chance < 0.08 or depth <= 0 and isinstance(kind, tuple):
        kind = pick(random, SCALARS)
    elif chance < 0.13:
        return pick(random, [{}, {"type": "object"}, {"type": "array"}, {"type": ["string", "number"]}, {"type": "integer"}])
    elif chance < 0.2:
        name = pick(random, ["anyOf", "anyOf", "allOf", "oneOf"])
        return {name: [schema(random, pick(random, [kind, kind, *ELEMENTS]), depth - 1) for _ in range(2)]}
    elif chance < 0.23:
        return {"$ref": "#/definitions/" + pick(random, ["one", "two"])}
    if kind == "any":
        return pick(random, [{}, {"type": ["number", "string", "null"]}, {"enum": [1, "a", None]}, {"const": "a"}])
    if not isinstance(kind, tuple):
        return {"type": kind}
    if kind[0] == "object":
        return object_schema(random, kind[1], depth)
    if kind[0] == "tuple":
        return {"type": "array", "items": [schema(random, each, depth - 1) for each in kind[1:]]}
    items = schema(random, kind[1], depth - 1)
    return {"type": "array", "items": pick(random, [items, items, [items, items]])}


def object_schema(random, kind, depth):
    made = {"type": "object"}
    if random.random() < 0.6:
        made["properties"] = {json.loads(pick(random, KEYS)): schema(random, kind, depth - 1) for _ in range(pick(random, [1, 2, 3]))}
    if random.random() < 0.6:
        made["additionalProperties"] = pick(random, [True, False, False, schema(random, kind, depth - 1)])
    return made


def of_document(random):
    """A schema of input and data.d."""
    made = {"type": "object", "properties": {name: schema(random, kind, 2) for name, kind in SHAPE.items() if random.random() < 0.9},
            "definitions": {"one": schema(random, pick(random, TYPES), 1), "two": {"type": "string"}}}
    if random.random() < 0.5:
        made["additionalProperties"] = pick(random, [False, False, True, {"type": "number"}])
    if random.random() < 0.1:
        made["definitions"]["one"] = {"$ref": "#/definitions/two"}
    return made


def program(seed, builtins):
    """A program of that seed (any text); some of its queries are ill-typed too."""
    given, random = generated(seed, builtins, IllTyped), random_module.Random(seed + ":schemas")
    if random.random() < 0.5:
        given["schemas"] = {name: of_document(random) for name in ("s", "t") if random.random() < 0.8}
        if random.random() < 0.3:
            given["schemas"][""] = of_document(random)
    if random.random() < 0.3:
        maker = IllTyped(random, builtins, "a", "v1")
        maker.rate = 0.3
        given["queries"] = [*given["queries"], "x = " + maker.term(pick(random, TYPES), Scope([]), 2)]
    return given
