"""OPA's own tests of partial evaluation, as JSON lines.

They are OPA's, so they are not kept here: this takes them out of the module that bench/peers/opa/go.mod names. OPA's own
test file is run in a copy, changed so that it writes down each case that OPA passes. A line has

  note, group              the name of the case; partial, not or not-body (the negations are tested twice)
  query, modules           text; the keywords of `and`, `or` and of `not {…}` are on if `keywords` has them
  keywords                 of the query and of what is wanted
  data, input              text of a value, or nothing
  unknowns, disable_inlining, shallow, nondeterministic, skip_namespace
  want_queries, want_support, ignore_order
                           as OPA writes syntax as JSON
  text                     the same, as Rego, for a reader
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MODULE = "github.com/open-policy-agent/opa"
PACKAGE, TESTS = "v1/topdown", "topdown_partial_test.go"
LEFT_OUT = ("docs", "ui", "e2e", "vendor")

# Appended to the test file: writes a case, once OPA has passed it.
WRITER = r'''
type writtenModule struct {
	Text     string   `json:"text"`
	Keywords []string `json:"keywords"`
}

var writtenLock sync.Mutex

func writeCase(t *testing.T, group string, keywords []string, tc partialEvalTestCase, queries []ast.Body, support []*ast.Module) {
	if t.Failed() {
		return
	}
	modules := []writtenModule{}
	for _, module := range tc.moduleASTs {
		modules = append(modules, writtenModule{module.String(), []string{}})
	}
	for _, text := range tc.modules {
		modules = append(modules, writtenModule{text, keywords})
	}
	texts := []string{}
	for _, query := range queries {
		texts = append(texts, query.String())
	}
	for _, module := range support {
		texts = append(texts, module.String())
	}
	line, err := json.Marshal(map[string]any{
		"note": tc.note, "group": group, "keywords": keywords, "query": tc.query, "modules": modules, "data": tc.data,
		"input": tc.input, "unknowns": tc.unknowns, "disable_inlining": tc.disableInlining, "shallow": tc.shallow,
		"nondeterministic": tc.nondeterministicBuiltins, "skip_namespace": tc.skipPartialNamespace,
		"ignore_order": tc.ignoreOrder, "want_queries": append([]ast.Body{}, queries...),
		"want_support": append([]*ast.Module{}, support...), "text": texts,
	})
	if err != nil {
		t.Fatal(err)
	}
	writtenLock.Lock()
	defer writtenLock.Unlock()
	file, err := os.OpenFile(os.Getenv("PARTIAL_CASES"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}
'''


class Unavailable(Exception):
    """No Go, or the module cannot be fetched."""


def go(arguments, environment=None, folder=PROJECT / "bench/peers/opa"):
    made = subprocess.run(["go", *arguments], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, **(environment or {})})
    if made.returncode != 0:
        raise Unavailable("go %s: %s" % (arguments[0], (made.stderr + made.stdout)[-2000:]))
    return made.stdout


def with_writer(text):
    """The test file, with a call of the writer where OPA has compared."""
    after = re.compile(r"^(\t+)supportA, supportB := moduleSet\(support\), moduleSet\(expectedSupport\)\n", re.M)
    calls = iter(["""writeCase(t, "partial", popts.FutureKeywords, *tc, expectedQueries, expectedSupport)""",
                  """writeCase(t, n, casePopts.FutureKeywords, partialEvalTestCase{note: tc.note, unknowns: tc.unknowns,
disableInlining: tc.disableInlining, nondeterministicBuiltins: tc.nondeterministicBuiltins, shallow: tc.shallow,
skipPartialNamespace: tc.skipPartialNamespace, query: tc.query, modules: tc.modules, moduleASTs: tc.moduleASTs,
data: tc.data, input: tc.input, ignoreOrder: tc.ignoreOrder}, expectedQueries, expectedSupport)"""])
    changed, count = after.subn(lambda found: found.group(1) + "defer func() { " + next(calls) + " }()\n" + found.group(0),
                                text)
    if count != 2:
        raise Unavailable("the test file has changed: %d places to write at" % count)
    return changed + WRITER


def extract(out):
    """Writes the cases to the file `out`; how many."""
    if shutil.which("go") is None:
        raise Unavailable("no Go")
    module = json.loads(go(["mod", "download", "-json", MODULE]))["Dir"]
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: what the module cache holds may not be changed, and is compiled only as the module it is.
        copy, written = pathlib.Path(scratch) / "opa", pathlib.Path(scratch) / "cases.jsonl"
        shutil.copytree(module, copy, copy_function=shutil.copyfile,
                        ignore=lambda folder, names: [name for name in names if name in LEFT_OUT])
        for path in copy.glob(PACKAGE + "/*_test.go"):  # the other tests have needs of their own
            if path.name != TESTS:
                path.unlink()
        tests = copy / PACKAGE / TESTS
        tests.write_text(with_writer(tests.read_text()))
        go(["test", "-trimpath", "-vet=off", "-run", "^(TestTopDownPartialEval|TestTopDownPartialEvalNegation)$", "./" + PACKAGE],
           {"PARTIAL_CASES": str(written)}, copy)
        lines = written.read_text().splitlines()
    lines.sort(key=lambda line: (json.loads(line)["group"], json.loads(line)["note"]))
    pathlib.Path(out).write_text("".join(line + "\n" for line in lines))
    return len(lines)


if __name__ == "__main__":
    import sys

    print(extract(sys.argv[1]))
