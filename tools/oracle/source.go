package main

import (
	"encoding/json"
	"go/build"
	"go/build/constraint"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing/fstest"
)

// Questions about Go source: build constraints, the heads of files, patterns of embedded files.
var sourceOperations = map[string]operation{
	"source.evaluate":  twoOr(evaluate),
	"source.matchName": twoOr(path.Match),
	"source.matchFile": func(args []json.RawMessage) (any, error) {
		context := oneFile(arg[string](args, 0), arg[string](args, 1))
		context.GOOS, context.GOARCH = arg[string](args, 2), arg[string](args, 3)
		return context.MatchFile("/", arg[string](args, 0))
	},
	"source.read": oneOr(readSource),
}

// evaluate says whether a constraint holds when just these tags are set.
func evaluate(line string, tags []string) (bool, error) {
	expression, err := constraint.Parse(line)
	if err != nil {
		return false, err
	}
	return expression.Eval(func(tag string) bool {
		for _, set := range tags {
			if tag == set {
				return true
			}
		}
		return false
	}), nil
}

type source struct {
	Name     string   `json:"name"`
	Imports  []string `json:"imports"`
	Patterns []string `json:"patterns"`
}

// readSource says what go/build reads of a file, imports and patterns sorted and each once.
func readSource(text string) (*source, error) {
	context := oneFile("x.go", text)
	context.UseAllFiles = true
	pkg, err := context.ImportDir("/", build.IgnoreVendor)
	if err != nil {
		return nil, err
	}
	return &source{pkg.Name, append([]string{}, pkg.Imports...), append([]string{}, pkg.EmbedPatterns...)}, nil
}

// oneFile is a context in which there is one file and nothing else.
func oneFile(name, text string) *build.Context {
	context := build.Default
	context.CgoEnabled, context.Compiler, context.ToolTags = true, "gc", nil
	context.ReleaseTags = nil
	for minor := 1; minor <= 22; minor++ {
		context.ReleaseTags = append(context.ReleaseTags, "go1."+strconv.Itoa(minor))
	}
	files := fstest.MapFS{name: {Data: []byte(text)}}
	context.IsDir = func(name string) bool { return name == "/" }
	context.ReadDir = func(string) ([]fs.FileInfo, error) {
		info, err := files.Stat(name)
		return []fs.FileInfo{info}, err
	}
	context.OpenFile = func(path string) (io.ReadCloser, error) { return files.Open(strings.TrimPrefix(path, "/")) }
	return &context
}
