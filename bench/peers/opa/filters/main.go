// OPA's partial evaluation and data filters behind the line protocol of testdata/partial: a JSON object a line in, its filters a line out.
//
// The residue is given as text and as syntax; with `targets`, which are lists, filters for each list as well, so that what one
// target cannot do does not hide what another can.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/rego/compile"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/open-policy-agent/opa/v1/version"
)

type program struct {
	ID              any            `json:"id"`
	Modules         []string       `json:"modules"`
	Query           string         `json:"query"`
	Data            map[string]any `json:"data"`
	Input           *any           `json:"input"`
	Unknowns        []string       `json:"unknowns"`
	Shallow         bool           `json:"shallow"`
	DisableInlining []string       `json:"disable_inlining"`
	Mappings        map[string]any `json:"mappings"`
	MaskRule        string         `json:"mask_rule"`
	Targets         [][]string     `json:"targets"` // of each, pairs of target and dialect: sql, postgresql, sql, mysql
}

type filter struct {
	Query  any            `json:"query"` // null: nothing is allowed
	Masks  map[string]any `json:"masks,omitempty"`
	Errors []string       `json:"errors,omitempty"` // of the fragment
	Fault  string         `json:"fault,omitempty"`  // any other
	Panic  string         `json:"panic,omitempty"`
}

type trees struct {
	Queries []ast.Body    `json:"queries"`
	Support []*ast.Module `json:"support"`
}

type answer struct {
	ID      any        `json:"id"`
	Version string     `json:"version,omitempty"`
	Fault   string     `json:"fault,omitempty"`
	Queries []string   `json:"queries,omitempty"`
	Support []string   `json:"support,omitempty"`
	Trees   *trees     `json:"trees,omitempty"` // the same, as syntax
	Empty   bool       `json:"empty,omitempty"` // no query can hold
	Filters [][]filter `json:"filters,omitempty"`
}

func options(given *program) []func(*rego.Rego) {
	data := given.Data
	if data == nil {
		data = map[string]any{}
	}
	made := []func(*rego.Rego){rego.Store(inmem.NewFromObject(data))}
	for i, text := range given.Modules {
		made = append(made, rego.Module("test-"+strconv.Itoa(i)+".rego", text))
	}
	return made
}

func unknowns(given *program) ([]*ast.Term, error) {
	terms := make([]*ast.Term, len(given.Unknowns))
	for i, text := range given.Unknowns {
		ref, err := ast.ParseRef(text)
		if err != nil {
			return nil, err
		}
		terms[i] = ast.NewTerm(ref)
	}
	return terms, nil
}

func residue(given *program, made *answer) error {
	terms, err := unknowns(given)
	if err != nil {
		return err
	}
	chosen := append(options(given), rego.Query(given.Query), rego.ParsedUnknowns(terms),
		rego.NondeterministicBuiltins(given.Targets != nil), rego.ShallowInlining(given.Shallow),
		rego.DisableInlining(given.DisableInlining))
	if given.Input != nil {
		chosen = append(chosen, rego.Input(*given.Input))
	}
	partial, err := rego.New(chosen...).Partial(context.Background())
	if err != nil {
		return err
	}
	made.Empty = partial.Queries == nil
	made.Trees = &trees{append([]ast.Body{}, partial.Queries...), append([]*ast.Module{}, partial.Support...)}
	for _, query := range partial.Queries {
		made.Queries = append(made.Queries, query.String())
	}
	for _, module := range partial.Support {
		made.Support = append(made.Support, module.String())
	}
	return nil
}

func filters(given *program, targets []string) (made []filter) {
	defer func() {
		if caught := recover(); caught != nil {
			made = []filter{{Panic: fmt.Sprint(caught)}}
		}
	}()
	terms, err := unknowns(given)
	if err != nil {
		return []filter{{Fault: err.Error()}}
	}
	chosen := []compile.CompileOption{
		compile.ParsedUnknowns(terms...), compile.ParsedQuery(ast.MustParseBody(given.Query)),
		compile.Mappings(given.Mappings), compile.Rego(options(given)...),
	}
	for i := 0; i+1 < len(targets); i += 2 {
		chosen = append(chosen, compile.Target(targets[i], targets[i+1]))
	}
	if given.MaskRule != "" {
		chosen = append(chosen, compile.MaskRule(ast.MustParseRef(given.MaskRule)))
	}
	prepared, err := compile.New(chosen...).Prepare(context.Background())
	if err != nil {
		return []filter{{Fault: err.Error()}}
	}
	evaluation := []rego.EvalOption{}
	if given.Input != nil {
		evaluation = append(evaluation, rego.EvalInput(*given.Input))
	}
	compiled, err := prepared.Compile(context.Background(), evaluation...)
	if err != nil {
		var complaints ast.Errors
		if !errors.As(err, &complaints) {
			return []filter{{Fault: err.Error()}}
		}
		texts := []string{}
		for _, complaint := range complaints {
			texts = append(texts, complaint.Error())
		}
		return []filter{{Errors: texts}}
	}
	for i := 0; i+1 < len(targets); i += 2 {
		found := compiled.For(targets[i], targets[i+1])
		made = append(made, filter{Query: found.Query, Masks: found.Masks})
	}
	return made
}

func answerTo(line []byte) answer {
	var given program
	if err := util.UnmarshalJSON(line, &given); err != nil {
		return answer{Fault: err.Error()}
	}
	made := answer{ID: given.ID}
	if err := residue(&given, &made); err != nil {
		made.Fault = err.Error()
		return made
	}
	for _, targets := range given.Targets {
		made.Filters = append(made.Filters, filters(&given, targets))
	}
	return made
}

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "{\"version\":\"OPA %s\"}\n", version.Version)
	out.Flush()
	for scanner.Scan() {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(answerTo(line)); err != nil {
			fmt.Fprintf(out, "{\"fault\":%q}\n", err.Error())
		}
		out.Flush()
	}
}
