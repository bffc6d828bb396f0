package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

type checkedFiles struct {
	Valid     []string `json:"valid"`
	Omitted   []string `json:"omitted"`
	Invalid   []string `json:"invalid"`
	SizeError bool     `json:"sizeError"`
}

// A moduleFile is a file that exists in the question only. Its size may lie.
type moduleFile struct {
	Name    string `json:"path"`
	Kind    string `json:"kind"`
	Content []byte `json:"content"`
	Bytes   int64  `json:"size"`
}

func (f moduleFile) Path() string                { return f.Name }
func (f moduleFile) Lstat() (os.FileInfo, error) { return moduleFileInfo{f}, nil }
func (f moduleFile) Open() (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(f.Content)), nil
}

type moduleFileInfo struct{ file moduleFile }

func (i moduleFileInfo) Name() string       { return filepath.Base(i.file.Name) }
func (i moduleFileInfo) Size() int64        { return i.file.Bytes }
func (i moduleFileInfo) ModTime() time.Time { return time.Time{} }
func (i moduleFileInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i moduleFileInfo) Sys() any           { return nil }
func (i moduleFileInfo) Mode() fs.FileMode {
	return map[string]fs.FileMode{"directory": fs.ModeDir, "symlink": fs.ModeSymlink, "irregular": fs.ModeDevice}[i.file.Kind]
}

var zipOperations = map[string]operation{
	"zip.checkZip": twoOr(func(m moduleVersion, data []byte) (any, error) {
		return inFile(data, func(name string) (any, error) { return listed(zip.CheckZip(m.version(), name)) })
	}),
	"zip.unzip": twoOr(func(m moduleVersion, data []byte) (any, error) {
		return inFile(data, func(name string) (any, error) {
			return passed(zip.Unzip(name+".dir", m.version(), name))
		})
	}),
	"zip.checkFiles": oneOr(func(files []moduleFile) (any, error) { return listed(zip.CheckFiles(zipFiles(files))) }),
	"zip.create":     twoOr(createdHash),
	"dirhash.hashZip": oneOr(func(data []byte) (any, error) {
		return inFile(data, func(name string) (any, error) { return dirhash.HashZip(name, dirhash.Hash1) })
	}),
	"dirhash.hash1": oneOr(func(contents map[string][]byte) (string, error) {
		names := make([]string, 0, len(contents))
		for name := range contents {
			names = append(names, name)
		}
		return dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(contents[name])), nil
		})
	}),
}

// listed answers the lists of checked files. Files that break a rule stand in the lists; the error that sums them up is dropped.
func listed(checked zip.CheckedFiles, err error) (any, error) {
	if err != nil && checked.Err() == nil {
		return nil, err
	}
	out := checkedFiles{Valid: []string{}, Omitted: paths(checked.Omitted), Invalid: paths(checked.Invalid)}
	out.Valid = append(out.Valid, checked.Valid...)
	out.SizeError = checked.SizeError != nil
	return out, nil
}

func paths(faults []zip.FileError) []string {
	out := []string{}
	for _, f := range faults {
		out = append(out, f.Path)
	}
	return out
}

func zipFiles(files []moduleFile) []zip.File {
	out := make([]zip.File, len(files))
	for i, f := range files {
		out[i] = f
	}
	return out
}

func createdHash(m moduleVersion, files []moduleFile) (any, error) {
	var data bytes.Buffer
	if err := zip.Create(&data, m.version(), zipFiles(files)); err != nil {
		return nil, err
	}
	return inFile(data.Bytes(), func(name string) (any, error) { return dirhash.HashZip(name, dirhash.Hash1) })
}

// inFile gives the bytes a name for packages that read only files.
func inFile(data []byte, use func(name string) (any, error)) (any, error) {
	dir, err := os.MkdirTemp("", "oracle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "module.zip")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		return nil, err
	}
	return use(name)
}
