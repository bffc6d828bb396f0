// Oracle answers what Go's own module packages say. It is a judge for differential tests: it reads one question a line from
// standard input, {"op":"semver.compare","args":["v1.0.0","v1.1.0"]}, and writes one answer a line to standard output, either
// {"value":-1} or {"error":{"message":"…"}}. Bytes travel as base64. A panic of the packages is an answer too.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"

	"golang.org/x/mod/modfile"
)

type question struct {
	Op   string            `json:"op"`
	Args []json.RawMessage `json:"args"`
}

type answer struct {
	Value any    `json:"value"`
	Error *fault `json:"error,omitempty"`
}

// A fault is an error and, for files of several lines, where each part of it stands.
type fault struct {
	Message string     `json:"message"`
	At      []position `json:"at,omitempty"`
	Panic   bool       `json:"panic,omitempty"`
}

type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// An operation answers a question from its arguments.
type operation func(args []json.RawMessage) (any, error)

var operations = make(map[string]operation)

func main() {
	for _, table := range []map[string]operation{
		semverOperations, moduleOperations, modfileOperations, zipOperations,
		noteOperations, tlogOperations, sumdbOperations, txtarOperations, xmlOperations, sourceOperations,
	} {
		maps.Copy(operations, table)
	}
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return out.Flush()
		} else if err != nil {
			return err
		}
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if err := encoder.Encode(ask(q)); err != nil {
			return err
		}
		// Nothing more is on its way: the asker may wait for these answers before it goes on.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func ask(q question) (a answer) {
	defer func() {
		if reason := recover(); reason != nil {
			a = answer{Error: &fault{Message: fmt.Sprint(reason), Panic: true}}
		}
	}()
	run, ok := operations[q.Op]
	if !ok {
		log.Fatalf("unknown operation %q", q.Op)
	}
	value, err := run(q.Args)
	if err != nil {
		return answer{Error: faultOf(err)}
	}
	return answer{Value: value}
}

func faultOf(err error) *fault {
	f := &fault{Message: err.Error()}
	var list modfile.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			f.At = append(f.At, position{e.Pos.Line, e.Pos.LineRune})
		}
	}
	return f
}

// arg decodes one argument. A question that does not fit its operation is a mistake of the tests, not an answer.
func arg[T any](args []json.RawMessage, index int) T {
	var value T
	if index >= len(args) {
		log.Fatalf("argument %d is missing", index)
	}
	if err := json.Unmarshal(args[index], &value); err != nil {
		log.Fatalf("argument %d: %v", index, err)
	}
	return value
}

func one[A, R any](f func(A) R) operation {
	return func(args []json.RawMessage) (any, error) { return f(arg[A](args, 0)), nil }
}

func oneOr[A, R any](f func(A) (R, error)) operation {
	return func(args []json.RawMessage) (any, error) { return f(arg[A](args, 0)) }
}

func two[A, B, R any](f func(A, B) R) operation {
	return func(args []json.RawMessage) (any, error) { return f(arg[A](args, 0), arg[B](args, 1)), nil }
}

func twoOr[A, B, R any](f func(A, B) (R, error)) operation {
	return func(args []json.RawMessage) (any, error) { return f(arg[A](args, 0), arg[B](args, 1)) }
}

func threeOr[A, B, C, R any](f func(A, B, C) (R, error)) operation {
	return func(args []json.RawMessage) (any, error) {
		return f(arg[A](args, 0), arg[B](args, 1), arg[C](args, 2))
	}
}

// passed turns a check into an operation that answers true.
func passed(err error) (bool, error) { return err == nil, err }
