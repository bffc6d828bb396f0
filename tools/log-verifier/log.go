package main

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A contents is a log as its records make it: they were read, everything else is computed.
type contents struct {
	head   tlog.Tree
	hashes stored
	// By path@version.
	records map[string]string
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		out[i] = s[index]
	}
	return out, nil
}

const (
	height = 8
	width  = 1 << height
)

var recordForm = regexp.MustCompile(`^(\S+) (v\S+) h1:[A-Za-z0-9+/]{43}=\n(\S+) (v\S+)/go\.mod h1:[A-Za-z0-9+/]{43}=\n$`)

// readLog reads all records of a tree, and demands that they make its root and that no version stands twice.
func readLog(server *server, head tlog.Tree) (*contents, error) {
	log := &contents{head: head, records: make(map[string]string)}
	for id := int64(0); id < head.N; id += width {
		tile := tlog.Tile{H: height, L: -1, N: id / width, W: int(min(width, head.N-id))}
		data, err := server.get("/" + tile.Path())
		if err != nil {
			return nil, err
		}
		if err := log.add(tile, data); err != nil {
			return nil, err
		}
	}
	root, err := tlog.TreeHash(head.N, log.hashes)
	if err != nil {
		return nil, err
	}
	if root != head.Hash {
		return nil, fmt.Errorf("the %d records make the root %v, and %v was signed", head.N, root, head.Hash)
	}
	return log, nil
}

func (log *contents) add(tile tlog.Tile, data []byte) error {
	for i := range tile.W {
		id := tile.N*width + int64(i)
		text, rest, ok := bytes.Cut(data, []byte("\n\n"))
		if !ok || i == tile.W-1 && len(rest) > 0 {
			return fmt.Errorf("%s does not hold %d records", tile.Path(), tile.W)
		}
		text = append(text[:len(text):len(text)], '\n')
		data = rest
		parts := recordForm.FindSubmatch(text)
		if parts == nil || !bytes.Equal(parts[1], parts[3]) || !bytes.Equal(parts[2], parts[4]) {
			return fmt.Errorf("record %d is %q", id, text)
		}
		version := fmt.Sprintf("%s@%s", parts[1], parts[2])
		if _, ok := log.records[version]; ok {
			return fmt.Errorf("%s stands in the log again as record %d", version, id)
		}
		log.records[version] = string(text)
		hashes, err := tlog.StoredHashes(id, text, log.hashes)
		if err != nil {
			return err
		}
		log.hashes = append(log.hashes, hashes...)
	}
	return nil
}

// extends demands that the log begins with a head that was signed before.
func (log *contents) extends(signed []byte, verifier note.Verifier) error {
	if len(signed) == 0 {
		return nil
	}
	before, err := openHead(signed, verifier)
	if err != nil {
		return fmt.Errorf("pinned head: %w", err)
	}
	if before.N > log.head.N {
		return fmt.Errorf("the log had %d records, and has %d", before.N, log.head.N)
	}
	root, err := tlog.TreeHash(before.N, log.hashes)
	if err != nil {
		return err
	}
	if root != before.Hash {
		return fmt.Errorf("the first %d records are others than were signed: a fork", before.N)
	}
	return nil
}

// checkTiles demands that every tile is what the records make it.
func (log *contents) checkTiles(server *server) error {
	var wrong []error
	for _, tile := range tlog.NewTiles(height, 0, log.head.N) {
		want, err := tlog.ReadTileData(tile, log.hashes)
		if err != nil {
			return err
		}
		got, err := server.get("/" + tile.Path())
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			wrong = append(wrong, fmt.Errorf("%s is not what its records make it", tile.Path()))
		}
	}
	return errors.Join(wrong...)
}
