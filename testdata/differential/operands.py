"""What operands of the families are made with: whole values, and the same with something changed."""

import json

from documents import literal, pick
from exact_json import read_json, write_json

ODD = ["", " ", "\n", "=", ".", "-", "A", "é", "\0", "{", "}", "\"", "[", ",", ":", "(", "\\", "0", "/", "@", "$", "null"]


def unescaped(value):
    return json.dumps(json.loads(write_json(value)), ensure_ascii=False)


class Maker:
    """Operands for one program; each is JSON text."""

    def __init__(self, random):
        self.random = random

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *items):
        return pick(self.random, items)

    def some_of(self, members):
        """An object of some of (name, value, probability)."""
        return {name: value for name, value, probability in members if self.chance(probability)}

    def hostile(self):
        return read_json(literal(self.random, "any", 2, True))

    def damaged(self, text):
        """One small change, or none to an empty text."""
        if not text:
            return self.pick(*ODD)
        begin = self.random.randrange(len(text))
        end = min(len(text), begin + self.pick(1, 1, 1, 2, 5, 40))
        return self.pick(text[:begin] + text[end:], text[:begin] + self.pick(*ODD) + text[begin:],
                         text[:begin] + self.pick(*ODD) + text[begin + 1:], text[:begin] + text[begin:end] + text[begin:],
                         text[:begin], text[begin:], text.swapcase())

    def maybe_damaged(self, text, probability=0.12):
        return self.damaged(text) if self.chance(probability) else text

    def changed(self, value, probability=0.1):
        """JSON of which some member may be another value, missing, or there under another name."""
        if not self.chance(probability):
            return value
        if isinstance(value, dict) and value:
            name = pick(self.random, sorted(value))
            rest = {other: member for other, member in value.items() if other != name}
            return self.pick(rest, {**value, name: self.hostile()}, {**value, name: self.changed(value[name], 1)},
                             {**rest, self.damaged(name): value[name]})
        if isinstance(value, list) and value:
            place = self.random.randrange(len(value))
            return self.pick(value[:place] + value[place + 1:], value + [value[place]],
                             value[:place] + [self.changed(value[place], 1)] + value[place + 1:])
        return self.damaged(value) if isinstance(value, str) and self.chance(0.6) else self.hostile()


class Call:
    """A built-in with its operands, or a form with `%s` for each of them."""

    def __init__(self, form, *operands):
        self.form = form if "%s" in form else form + "(" + ", ".join(["%s"] * len(operands)) + ")"
        self.operands = operands
