// OPA behind the line protocol of ../../README.md: prepared once with the Go SDK, then timed.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/open-policy-agent/opa/v1/version"
)

// A policyCase is one prepared policy with its inputs, as bytes and already parsed, and the answers they must get.
type policyCase struct {
	transaction rego.EvalOption
	query       rego.PreparedEvalQuery
	texts       [][]byte
	parsed      []ast.Value
	expected    []ast.Value // nil where undefined is expected
	next        int
}

func parse(text []byte) (ast.Value, error) {
	var document any
	if err := util.UnmarshalJSON(text, &document); err != nil {
		return nil, err
	}
	return ast.InterfaceToValue(document)
}

func lines(path string) ([][]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")), nil
}

func load(folder string) (*policyCase, error) {
	entry, err := lines(filepath.Join(folder, "entry"))
	if err != nil {
		return nil, err
	}
	// Data is kept as OPA's own values, which saves a conversion at each read: the fastest store it has.
	data := map[string]any{}
	if text, err := os.ReadFile(filepath.Join(folder, "data.json")); err == nil {
		if err := util.UnmarshalJSON(text, &data); err != nil {
			return nil, err
		}
	}
	store := inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true))
	options := []func(*rego.Rego){rego.Query(string(entry[0])), rego.Store(store)}
	names, err := filepath.Glob(filepath.Join(folder, "*.rego"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		options = append(options, rego.Module(name, string(text)))
	}
	query, err := rego.New(options...).PrepareForEval(context.Background())
	if err != nil {
		return nil, err
	}
	// The data never changes, so one read transaction serves every decision, as in OPA's own benchmarks.
	transaction, err := store.NewTransaction(context.Background())
	if err != nil {
		return nil, err
	}
	loaded := &policyCase{query: query, transaction: rego.EvalTransaction(transaction)}
	if loaded.texts, err = lines(filepath.Join(folder, "inputs.jsonl")); err != nil {
		return nil, err
	}
	for _, text := range loaded.texts {
		value, err := parse(text)
		if err != nil {
			return nil, err
		}
		loaded.parsed = append(loaded.parsed, value)
	}
	answers, err := lines(filepath.Join(folder, "expected.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, text := range answers {
		var value ast.Value
		if len(text) > 0 {
			if value, err = parse(text); err != nil {
				return nil, err
			}
		}
		loaded.expected = append(loaded.expected, value)
	}
	if len(loaded.texts) != len(loaded.expected) {
		return nil, fmt.Errorf("%d inputs, %d answers", len(loaded.texts), len(loaded.expected))
	}
	return loaded, loaded.check()
}

func (c *policyCase) answer(input ast.Value) (rego.ResultSet, error) {
	return c.query.Eval(context.Background(), rego.EvalParsedInput(input), c.transaction)
}

func (c *policyCase) check() error {
	for i, input := range c.parsed {
		results, err := c.answer(input)
		if err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
		var got ast.Value
		if len(results) > 0 {
			if got, err = ast.InterfaceToValue(results[0].Expressions[0].Value); err != nil {
				return err
			}
		}
		want := c.expected[i]
		if (got == nil) != (want == nil) || (got != nil && got.Compare(want) != 0) {
			return fmt.Errorf("input %d: %v, expected %v", i, got, want)
		}
	}
	return nil
}

// step does one decision, or a part of one, for the next input of the rotation.
func (c *policyCase) step(mode string) error {
	index := c.next
	if c.next++; c.next == len(c.texts) {
		c.next = 0
	}
	switch mode {
	case "both":
		input, err := parse(c.texts[index])
		if err != nil {
			return err
		}
		_, err = c.answer(input)
		return err
	case "parse":
		_, err := parse(c.texts[index])
		return err
	case "eval":
		_, err := c.answer(c.parsed[index])
		return err
	}
	return fmt.Errorf("unknown mode %q", mode)
}

func (c *policyCase) run(mode string, iterations int) (string, error) {
	start := time.Now()
	for range iterations {
		if err := c.step(mode); err != nil {
			return "", err
		}
	}
	return strconv.FormatInt(time.Since(start).Nanoseconds(), 10), nil
}

func (c *policyCase) sample(mode string, iterations int) (string, error) {
	times := make([]int64, 0, iterations)
	for range iterations {
		start := time.Now()
		if err := c.step(mode); err != nil {
			return "", err
		}
		times = append(times, time.Since(start).Nanoseconds())
	}
	slices.Sort(times)
	at := func(share int) int64 { return times[(len(times)-1)*share/1000] }
	return fmt.Sprintf("%d %d %d", at(500), at(990), at(1000)), nil
}

func command(cases map[string]*policyCase, words []string) (string, error) {
	switch {
	case len(words) == 1 && words[0] == "version":
		return "OPA " + version.Version, nil
	case len(words) == 3 && words[0] == "load":
		loaded, err := load(words[2])
		if err != nil {
			return "", err
		}
		cases[words[1]] = loaded
		return fmt.Sprintf("%d prepared query", len(loaded.texts)), nil
	case len(words) == 2 && words[0] == "drop":
		delete(cases, words[1])
		return "", nil
	}
	if len(words) < 2 || cases[words[1]] == nil {
		return "", fmt.Errorf("unknown command or case: %q", words)
	}
	loaded := cases[words[1]]
	if len(words) == 2 && words[0] == "check" {
		return "", loaded.check()
	}
	if len(words) != 4 {
		return "", fmt.Errorf("unknown command: %q", words)
	}
	iterations, err := strconv.Atoi(words[3])
	if err != nil || iterations < 1 {
		return "", fmt.Errorf("not a count: %q", words[3])
	}
	switch words[0] {
	case "run":
		return loaded.run(words[2], iterations)
	case "sample":
		return loaded.sample(words[2], iterations)
	}
	return "", fmt.Errorf("unknown command: %q", words)
}

func main() {
	// The heap of a benchmark is small, and Go would collect it all the time; in a service it is larger and it would not.
	debug.SetGCPercent(800)
	cases := map[string]*policyCase{}
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		words := strings.Fields(scanner.Text())
		if len(words) == 1 && words[0] == "quit" {
			return
		}
		reply, err := command(cases, words)
		if err != nil {
			text, _ := json.Marshal(err.Error())
			fmt.Println("error", string(text))
		} else {
			fmt.Println("ok", reply)
		}
	}
}
