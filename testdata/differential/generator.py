"""Typed random programs: for one seed the same ones everywhere.

A program has one or two modules of a few rules of every form. Rules refer to later ones only, so that recursion is rare
and meant. Every term is made for the type its place expects, from literals, variables in scope, documents, other rules,
functions, built-ins (arguments by their signatures), operators, comprehensions and template strings; now and then for
any type. A statement has a line of its own, so that a program can be made smaller line by line.
"""

import random as random_module
import re

from documents import KEYS, SHAPE, document, literal, pick
from exact_json import read_json

# Not generated: they reach the world or draw randomness; their answers cannot agree.
OUTSIDE = ("http.send", "opa.runtime", "net.lookup_ip_addr", "rand.intn", "uuid.rfc4122", "rego.metadata.chain",
           "rego.metadata.rule", "print", "trace", "internal.print", "time.now_ns", "eq", "assign", "internal.template_string",
           "internal.test_case", "internal.member_2", "internal.member_3", "walk", "bits.lsh", "crypto.x509", "time.clock",
           "io.jwt", "providers", "graphql", "rego.parse_module", "json.match_schema", "json.verify_schema",
           "strings.render_template", "time.parse_duration_ns", "numbers.range")
INFIX = {"plus": "+", "minus": "-", "mul": "*", "div": "/", "rem": "%", "and": "&", "or": "|", "equal": "==", "neq": "!=",
         "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
ELEMENTS = ["number", "string", "number", "string", "boolean", ("array", "number"), ("tuple", "number", "string"), "any"]
TYPES = ["number", "string", "boolean", ("array", "number"), ("array", "string"), ("set", "number"), ("set", "string"),
         ("object", "number"), ("object", "string"), ("array", ("object", "number")), "any"]


def of_signature(declared):
    """The type of a declaration in the capabilities, in our words."""
    name = declared["type"]
    if name == "any":
        union = declared.get("of")
        return ("union",) + tuple(of_signature(member) for member in union) if union else "any"
    if name == "array":
        if "static" in declared:
            return ("tuple",) + tuple(of_signature(member) for member in declared["static"])
        return ("array", of_signature(declared["dynamic"]) if "dynamic" in declared else "any")
    if name == "set":
        return ("set", of_signature(declared["of"]) if "of" in declared else "any")
    if name == "object":
        dynamic = declared.get("dynamic")
        return ("object", of_signature(dynamic["value"]) if dynamic else "any")
    return name if name in ("number", "string", "boolean", "null") else "any"


class Builtins:
    """The functions that both engines have, by the type of their result."""

    def __init__(self, capabilities):
        self.functions, self.infix = [], []
        for row in capabilities["builtins"]:
            name, declared = row["name"], row["decl"]
            if name.startswith(OUTSIDE) or row.get("relation") or row.get("deprecated") or "result" not in declared:
                continue
            kinds = [of_signature(argument) for argument in declared.get("args", [])]
            function = (name, kinds, of_signature(declared["result"]))
            (self.infix if name in INFIX else self.functions).append(function)
        self.by_result = {}
        for function in self.functions:
            self.by_result.setdefault(shape_of(function[2]), []).append(function)


def shape_of(kind):
    return kind[0] if isinstance(kind, tuple) else kind


def fits(kind, wanted):
    """Whether a value of `kind` is one of `wanted`, as far as types tell."""
    if wanted == "any" or kind == wanted:
        return True
    if isinstance(wanted, tuple) and wanted[0] == "union":
        return any(fits(kind, member) for member in wanted[1:])
    if isinstance(wanted, tuple) and isinstance(kind, tuple) and wanted[0] == kind[0] and len(wanted) == len(kind) == 2:
        return fits(kind[1], wanted[1])
    return False


class Rule:
    """A rule that others may refer to: its name with the package, its form, the types of arguments, keys and value."""

    def __init__(self, name, package, form, kind, arguments=(), steps=()):
        self.name, self.package, self.form, self.kind = name, package, form, kind
        self.arguments, self.steps = arguments, steps


class Scope:
    """Variables in sight, the rules that may be read, and whether `_` may be written."""

    def __init__(self, rules, variables=(), wildcards=False):
        self.rules, self.variables, self.wildcards = rules, list(variables), wildcards

    def inner(self, wildcards=False):
        return Scope(self.rules, self.variables, wildcards)


class Terms:
    """Terms of a wanted type."""

    def __init__(self, random, builtins, package):
        self.random, self.builtins, self.package = random, builtins, package
        self.fresh, self.version_2, self.v0, self.templates = 0, False, False, True
        self.misfits = pick(random, [0, 0, 0.012])  # how often a term is of any type; most programs have to compile
        self.aliases = {}  # package -> name it is imported as

    def chance(self, probability):
        return self.random.random() < probability

    def variable(self):
        self.fresh += 1
        return "v%d" % self.fresh

    def term(self, kind, scope, depth):
        if self.chance(self.misfits):
            kind = "any"
        if isinstance(kind, tuple) and kind[0] == "union":
            return self.term(pick(self.random, kind[1:]), scope, depth)
        choices = [self.a_literal] * 3 + [self.a_variable] * 5 + [self.of_document] * 3 + [self.of_rule] * 4
        if depth > 0:
            choices += [self.call] * 4 + [self.user_call] * 3 + [self.operation] * 2 + [self.built] * 2
            choices += [self.comprehension] * 2 + [self.text_or_element] * 2
        for _ in range(6):
            text = pick(self.random, choices)(kind, scope, depth - 1)
            if text is not None:
                return text
        return self.a_literal(kind, scope, depth)

    def a_literal(self, kind, scope, depth):
        return literal(self.random, kind, max(1, min(depth, 2)))

    def a_variable(self, kind, scope, depth):
        names = [name for name, given in scope.variables if fits(given, kind)]
        return pick(self.random, names) if names else None

    def of_document(self, kind, scope, depth):
        names = [name for name, given in SHAPE.items() if fits(given, kind)]
        root = "input" if self.chance(0.5) else "data.d"
        if names and self.chance(0.7):
            return "%s.%s" % (root, pick(self.random, names))
        names = [name for name, given in SHAPE.items() if isinstance(given, tuple) and fits(given[1], kind)]
        if kind == "any" and scope.wildcards and self.chance(0.3):
            return pick(self.random, ["input[_]", "data.d[_]", "input[_][_]", "data[_].n", "input.o[_]", "input"])
        if not names:
            return None
        name = pick(self.random, names)
        return "%s.%s[%s]" % (root, name, self.key_for(SHAPE[name], scope))

    def key_for(self, kind, scope):
        """What a container of that type is asked for: a constant, a variable in scope, or any element."""
        if scope.wildcards and self.chance(0.3):
            return "_"
        key_kind = "string" if shape_of(kind) == "object" else kind[1] if shape_of(kind) == "set" else "number"
        names = [name for name, given in scope.variables if fits(given, key_kind)]
        if names and self.chance(0.5):
            return pick(self.random, names)
        if key_kind == "string":
            return pick(self.random, KEYS)
        return pick(self.random, ["0", "1", "2"]) if key_kind == "number" else literal(self.random, key_kind, 1)

    def rule_name(self, rule):
        if rule.package == self.package and self.chance(0.8):
            return rule.name
        if rule.package in self.aliases and self.chance(0.7):
            return "%s.%s" % (self.aliases[rule.package], rule.name)
        return "data.%s.%s" % (rule.package, rule.name)

    def of_rule(self, kind, scope, depth):
        rules = [rule for rule in scope.rules if rule.form != "function" and fits(rule.kind, kind)]
        if rules and self.chance(0.7):
            return self.rule_name(pick(self.random, rules))
        rules = [rule for rule in scope.rules if rule.form != "function" and isinstance(rule.kind, tuple)
                 and len(rule.kind) == 2 and fits(rule.kind[1], kind)]
        if not rules:
            return None
        rule = pick(self.random, rules)
        return "%s[%s]" % (self.rule_name(rule), self.key_for(rule.kind, scope))

    def user_call(self, kind, scope, depth):
        rules = [rule for rule in scope.rules if rule.form == "function" and fits(rule.kind, kind)]
        if not rules:
            return None
        rule = pick(self.random, rules)
        return "%s(%s)" % (self.rule_name(rule), ", ".join(self.term(each, scope, depth) for each in rule.arguments))

    def call(self, kind, scope, depth):
        names = self.builtins.by_result.get(shape_of(kind), []) if kind != "any" else self.builtins.functions
        names = [function for function in names if fits(function[2], kind) or self.chance(10 * self.misfits)]
        if not names:
            return None
        name, arguments, _ = pick(self.random, names)
        return "%s(%s)" % (name, ", ".join(self.term(each, scope, depth) for each in arguments))

    def operation(self, kind, scope, depth):
        if kind == "number":
            symbol, operand = pick(self.random, "+-*/%"), "number"
        elif kind == "boolean":
            symbol, operand = pick(self.random, ["==", "!=", "<", "<=", ">", ">=", "in"]), pick(self.random, ELEMENTS)
            if symbol == "in" and not self.v0:
                holder = pick(self.random, [("array", operand), ("set", operand), ("object", operand)])
                return "(%s in %s)" % (self.term(operand, scope, depth), self.term(holder, scope, depth))
            symbol = "==" if symbol == "in" else symbol
        elif shape_of(kind) == "set":
            symbol, operand = pick(self.random, "&|-"), kind
        else:
            return None
        return "(%s %s %s)" % (self.term(operand, scope, depth), symbol, self.term(operand, scope, depth))

    def built(self, kind, scope, depth):
        """A collection of terms."""
        shape = shape_of(kind)
        if shape == "any":
            kind = pick(self.random, [("array", "any"), ("object", "any"), ("set", "any")])
            shape = kind[0]
        if shape == "tuple":
            return "[" + ", ".join(self.term(each, scope, depth) for each in kind[1:]) + "]"
        if shape not in ("array", "set", "object"):
            return None
        items = [self.term(kind[1], scope, depth) for _ in range(self.random.randrange(1, 4))]
        if shape == "object":
            keys = [self.term("string", scope, 0) if self.chance(0.3) else pick(self.random, KEYS) for _ in items]
            return "{" + ", ".join(key + ": " + item for key, item in zip(keys, items)) + "}"
        return ("[%s]" if shape == "array" else "{%s}") % ", ".join(items)

    def text_or_element(self, kind, scope, depth):
        if kind == "string" and self.templates and self.chance(0.6):
            inner = scope.inner()  # where a wildcard is not declared
            parts = [self.term(pick(self.random, ELEMENTS), inner, depth) for _ in range(self.random.randrange(1, 3))]
            return '$"' + "".join(pick(self.random, ["", "a", "é "]) + "{" + part + "}" for part in parts) + '"'
        holder = pick(self.random, ["array", "set", "object"])
        given = self.term((holder, kind), scope, depth)
        if given.startswith(("data.", "input.", "v")) or given[0] == "[" and self.misfits:
            return "%s[%s]" % (given, self.key_for((holder, kind), scope)) if not given.endswith(")") else None
        return None

    def comprehension(self, kind, scope, depth):
        shape = shape_of(kind)
        if kind == "any":
            kind = pick(self.random, [("array", "any"), ("set", "any"), ("object", "any")])
            shape = kind[0]
        if shape not in ("array", "set", "object"):
            return None
        inner = scope.inner()
        body = self.body(inner, depth, self.random.randrange(1, 3))
        head = self.term(kind[1], inner, depth)
        if shape == "object":
            head = self.term("string", inner, 0) + ": " + head
        opening, closing = ("[", "]") if shape == "array" else ("{", "}")
        return "%s%s | %s%s" % (opening, head, "; ".join(body), closing)

    # --- statements

    def body(self, scope, depth, count):
        """Statements; variables that `some` declares are used, as they must be."""
        lines, before, scope.wildcards = [], len(scope.variables), True
        for _ in range(count):
            lines += self.statement(scope, depth)
        scope.wildcards = False
        for name, _ in scope.variables[before:]:
            if len(re.findall(r"\b%s\b" % name, " ".join(lines))) == 1 and self.chance(0.97):
                lines.append(pick(self.random, ["%s != 7", "%s == %s", "is_null(%s) == false"]).replace("%s", name))
        return lines

    def statement(self, scope, depth):
        choices = [self.assignment] * 4 + [self.comparison] * 3 + [self.iteration] * 4 + [self.negation] * 2
        choices += [self.unification] * 2 + [self.plain, self.quantified, self.membership, self.walk]
        if self.version_2:
            choices += [self.logical] * 2
        before = Scope(scope.rules, scope.variables, scope.wildcards)  # what a `with` can use
        lines = pick(self.random, choices)(scope, depth)
        if self.chance(0.1) and "some " not in lines[-1] and not lines[-1].startswith("every"):
            lines[-1] += self.replacement(before, depth)
        return lines

    def assignment(self, scope, depth):
        if self.chance(0.06):
            name = self.variable()
            scope.variables.append((name, "any"))
            return ["%s := %s" % (name, self.by_range(scope))]
        kind = pick(self.random, TYPES)
        text = "%s := " + self.term(kind, scope, depth)
        name = self.variable()
        scope.variables.append((name, kind))
        return [text % name if text.count("%") == 1 else name + text[2:]]

    def comparison(self, scope, depth):
        kind = pick(self.random, ELEMENTS)
        return ["%s %s %s" % (self.term(kind, scope, depth), pick(self.random, ["==", "!=", "<", ">=", "="]),
                              self.term(kind, scope, depth))]

    def by_range(self, scope):
        """Built-ins whose work grows with the value of an argument, called with small ones."""
        small = pick(self.random, ["0", "3", "-2", "1.0", "5"])
        form = pick(self.random, ["numbers.range(%s, 4)", "numbers.range_step(0, 9, %s)", "bits.lsh(3, %s)", "bits.rsh(-9, %s)"])
        return form % small

    def plain(self, scope, depth):
        return [self.term("boolean", scope, depth)]

    def iteration(self, scope, depth):
        element = pick(self.random, ELEMENTS)
        holder = pick(self.random, ["array", "array", "set", "object"])
        given = self.term((holder, element), scope, depth)
        key, value = self.variable(), self.variable()
        key_kind = "string" if holder == "object" else element if holder == "set" else "number"
        if self.v0:
            scope.variables += [(key, key_kind), (value, element)]
            name = self.variable()
            return ["%s := %s" % (name, given), "%s := %s[%s]" % (value, name, key)]
        scope.variables.append((value, element))
        if self.chance(0.4):
            scope.variables.append((key, key_kind))
            return ["some %s, %s in %s" % (key, value, given)]
        return ["some %s in %s" % (value, given)]

    def negation(self, scope, depth):
        inner = scope.inner()
        if self.version_2 and self.chance(0.5):
            return ["not {%s}" % "; ".join(self.body(inner, depth, self.random.randrange(1, 3)))]
        return ["not " + pick(self.random, [self.comparison, self.plain])(inner, depth)[-1]]

    def unification(self, scope, depth):
        first, second = self.variable(), self.variable()
        kinds = pick(self.random, ["number", "string"]), pick(self.random, ELEMENTS)
        given = self.term(pick(self.random, [("tuple",) + kinds, ("array", kinds[1])]), scope, depth)
        if given[0] == "[" and not self.misfits:
            given = self.built(("tuple",) + kinds, scope, depth)
        pattern = "[%s, %s]" % (first, second)
        if self.chance(0.4):
            given = self.term(("object", kinds[1]), scope, depth)
            if given[0] == "{" and not self.misfits:
                given = '{"b": %s, "a": %s}' % (self.term(kinds[1], scope, 0), self.term(kinds[1], scope, 0))
            pattern = '{"a": %s, "b": %s}' % (first, second)
            kinds = kinds[1], kinds[1]
        scope.variables += [(first, kinds[0]), (second, kinds[1])]
        name = self.variable()  # two literals must have the same keys, so one is behind a variable
        lines = ["%s := %s" % (name, given)] if given[0] in "[{" and self.chance(0.95) else []
        given = name if lines else given
        return lines + ["%s = %s" % ((pattern, given) if self.chance(0.5) else (given, pattern))]

    def quantified(self, scope, depth):
        if self.v0:
            return self.plain(scope, depth)
        element = pick(self.random, ELEMENTS)
        given = self.term((pick(self.random, ["array", "set", "object"]), element), scope, depth)
        inner, name, key = scope.inner(), self.variable(), self.variable()
        inner.variables.append((name, element))
        names = name
        if self.chance(0.3):
            inner.variables.append((key, "any"))
            names = key + ", " + name
        lines = self.body(inner, depth - 1, 1)
        for each in names.split(", "):
            if not re.search(r"\b%s\b" % each, " ".join(lines)):
                lines.append("%s != 7" % each)
        return ["every %s in %s { %s }" % (names, given, "; ".join(lines))]

    def membership(self, scope, depth):
        return [self.operation("boolean", scope, depth)]

    def walk(self, scope, depth):
        path, value = self.variable(), self.variable()
        given = self.term("any", scope, depth)
        scope.variables += [(path, ("array", "any")), (value, "any")]
        return ["walk(%s, [%s, %s])" % (given, path, value)]

    def logical(self, scope, depth):
        def operand():
            inner = scope.inner()
            if self.chance(0.3):
                return "{%s}" % "; ".join(self.body(inner, depth - 1, self.random.randrange(1, 3)))
            return pick(self.random, [self.comparison, self.plain, self.negation])(inner, depth - 1)[-1]
        words = [operand() for _ in range(self.random.randrange(2, 4))]
        text = words[0]
        for word in words[1:]:
            text += pick(self.random, [" or ", " and "]) + word
        return [text]

    def replacement(self, scope, depth):
        chance = self.random.random()
        if chance < 0.1:
            target = pick(self.random, ["input.o.a", "data.d.o.b", "input.l", "data.d", "data.e.f", "input.any.x.y", 'input["a.b"]'])
            return " with %s as %s" % (target, self.term("any", scope, 0))
        if chance < 0.45:
            name, kind = pick(self.random, list(SHAPE.items()))
            root = pick(self.random, ["input.", "data.d."])
            return " with %s%s as %s" % (root, name, self.term(kind, scope, 0))
        if chance < 0.6:
            return " with input as " + self.term(("object", "any"), scope, 1)
        rules = [rule for rule in scope.rules if rule.form == "function"]
        if chance < 0.75 and rules:
            rule = pick(self.random, rules)
            same = [other.name for other in rules if len(other.arguments) == len(rule.arguments)
                    and other.package == self.package]
            if same and self.chance(0.5):
                return " with data.%s.%s as %s" % (rule.package, rule.name, pick(self.random, same))
            return " with data.%s.%s as %s" % (rule.package, rule.name, self.term(rule.kind, scope, 0))
        if chance < 0.9 and scope.rules:
            rule = pick(self.random, scope.rules)
            return " with data.%s.%s as %s" % (rule.package, rule.name, self.term(rule.kind, scope, 0))
        name, _, result = pick(self.random, self.builtins.functions)
        return " with %s as %s" % (name, self.term(result, scope, 0))


class Module(Terms):
    """The rules of one module, last first."""

    def __init__(self, random, builtins, package, version):
        super().__init__(random, builtins, package)
        self.v0 = version == "v0"
        self.templates = not self.v0
        self.with_keywords = self.v0 and self.chance(0.5)
        self.version_2 = not self.v0 and self.chance(0.35)
        self.rules = []
        if self.with_keywords:
            self.v0 = False  # the words of version 1 are imported

    def head_lines(self, known):
        lines = ["package " + self.package]
        if self.with_keywords:
            lines.append("import future.keywords" if self.chance(0.5) else "import rego.v1")
        if known and self.chance(0.5):
            alias = pick(self.random, [None, "other"])
            lines.append("import data.b.c" + (" as " + alias if alias else ""))
            self.aliases["b.c"] = alias or "c"
        if self.version_2:
            lines += pick(self.random, [["import rego.v2"], ["import future.keywords." + word for word in ("and", "not", "or")]])
        return lines

    def text(self, count, first, known):
        """`known` are the rules of other modules that these may read; the new ones are added in front."""
        blocks, head = [], self.head_lines(known)
        for number in reversed(range(first, first + count)):
            form = pick(self.random, FORMS)
            scope = Scope(known + self.rules)
            blocks.append(getattr(self, form)("r%d" % number, scope))
        if self.chance(0.5):
            blocks.reverse()
        return "\n".join(head + [""] + ["\n".join(lines) + "\n" for lines in blocks])

    def add(self, name, form, kind, arguments=(), steps=()):
        self.rules.insert(0, Rule(name, self.package, form, kind, arguments, steps))

    def if_word(self):
        return "" if self.v0 else " if"

    def definition(self, head, make_tail, scope, depth=2):
        """`make_tail` gives the text behind the head once the body's variables are known."""
        inner = scope.inner()
        body = self.body(inner, depth, self.random.randrange(1, 4))
        return [head(inner) + make_tail(inner) + self.if_word() + " {"] + ["  " + line for line in body] + ["}"]

    def value(self, kind):
        sign = " = " if self.v0 or self.chance(0.1) else " := "
        return lambda scope: sign + self.term(kind, scope, 1)

    def complete(self, name, scope):
        kind = pick(self.random, TYPES)
        lines = []
        if self.chance(0.4):
            lines.append("default %s %s %s" % (name, "=" if self.v0 else ":=", literal(self.random, kind, 1)))
        for _ in range(pick(self.random, [1, 1, 2, 3])):
            if self.chance(0.15):
                lines.append(name + self.value(kind)(scope))
                continue
            lines += self.definition(lambda inner: name, self.value(kind), scope)
            if self.v0 and self.chance(0.2):
                lines[-1] += " {"  # a second body of the same head
                lines += ["  " + line for line in self.body(scope.inner(), 1, 1)] + ["}"]
                continue
            while self.chance(0.25):
                lines[-1] += " else" + self.value(kind)(scope)
                if self.chance(0.3):
                    break
                lines[-1] += self.if_word() + " {"
                lines += ["  " + line for line in self.body(scope.inner(), 1, 1)] + ["}"]
        self.add(name, "complete", kind)
        return lines

    def set_rule(self, name, scope):
        kind = pick(self.random, ELEMENTS)
        lines = []
        for _ in range(pick(self.random, [1, 2, 2])):
            if self.v0:
                lines += self.definition(lambda inner: "%s[%s]" % (name, self.term(kind, inner, 1)), lambda inner: "", scope)
            else:
                lines += self.definition(lambda inner: "%s contains %s" % (name, self.term(kind, inner, 1)),
                                         lambda inner: "", scope)
        self.add(name, "set", ("set", kind))
        return lines

    def object_rule(self, name, scope):
        kind = pick(self.random, TYPES)
        key = pick(self.random, ["string", "string", "number", "any"])
        lines = []
        for _ in range(pick(self.random, [1, 2, 2])):
            lines += self.definition(lambda inner: "%s[%s]" % (name, self.term(key, inner, 1)), self.value(kind), scope)
        self.add(name, "object", ("object", kind))
        return lines

    def deep_rule(self, name, scope):
        """Heads with several steps, some of them variables; some are sets at their end."""
        if self.v0:
            return self.object_rule(name, scope)
        kind = pick(self.random, ELEMENTS)
        as_set = self.chance(0.35)
        lines = []
        for _ in range(pick(self.random, [1, 2, 3])):
            length = pick(self.random, [1, 2, 2, 3])
            steps = [pick(self.random, [".a", ".b", '["x"]', "[*]", "[*]"]) for _ in range(length)]

            def head(inner, steps=steps):
                return name + "".join(step.replace("*", self.term(pick(self.random, ["string", "number"]), inner, 0))
                                      if "*" in step else step for step in steps)
            if as_set:
                lines += self.definition(head, lambda inner: " contains " + self.term(kind, inner, 1), scope)
            else:
                lines += self.definition(head, self.value(kind), scope)
        if self.chance(0.15) and not as_set:
            lines.append("default %s.a := %s" % (name, literal(self.random, kind, 1)))
        self.add(name, "deep", ("object", ("object", "any") if self.chance(0.5) else "any"))
        return lines

    def function(self, name, scope):
        kind = pick(self.random, TYPES)
        arguments = [pick(self.random, ELEMENTS) for _ in range(pick(self.random, [1, 1, 2, 2, 3]))]
        lines = []
        if self.chance(0.25) and not self.v0:
            lines.append("default %s(%s) := %s" % (name, ", ".join("_" * len(arguments)), literal(self.random, kind, 1)))
        for _ in range(pick(self.random, [1, 1, 2, 3])):
            inner, patterns = scope.inner(), []
            for argument in arguments:
                patterns.append(self.pattern(argument, inner))
            if self.chance(0.2):
                lines.append("%s(%s)%s" % (name, ", ".join(patterns), self.value(kind)(inner)))
                continue
            lines += self.definition(lambda _: "%s(%s)" % (name, ", ".join(patterns)), self.value(kind), inner)
            if self.chance(0.25):
                lines[-1] += " else" + self.value(kind)(inner)
        self.add(name, "function", kind, arguments)
        return lines

    def pattern(self, kind, scope):
        chance = self.random.random()
        if chance < 0.15:
            return literal(self.random, kind, 1)
        if chance < 0.25:
            return "_"
        if chance < 0.4 and shape_of(kind) == "tuple":
            names = [self.variable() for _ in kind[1:]]
            scope.variables += list(zip(names, kind[1:]))
            return "[" + ", ".join(names) + "]"
        name = self.variable()
        scope.variables.append((name, kind))
        return name


FORMS = ["complete", "complete", "complete", "set_rule", "set_rule", "object_rule", "deep_rule", "deep_rule", "function",
         "function"]


def module_text(random, builtins):
    """A module alone."""
    return Module(random, builtins, "a", "v1").text(random.randrange(1, 4), 0, [])


def program(seed, builtins, make=Module):
    """A program of that seed (any text), as both engines take it; `make` makes its modules."""
    random = random_module.Random(seed)
    version = "v0" if random.random() < 0.2 else "v1"
    modules, rules = [], []
    for package in ["b.c", "a"] if random.random() < 0.4 else ["a"]:
        module = make(random, builtins, package, version)
        modules.append(module.text(random.randrange(1, 4) if package == "b.c" else random.randrange(2, 6), 0 if
                                   package == "a" else 6, rules))
        rules = module.rules + rules
    random.shuffle(modules)
    entries = ["%s/%s" % (rule.package.replace(".", "/"), rule.name) for rule in rules if rule.form != "function"]
    if random.random() < 0.3:
        entries.append("a")
    queries = []
    readable = [rule for rule in rules if isinstance(rule.kind, tuple) and rule.form != "function"]
    if readable and random.random() < 0.3:
        rule = pick(random, readable)
        step = pick(random, ["[k]", "[\"a\"]", ".a", "[_]", "[0]", ".a.b", "[k][l]"])
        queries.append("x = data.%s.%s%s" % (rule.package, rule.name, step))
    given = {"modules": modules, "version": version, "entries": entries, "queries": queries,
             "data": read_json('{"d": %s}' % document(random)),
             "strict": random.random() < 0.25}
    chance = random.random()
    if chance < 0.9:
        given["input_term"] = document(random)
    elif chance < 0.95:
        given["input_term"] = literal(random, "any", 2)
    return given
