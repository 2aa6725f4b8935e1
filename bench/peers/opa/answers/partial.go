package main

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// A partial evaluation of the program's modules. `Inputs` are what policy and residue are evaluated with afterwards.
type partial struct {
	Query           string   `json:"query"`
	Unknowns        []string `json:"unknowns"`
	DisableInlining []string `json:"disable_inlining"`
	Shallow         bool     `json:"shallow"`
	Known           string   `json:"known"` // a term; of the input, what is known
	Inputs          []string `json:"inputs"`
}

// Syntax as JSON, the same as text, and for each input what the policy answers and what the residue does.
type residue struct {
	Queries []ast.Body    `json:"queries"`
	Support []*ast.Module `json:"support"`
	Text    []string      `json:"text"`
	Errors  []complaint   `json:"errors,omitempty"` // of the query's compilation
	Error   *complaint    `json:"error,omitempty"`
	Policy  []answer      `json:"policy,omitempty"`
	Residue []answer      `json:"residue,omitempty"`
}

func references(texts []string) []ast.Ref {
	made := []ast.Ref{}
	for _, text := range texts {
		term := ast.MustParseTerm(text)
		if name, ok := term.Value.(ast.Var); ok {
			made = append(made, ast.Ref{ast.NewTerm(name)})
		} else {
			made = append(made, term.Value.(ast.Ref))
		}
	}
	return made
}

func partialQuery(given partial, compiler *ast.Compiler, store storage.Store, transaction storage.Transaction,
	body ast.Body) *topdown.Query {
	unknowns := []*ast.Term{}
	for _, ref := range references(given.Unknowns) {
		unknowns = append(unknowns, ast.NewTerm(ref))
	}
	query := topdown.NewQuery(body).WithCompiler(compiler).WithStore(store).WithTransaction(transaction).
		WithUnknowns(unknowns).WithDisableInlining(references(given.DisableInlining)).WithShallowInlining(given.Shallow).
		WithTime(time.Unix(0, now))
	if given.Known != "" {
		query = query.WithInput(ast.MustParseTerm(given.Known))
	}
	return query
}

func evaluatePartially(given program, compiler *ast.Compiler, store storage.Store) *residue {
	ctx, made := context.Background(), &residue{}
	body, err := ast.ParseBodyWithOpts(given.Partial.Query, ast.ParserOptions{RegoVersion: regoVersion(given)})
	if err == nil {
		body, err = compiler.QueryCompiler().Compile(body)
	}
	if err != nil {
		made.Errors = complaints(err)
		return made
	}
	transaction := storage.NewTransactionOrDie(ctx, store)
	defer store.Abort(ctx, transaction)
	cancel := topdown.NewCancel()
	timer := time.AfterFunc(2*time.Second, cancel.Cancel)
	defer timer.Stop()
	queries, support, err := partialQuery(*given.Partial, compiler, store, transaction, body).WithCancel(cancel).PartialRun(ctx)
	if err != nil {
		made.Error = failure(err)
		return made
	}
	made.Queries, made.Support = append([]ast.Body{}, queries...), append([]*ast.Module{}, support...)
	for _, query := range queries {
		made.Text = append(made.Text, query.String())
	}
	for _, module := range support {
		made.Text = append(made.Text, module.String())
	}
	made.answer(given, compiler, store)
	return made
}

// Evaluates policy and residue with each of the inputs.
func (made *residue) answer(given program, compiler *ast.Compiler, store storage.Store) {
	modules := map[string]*ast.Module{}
	for name, module := range compiler.ParsedModules() {
		modules[name] = module
	}
	for i, module := range made.Support {
		modules[fmt.Sprintf("support-%d.rego", i)] = module
	}
	extended := newCompiler(given)
	extended.Compile(modules)
	for _, text := range given.Partial.Inputs {
		input := ast.MustParseTerm(text)
		made.Policy = append(made.Policy, evaluate(given, compiler, store, input, given.Partial.Query))
		if extended.Failed() {
			made.Residue = append(made.Residue, answer{Errors: complaints(extended.Errors)})
			continue
		}
		rows := []map[string]any{}
		union := answer{Rows: &rows}
		for _, query := range made.Queries {
			one := evaluateBody(given, extended, store, input, query)
			if one.Rows == nil {
				union = one
				break
			}
			rows = append(rows, *one.Rows...)
		}
		made.Residue = append(made.Residue, union)
	}
}
