// OPA behind the line protocol of testdata/differential: a JSON object a line in, its answers a line out.
//
// One process answers any number of programs. A panic is an answer like any other.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/open-policy-agent/opa/v1/version"
)

// What the clock says: as the host of writ_answers.
const now = 1767225600123456789

type program struct {
	ID        any            `json:"id"`
	Modules   []string       `json:"modules"`
	Version   string         `json:"version"`
	Queries   []string       `json:"queries"`
	Data      any            `json:"data"`
	Input     *any           `json:"input"`
	InputTerm string         `json:"input_term"`
	Strict    bool           `json:"strict"`
	Schemas   map[string]any `json:"schemas"` // by name; "" is that of the input
	Partial   *partial       `json:"partial"`
}

type complaint struct {
	Code   string `json:"code"`
	Row    int    `json:"row"`
	Column int    `json:"column"`
	Text   string `json:"text"`
}

type answer struct {
	Rows   *[]map[string]any `json:"rows,omitempty"` // null for an error
	Error  *complaint        `json:"error,omitempty"`
	Errors []complaint       `json:"errors,omitempty"` // of the query's compilation
}

type answers struct {
	ID      any         `json:"id"`
	Errors  []complaint `json:"errors,omitempty"` // of the modules' compilation
	Panic   string      `json:"panic,omitempty"`
	Answers []answer    `json:"answers,omitempty"`
	Partial *residue    `json:"partial,omitempty"`
}

// The value with its type: sets, keys that are no strings and numbers as they were written survive.
func typed(value ast.Value) any {
	switch value := value.(type) {
	case ast.Null:
		return nil
	case ast.Boolean:
		return bool(value)
	case ast.String:
		return string(value)
	case ast.Number:
		return map[string]any{"number": string(value)}
	case *ast.Array:
		items := []any{}
		value.Foreach(func(term *ast.Term) { items = append(items, typed(term.Value)) })
		return items
	case ast.Set:
		items := []any{}
		value.Foreach(func(term *ast.Term) { items = append(items, typed(term.Value)) })
		return map[string]any{"set": items}
	case ast.Object:
		members := []any{}
		value.Foreach(func(key, member *ast.Term) {
			members = append(members, []any{typed(key.Value), typed(member.Value)})
		})
		return map[string]any{"object": members}
	}
	return map[string]any{"other": value.String()}
}

func complaints(err error) []complaint {
	list := []complaint{}
	var many ast.Errors
	if errors.As(err, &many) {
		for _, one := range many {
			row, column := 0, 0
			if one.Location != nil {
				row, column = one.Location.Row, one.Location.Col
			}
			text := one.Message
			if one.Code == ast.TypeErr && one.Details != nil {
				text = strings.Join(append([]string{text}, one.Details.Lines()...), "\n")
			}
			list = append(list, complaint{one.Code, row, column, text})
		}
		return list
	}
	return append(list, complaint{"other", 0, 0, err.Error()})
}

// The error of an evaluation.
func failure(err error) *complaint {
	var one *topdown.Error
	if !errors.As(err, &one) {
		return &complaint{"other", 0, 0, err.Error()}
	}
	row := 0
	if one.Location != nil {
		row = one.Location.Row
	}
	return &complaint{one.Code, row, 0, one.Message}
}

// Without a limit on their number, so that they can be compared as sets.
func newCompiler(given program) *ast.Compiler {
	compiler := ast.NewCompiler().SetErrorLimit(0).WithDefaultRegoVersion(regoVersion(given)).
		WithUseTypeCheckAnnotations(true).WithKeepModules(given.Partial != nil)
	if len(given.Schemas) == 0 {
		return compiler // without a set, what annotations say of named schemas does not count
	}
	schemas := ast.NewSchemaSet()
	for name, schema := range given.Schemas {
		path := ast.Ref{ast.SchemaRootDocument}
		if name != "" {
			path = path.Append(ast.StringTerm(name))
		}
		schemas.Put(path, schema)
	}
	return compiler.WithSchemas(schemas)
}

func regoVersion(given program) ast.RegoVersion {
	if given.Version == "v0" {
		return ast.RegoV0
	}
	return ast.RegoV1
}

func compile(given program) (*ast.Compiler, error) {
	options := ast.ParserOptions{RegoVersion: regoVersion(given), ProcessAnnotation: true}
	modules := map[string]*ast.Module{}
	var failed ast.Errors
	for i, text := range given.Modules {
		name := fmt.Sprintf("test-%d.rego", i)
		module, err := ast.ParseModuleWithOpts(name, text, options)
		if err != nil {
			var many ast.Errors
			if !errors.As(err, &many) {
				return nil, err
			}
			failed = append(failed, many...)
			continue
		}
		modules[name] = module
	}
	if len(failed) > 0 {
		return nil, failed
	}
	compiler := newCompiler(given)
	if compiler.Compile(modules); compiler.Failed() {
		return nil, compiler.Errors
	}
	return compiler, nil
}

func evaluate(given program, compiler *ast.Compiler, store storage.Store, input *ast.Term, text string) answer {
	body, err := ast.ParseBodyWithOpts(text, ast.ParserOptions{RegoVersion: regoVersion(given)})
	if err != nil {
		return answer{Errors: complaints(err)}
	}
	return evaluateBody(given, compiler, store, input, body)
}

func evaluateBody(given program, compiler *ast.Compiler, store storage.Store, input *ast.Term, body ast.Body) answer {
	ctx := context.Background()
	body, err := compiler.QueryCompiler().Compile(body)
	if err != nil {
		return answer{Errors: complaints(err)}
	}
	transaction := storage.NewTransactionOrDie(ctx, store)
	defer store.Abort(ctx, transaction)
	cancel := topdown.NewCancel()
	timer := time.AfterFunc(2*time.Second, cancel.Cancel)
	defer timer.Stop()
	query := topdown.NewQuery(body).WithCompiler(compiler).WithStore(store).WithTransaction(transaction).
		WithInput(input).WithStrictBuiltinErrors(given.Strict).WithCancel(cancel).WithTime(time.Unix(0, now))
	results, err := query.Run(ctx)
	if err != nil {
		return answer{Error: failure(err)}
	}
	rows := []map[string]any{}
	for _, result := range results {
		row := map[string]any{}
		for name, term := range result {
			if !name.IsGenerated() && !strings.HasPrefix(string(name), "__local") && !name.IsWildcard() {
				row[string(name)] = typed(term.Value)
			}
		}
		rows = append(rows, row)
	}
	return answer{Rows: &rows}
}

func run(given program) (result answers) {
	result.ID = given.ID
	defer func() {
		if reason := recover(); reason != nil {
			result.Panic = fmt.Sprint(reason)
		}
	}()
	compiler, err := compile(given)
	if err != nil {
		result.Errors = complaints(err)
		return result
	}
	store := inmem.New()
	if object, ok := given.Data.(map[string]any); ok {
		store = inmem.NewFromObject(object)
	}
	var input *ast.Term
	if given.InputTerm != "" {
		if input, err = ast.ParseTerm(given.InputTerm); err != nil {
			result.Panic = "input_term: " + err.Error()
			return result
		}
	} else if given.Input != nil {
		input = ast.NewTerm(ast.MustInterfaceToValue(*given.Input))
	}
	for _, text := range given.Queries {
		result.Answers = append(result.Answers, evaluate(given, compiler, store, input, text))
	}
	if given.Partial != nil {
		result.Partial = evaluatePartially(given, compiler, store)
	}
	return result
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "{\"version\":%q}\n", version.Version)
	out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var given program
			var result answers
			if wrong := util.Unmarshal(line, &given); wrong != nil {
				result.Panic = "line: " + wrong.Error()
			} else {
				result = run(given)
			}
			text, wrong := json.Marshal(result)
			if wrong != nil {
				text, _ = json.Marshal(answers{ID: given.ID, Panic: wrong.Error()})
			}
			out.Write(append(text, '\n'))
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
