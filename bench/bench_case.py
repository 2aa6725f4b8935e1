"""A case of the benchmark and how it is written; the files are described in generate.py."""

import json
import shutil
import textwrap

UNDEFINED = object()


class Numbers:
    """A small generator of our own (splitmix64), so that no library's change of mind changes a case."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        mask = 0xFFFFFFFFFFFFFFFF
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return (z ^ (z >> 31)) % limit

    def pick(self, items):
        return items[self.below(len(items))]


def text_of(value, sort_keys=False):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


class Case:
    def __init__(self, name, about, policy, inputs, answers, data=None, entry="data.bench.allow", mixed=True):
        self.name, self.about, self.entry, self.data = name, about, entry, data
        self.modules = {"policy.rego": textwrap.dedent(policy).lstrip("\n")} if isinstance(policy, str) else policy
        self.inputs, self.answers = inputs, answers
        assert len(inputs) == len(answers) and inputs
        if mixed:
            hits = sum(answer is not UNDEFINED and answer is not False for answer in answers)
            assert len(inputs) <= 3 * hits and len(inputs) <= 3 * (len(inputs) - hits), (name, hits, len(inputs))

    def write(self, folder):
        folder = folder / self.name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        for name, text in self.modules.items():
            (folder / name).write_text(text, encoding="utf-8")
        if self.data is not None:
            (folder / "data.json").write_text(text_of(self.data) + "\n", encoding="utf-8")
        (folder / "entry").write_text(self.entry + "\n", encoding="utf-8")
        (folder / "about").write_text(self.about + "\n", encoding="utf-8")
        (folder / "inputs.jsonl").write_text("".join(text_of(i) + "\n" for i in self.inputs), encoding="utf-8")
        (folder / "expected.jsonl").write_text(
            "".join(("" if a is UNDEFINED else text_of(a, True)) + "\n" for a in self.answers), encoding="utf-8")
