package main

import (
	"encoding/json"
	"path"
	"time"

	"golang.org/x/mod/module"
)

type splitPath struct {
	Prefix    string `json:"prefix"`
	PathMajor string `json:"pathMajor"`
}

// A moduleVersion is a module.Version with the names that JSON has in the tests.
type moduleVersion struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

func (m moduleVersion) version() module.Version {
	return module.Version{Path: m.Path, Version: m.Version}
}

var moduleOperations = map[string]operation{
	"module.checkPath":       oneOr(func(p string) (bool, error) { return passed(module.CheckPath(p)) }),
	"module.checkImportPath": oneOr(func(p string) (bool, error) { return passed(module.CheckImportPath(p)) }),
	"module.checkFilePath":   oneOr(func(p string) (bool, error) { return passed(module.CheckFilePath(p)) }),
	"module.check":           twoOr(func(p, v string) (bool, error) { return passed(module.Check(p, v)) }),
	"module.checkPathMajor":  twoOr(func(v, major string) (bool, error) { return passed(module.CheckPathMajor(v, major)) }),
	"module.matchPathMajor":  two(module.MatchPathMajor),
	"module.pathMajorPrefix": one(module.PathMajorPrefix),
	"module.splitPathVersion": one(func(p string) *splitPath {
		prefix, pathMajor, ok := module.SplitPathVersion(p)
		if !ok {
			return nil
		}
		return &splitPath{prefix, pathMajor}
	}),
	"module.escapePath":          oneOr(module.EscapePath),
	"module.escapeVersion":       oneOr(module.EscapeVersion),
	"module.unescapePath":        oneOr(module.UnescapePath),
	"module.unescapeVersion":     oneOr(module.UnescapeVersion),
	"module.canonicalVersion":    one(module.CanonicalVersion),
	"module.matchPrefixPatterns": two(module.MatchPrefixPatterns),
	"module.pathMatch":           twoOr(path.Match),
	"module.isPseudoVersion":     one(module.IsPseudoVersion),
	"module.isZeroPseudoVersion": one(module.IsZeroPseudoVersion),
	"module.zeroPseudoVersion":   one(module.ZeroPseudoVersion),
	"module.pseudoVersionBase":   oneOr(module.PseudoVersionBase),
	"module.pseudoVersionRev":    oneOr(module.PseudoVersionRev),
	"module.pseudoVersionTime": oneOr(func(v string) (int64, error) {
		t, err := module.PseudoVersionTime(v)
		return t.UnixMilli(), err
	}),
	"module.pseudoVersion": pseudoVersion,
	"module.versionString": one(func(m moduleVersion) string { return m.version().String() }),
	"module.sortVersions": one(func(list []moduleVersion) []moduleVersion {
		versions := make([]module.Version, len(list))
		for i, m := range list {
			versions[i] = m.version()
		}
		module.Sort(versions)
		for i, v := range versions {
			list[i] = moduleVersion{v.Path, v.Version}
		}
		return list
	}),
}

func pseudoVersion(args []json.RawMessage) (any, error) {
	major, older, rev := arg[string](args, 0), arg[string](args, 1), arg[string](args, 3)
	return module.PseudoVersion(major, older, time.UnixMilli(arg[int64](args, 2)), rev), nil
}
