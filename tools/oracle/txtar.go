package main

import "golang.org/x/tools/txtar"

type textFile struct {
	Name string `json:"name"`
	Data string `json:"data"`
}

type archive struct {
	Comment string     `json:"comment"`
	Files   []textFile `json:"files"`
}

var txtarOperations = map[string]operation{
	"txtar.parse": one(func(text string) archive {
		parsed := txtar.Parse([]byte(text))
		out := archive{Comment: string(parsed.Comment), Files: []textFile{}}
		for _, f := range parsed.Files {
			out.Files = append(out.Files, textFile{f.Name, string(f.Data)})
		}
		return out
	}),
	"txtar.format": one(func(a archive) string {
		in := &txtar.Archive{Comment: []byte(a.Comment)}
		for _, f := range a.Files {
			in.Files = append(in.Files, txtar.File{Name: f.Name, Data: []byte(f.Data)})
		}
		return string(txtar.Format(in))
	}),
}
