// One page of Go: decide through libwrit with cgo.
//
//	CGO_CFLAGS="$(pkg-config --cflags writ)" CGO_LDFLAGS="$(pkg-config --libs writ)" go run . ../policy.rego
package main

// #include <stdlib.h>
// #include <writ/writ.h>
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"unsafe"
)

// Policy is a compiled policy with its data, for one goroutine at a time.
type Policy struct {
	program *C.writ_program
	data    *C.writ_data
	context *C.writ_context
	err     *C.writ_error
}

func text(t C.writ_text) string { return C.GoStringN(t.data, C.int(t.size)) }

func (p *Policy) check(status C.writ_status) error {
	if status == C.WRIT_OK {
		return nil
	}
	return errors.New(text(C.writ_error_message(p.err)))
}

// Compile makes a policy of one module and a JSON document of data.
func Compile(name, module, data string) (*Policy, error) {
	p := &Policy{err: C.writ_error_create()}
	source := (*C.writ_source)(C.calloc(1, C.sizeof_writ_source))
	source.name, source.name_size = C.CString(name), C.size_t(len(name))
	source.text, source.text_size = C.CString(module), C.size_t(len(module))
	document := C.CString(data)
	defer func() {
		C.free(unsafe.Pointer(source.name))
		C.free(unsafe.Pointer(source.text))
		C.free(unsafe.Pointer(source))
		C.free(unsafe.Pointer(document))
	}()
	if err := p.check(C.writ_program_compile(source, 1, nil, &p.program, p.err)); err != nil {
		return nil, err
	}
	if err := p.check(C.writ_data_from_json(document, C.size_t(len(data)), &p.data, p.err)); err != nil {
		return nil, err
	}
	return p, p.check(C.writ_context_create(p.program, p.data, nil, &p.context, p.err))
}

// Allow asks an entry point. Only true is a permission; an error is none.
func (p *Policy) Allow(entry string, input any) (bool, error) {
	document, err := json.Marshal(input)
	if err != nil {
		return false, err
	}
	path := C.CString(entry)
	defer C.free(unsafe.Pointer(path))
	var result *C.writ_result
	status := C.writ_decide(p.context, path, C.size_t(len(entry)), (*C.char)(unsafe.Pointer(&document[0])),
		C.size_t(len(document)), nil, &result, p.err)
	return C.writ_result_verdict(result) == C.WRIT_VERDICT_ALLOW, p.check(status)
}

// Close frees the policy.
func (p *Policy) Close() {
	C.writ_context_free(p.context)
	C.writ_data_free(p.data)
	C.writ_program_free(p.program)
	C.writ_error_free(p.err)
}

func main() {
	path := "../policy.rego"
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	module, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	policy, err := Compile("policy.rego", string(module), `{"admins": ["root"]}`)
	if err != nil {
		panic(err)
	}
	defer policy.Close()
	for file, want := range map[string]bool{"/home/ann/notes": true, "/home/bob/notes": false} {
		allowed, err := policy.Allow("authz/allow", map[string]string{"user": "ann", "action": "read", "path": file})
		fmt.Println(file, allowed, err)
		if allowed != want || err != nil {
			os.Exit(1)
		}
	}
	if _, err := Compile("policy.rego", "package p\nallow if x", "{}"); err == nil {
		os.Exit(1)
	}
}
