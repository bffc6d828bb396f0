package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type markup struct {
	Tags []tag  `json:"tags"`
	Flaw string `json:"flaw,omitempty"`
}

type tag struct {
	Kind       string      `json:"kind"`
	Name       string      `json:"name"`
	Attributes []attribute `json:"attributes,omitempty"`
}

type attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var xmlOperations = map[string]operation{
	"xml.tags": one(readMarkup),
}

// readMarkup lists the tags of a page as a lax decoder sees them one by one, up to where it gives up.
func readMarkup(page []byte) markup {
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict = false
	decoder.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if name := strings.ToLower(label); name == "utf-8" || name == "ascii" {
			return input, nil
		}
		return nil, fmt.Errorf("can't decode XML document using charset %q", label)
	}
	read := markup{Tags: []tag{}}
	for {
		token, err := decoder.RawToken()
		if err == io.EOF {
			return read
		} else if err != nil {
			read.Flaw = err.Error()
			return read
		}
		switch token := token.(type) {
		case xml.StartElement:
			start := tag{Kind: "start", Name: token.Name.Local}
			for _, a := range token.Attr {
				start.Attributes = append(start.Attributes, attribute{a.Name.Local, a.Value})
			}
			read.Tags = append(read.Tags, start)
		case xml.EndElement:
			read.Tags = append(read.Tags, tag{Kind: "end", Name: token.Name.Local})
		}
	}
}
