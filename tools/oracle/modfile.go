package main

import (
	"errors"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A read is what a file says, and how it is written in the standard layout.
type read struct {
	Formatted []byte `json:"formatted"`
	JSON      any    `json:"json"`
}

// An edited is a file after edits; those that were refused stand by their place among the edits.
type edited struct {
	Refused   []int  `json:"refused"`
	Formatted []byte `json:"formatted"`
}

var modfileOperations = map[string]operation{
	"modfile.parse":           twoOr(parseMod(modfile.Parse)),
	"modfile.parseLax":        twoOr(parseMod(modfile.ParseLax)),
	"modfile.parseWork":       twoOr(parseWork),
	"modfile.modulePath":      one(modfile.ModulePath),
	"modfile.autoQuote":       one(modfile.AutoQuote),
	"modfile.mustQuote":       one(modfile.MustQuote),
	"modfile.isDirectoryPath": one(modfile.IsDirectoryPath),
	"modfile.edit":            twoOr(editMod),
	"modfile.editWork":        twoOr(editWork),
	"modfile.sortedJSON":      oneOr(sortedJSON),
}

func parseMod(parse func(string, []byte, modfile.VersionFixer) (*modfile.File, error)) func([]byte, bool) (any, error) {
	return func(data []byte, fix bool) (any, error) {
		f, err := parse("go.mod", data, fixer(fix))
		if err != nil {
			return nil, err
		}
		formatted := format(f.Syntax)
		f.SortBlocks()
		return read{formatted, modJSON(f)}, nil
	}
}

func parseWork(data []byte, fix bool) (any, error) {
	f, err := modfile.ParseWork("go.work", data, fixer(fix))
	if err != nil {
		return nil, err
	}
	formatted := format(f.Syntax)
	f.SortBlocks()
	return read{formatted, workJSON(f)}, nil
}

// sortedJSON answers a file as the go command rewrites it: blocks sorted, and no line that says nothing new.
func sortedJSON(data []byte) (any, error) {
	f, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	f.SortBlocks()
	f.Cleanup()
	return read{format(f.Syntax), modJSON(f)}, nil
}

// format answers an empty file as such, and not as none.
func format(syntax *modfile.FileSyntax) []byte { return append([]byte{}, modfile.Format(syntax)...) }

func fixer(wanted bool) modfile.VersionFixer {
	if !wanted {
		return nil
	}
	return func(path, version string) (string, error) {
		switch version {
		case "missing":
			return "", errors.New("no such version")
		case "refused":
			return "", &module.ModuleError{Path: path, Version: version, Err: errors.New("no such version")}
		}
		if canonical := module.CanonicalVersion(version); canonical != "" {
			return canonical, nil
		}
		return "v1.0.0", nil
	}
}

func editMod(data []byte, edits [][]string) (any, error) {
	f, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	refused := applied(edits, func(name string, args []string) error { return modEdits[name](f, args) })
	f.Cleanup()
	return edited{refused, format(f.Syntax)}, nil
}

func editWork(data []byte, edits [][]string) (any, error) {
	f, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, err
	}
	refused := applied(edits, func(name string, args []string) error { return workEdits[name](f, args) })
	f.Cleanup()
	return edited{refused, format(f.Syntax)}, nil
}

func applied(edits [][]string, apply func(name string, args []string) error) []int {
	refused := []int{}
	for i, edit := range edits {
		if err := apply(edit[0], edit[1:]); err != nil {
			refused = append(refused, i)
		}
	}
	return refused
}

var modEdits = map[string]func(f *modfile.File, a []string) error{
	"addModuleStmt":     func(f *modfile.File, a []string) error { return f.AddModuleStmt(a[0]) },
	"addGoStmt":         func(f *modfile.File, a []string) error { return f.AddGoStmt(a[0]) },
	"addToolchainStmt":  func(f *modfile.File, a []string) error { return f.AddToolchainStmt(a[0]) },
	"dropGoStmt":        func(f *modfile.File, _ []string) error { f.DropGoStmt(); return nil },
	"dropToolchainStmt": func(f *modfile.File, _ []string) error { f.DropToolchainStmt(); return nil },
	"addGodebug":        func(f *modfile.File, a []string) error { return f.AddGodebug(a[0], a[1]) },
	"dropGodebug":       func(f *modfile.File, a []string) error { return f.DropGodebug(a[0]) },
	"addRequire":        func(f *modfile.File, a []string) error { return f.AddRequire(a[0], a[1]) },
	"addNewRequire": func(f *modfile.File, a []string) error {
		f.AddNewRequire(a[0], a[1], a[2] == "indirect")
		return nil
	},
	"dropRequire":                func(f *modfile.File, a []string) error { return f.DropRequire(a[0]) },
	"setRequire":                 func(f *modfile.File, a []string) error { f.SetRequire(requirements(a)); return nil },
	"setRequireSeparateIndirect": func(f *modfile.File, a []string) error { f.SetRequireSeparateIndirect(requirements(a)); return nil },
	"setRequireAtMostTwo":        func(f *modfile.File, a []string) error { f.SetRequireAtMostTwo(requirements(a)); return nil },
	"addExclude":                 func(f *modfile.File, a []string) error { return f.AddExclude(a[0], a[1]) },
	"dropExclude":                func(f *modfile.File, a []string) error { return f.DropExclude(a[0], a[1]) },
	"addReplace":                 func(f *modfile.File, a []string) error { return f.AddReplace(a[0], a[1], a[2], a[3]) },
	"dropReplace":                func(f *modfile.File, a []string) error { return f.DropReplace(a[0], a[1]) },
	"addRetract": func(f *modfile.File, a []string) error {
		return f.AddRetract(modfile.VersionInterval{Low: a[0], High: a[1]}, a[2])
	},
	"dropRetract": func(f *modfile.File, a []string) error {
		return f.DropRetract(modfile.VersionInterval{Low: a[0], High: a[1]})
	},
	"addTool":    func(f *modfile.File, a []string) error { return f.AddTool(a[0]) },
	"dropTool":   func(f *modfile.File, a []string) error { return f.DropTool(a[0]) },
	"addIgnore":  func(f *modfile.File, a []string) error { return f.AddIgnore(a[0]) },
	"dropIgnore": func(f *modfile.File, a []string) error { return f.DropIgnore(a[0]) },
	"addComment": func(f *modfile.File, a []string) error { f.AddComment(a[0]); return nil },
	"sortBlocks": func(f *modfile.File, _ []string) error { f.SortBlocks(); return nil },
	"cleanup":    func(f *modfile.File, _ []string) error { f.Cleanup(); return nil },
}

var workEdits = map[string]func(f *modfile.WorkFile, a []string) error{
	"addGoStmt":         func(f *modfile.WorkFile, a []string) error { return f.AddGoStmt(a[0]) },
	"addToolchainStmt":  func(f *modfile.WorkFile, a []string) error { return f.AddToolchainStmt(a[0]) },
	"dropGoStmt":        func(f *modfile.WorkFile, _ []string) error { f.DropGoStmt(); return nil },
	"dropToolchainStmt": func(f *modfile.WorkFile, _ []string) error { f.DropToolchainStmt(); return nil },
	"addGodebug":        func(f *modfile.WorkFile, a []string) error { return f.AddGodebug(a[0], a[1]) },
	"dropGodebug":       func(f *modfile.WorkFile, a []string) error { return f.DropGodebug(a[0]) },
	"addUse":            func(f *modfile.WorkFile, a []string) error { return f.AddUse(a[0], a[1]) },
	"dropUse":           func(f *modfile.WorkFile, a []string) error { return f.DropUse(a[0]) },
	"setUse":            func(f *modfile.WorkFile, a []string) error { f.SetUse(uses(a)); return nil },
	"addReplace":        func(f *modfile.WorkFile, a []string) error { return f.AddReplace(a[0], a[1], a[2], a[3]) },
	"dropReplace":       func(f *modfile.WorkFile, a []string) error { return f.DropReplace(a[0], a[1]) },
	"sortBlocks":        func(f *modfile.WorkFile, _ []string) error { f.SortBlocks(); return nil },
	"cleanup":           func(f *modfile.WorkFile, _ []string) error { f.Cleanup(); return nil },
}

// requirements reads path, version and "indirect" or "direct", over and over.
func requirements(args []string) []*modfile.Require {
	var out []*modfile.Require
	for ; len(args) >= 3; args = args[3:] {
		mod := module.Version{Path: args[0], Version: args[1]}
		out = append(out, &modfile.Require{Mod: mod, Indirect: args[2] == "indirect"})
	}
	return out
}

func uses(paths []string) []*modfile.Use {
	var out []*modfile.Use
	for _, path := range paths {
		out = append(out, &modfile.Use{Path: path})
	}
	return out
}

// The JSON below is that of "go help mod edit" and "go help work edit".

type versionJSON struct {
	Path    string
	Version string `json:",omitempty"`
}

type replaceJSON struct{ Old, New versionJSON }

type requireJSON struct {
	versionJSON
	Indirect bool `json:",omitempty"`
}

type retractJSON struct {
	Low       string `json:",omitempty"`
	High      string `json:",omitempty"`
	Rationale string `json:",omitempty"`
}

type godebugJSON struct{ Key, Value string }

type pathJSON struct{ Path string }

type useJSON struct {
	DiskPath string
	ModPath  string `json:",omitempty"`
}

func modJSON(f *modfile.File) map[string]any {
	out := map[string]any{"Module": map[string]any{"Path": ""}}
	if f.Module != nil {
		stmt := map[string]any{"Path": f.Module.Mod.Path}
		fill(stmt, "Deprecated", f.Module.Deprecated)
		out["Module"] = stmt
	}
	if f.Go != nil {
		fill(out, "Go", f.Go.Version)
	}
	if f.Toolchain != nil {
		fill(out, "Toolchain", f.Toolchain.Name)
	}
	if len(f.Godebug) > 0 {
		out["GoDebug"] = list(f.Godebug, func(g *modfile.Godebug) godebugJSON { return godebugJSON{g.Key, g.Value} })
	}
	out["Require"] = list(f.Require, func(r *modfile.Require) requireJSON {
		return requireJSON{versionJSON(r.Mod), r.Indirect}
	})
	out["Exclude"] = list(f.Exclude, func(e *modfile.Exclude) versionJSON { return versionJSON(e.Mod) })
	out["Replace"] = list(f.Replace, replaced)
	out["Retract"] = list(f.Retract, func(r *modfile.Retract) retractJSON { return retractJSON{r.Low, r.High, r.Rationale} })
	out["Tool"] = list(f.Tool, func(t *modfile.Tool) pathJSON { return pathJSON{t.Path} })
	out["Ignore"] = list(f.Ignore, func(i *modfile.Ignore) pathJSON { return pathJSON{i.Path} })
	return out
}

func workJSON(f *modfile.WorkFile) map[string]any {
	out := map[string]any{}
	if f.Go != nil {
		fill(out, "Go", f.Go.Version)
	}
	out["Use"] = list(f.Use, func(u *modfile.Use) useJSON { return useJSON{u.Path, u.ModulePath} })
	out["Replace"] = list(f.Replace, replaced)
	return out
}

func replaced(r *modfile.Replace) replaceJSON {
	return replaceJSON{versionJSON(r.Old), versionJSON(r.New)}
}

func fill(object map[string]any, key, value string) {
	if value != "" {
		object[key] = value
	}
}

func list[T, J any](in []T, convert func(T) J) []J {
	var out []J
	for _, item := range in {
		out = append(out, convert(item))
	}
	return out
}
