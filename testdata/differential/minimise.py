"""Makes a program smaller while the engines still disagree in the same way.

First whole parts go: modules, rules, lines, members of the documents; then pieces of the text that brackets enclose are
replaced by their own parts or by something plain. Every step is kept only if the kind of the difference and the sort of both
answers stay as they were.
"""

import re

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\w+|\s+|.', re.S)
PLAIN = ["1", '"a"', "true", "[]", "{}", "x"]
OPENING, CLOSING = "([{", ")]}"


class Minimiser:
    def __init__(self, pair, program, found, attempts=400):
        self.pair, self.best, self.found, self.left = pair, program, found, attempts
        self.wanted = found.signature()
        if "panic" in self.wanted:
            self.left = attempts // 10  # each may take all the time there is

    def accept(self, candidate):
        """True if the candidate shows the difference too; then it is the best."""
        if self.left <= 0 or candidate == self.best:
            return False
        self.left -= 1
        now = self.pair.difference(candidate)
        if now is None or now.signature() != self.wanted:
            return False
        self.best, self.found = candidate, now
        return True

    def run(self):
        self.one_question()
        self.fewer_modules()
        for pieces, join in ((r"\n\n+", "\n\n"), (r"\n", "\n")):
            for number in range(len(self.best["modules"])):
                self.fewer_pieces(number, pieces, join)
        self.smaller_documents()
        for number in range(len(self.best["modules"])):
            self.plainer_text(number)
            self.fewer_pieces(number, r"\n", "\n")
        return self.best, self.found

    def change(self, **members):
        return {**self.best, **members}

    def one_question(self):
        if self.found.where < 0:
            self.accept(self.change(entries=[], queries=[]))
            return
        entries, queries = self.best.get("entries", []), self.best.get("queries", [])
        for entry in entries:
            if self.accept(self.change(entries=[entry], queries=[])):
                return
        for query in queries:
            if self.accept(self.change(entries=[], queries=[query])):
                return

    def fewer_modules(self):
        for module in list(self.best["modules"]):
            self.accept(self.change(modules=[other for other in self.best["modules"] if other is not module]))

    def with_module(self, number, text):
        modules = list(self.best["modules"])
        modules[number] = text
        return self.change(modules=modules)

    def fewer_pieces(self, number, separator, join):
        pieces = re.split(separator, self.best["modules"][number])
        size = max(1, len(pieces) // 2)
        while size:
            start = 0
            while start < len(pieces):
                fewer = pieces[:start] + pieces[start + size:]
                if self.accept(self.with_module(number, join.join(fewer))):
                    pieces = fewer
                else:
                    start += size
            size //= 2

    def smaller_documents(self):
        self.accept({name: value for name, value in self.best.items() if name not in ("input", "input_term")})
        self.accept(self.change(data={}))
        self.accept(self.change(strict=False))
        for name in ("data", "input"):
            if name in self.best:
                self.fewer_members(name, [])

    def fewer_members(self, name, path):
        def at(document):
            for step in path:
                document = document[step]
            return document
        here = at(self.best[name])
        if isinstance(here, dict):
            for key in list(here):
                if not self.accept(self.change(**{name: without(self.best[name], path + [key])})) and len(path) < 3:
                    self.fewer_members(name, path + [key])

    def plainer_text(self, number):
        position = 0
        while self.left > 0:
            tokens = TOKEN.findall(self.best["modules"][number])
            spans = [span for span in groups(tokens) if span[0] >= position]
            if not spans:
                return
            start, end = spans[0]
            head = start - 1 if start > 0 and re.match(r"[\w.]+$", tokens[start - 1]) else start
            while head > 1 and tokens[head - 1] == "." and re.match(r"\w+$", tokens[head - 2]):
                head -= 2
            replacements = parts_of(tokens[start + 1:end]) + PLAIN
            for text in replacements:
                if len(text) < len("".join(tokens[head:end + 1])) and self.accept(
                        self.with_module(number, "".join(tokens[:head]) + text + "".join(tokens[end + 1:]))):
                    break
            else:
                position = start + 1


def without(document, path):
    if len(path) == 1:
        return {key: value for key, value in document.items() if key != path[0]}
    return {key: without(value, path[1:]) if key == path[0] else value for key, value in document.items()}


def groups(tokens):
    """First and last token of every bracketed group, outermost first, in the order of the text."""
    stack, found = [], []
    for number, token in enumerate(tokens):
        if token in OPENING:
            stack.append(number)
        elif token in CLOSING and stack:
            found.append((stack.pop(), number))
    return sorted(found)


def parts_of(tokens):
    """What commas, colons, bars and semicolons separate at the top of a group."""
    parts, depth = [""], 0
    for token in tokens:
        depth += (token in OPENING) - (token in CLOSING)
        if depth == 0 and token in ",:|;":
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts if part.strip()][:4]
