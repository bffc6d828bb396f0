package main

import (
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

type tile struct {
	H int   `json:"h"`
	L int   `json:"l"`
	N int64 `json:"n"`
	W int   `json:"w"`
}

func (t tile) tile() tlog.Tile { return tlog.Tile{H: t.H, L: t.L, N: t.N, W: t.W} }

type stored struct {
	Level int   `json:"level"`
	N     int64 `json:"n"`
}

type record struct {
	ID   int64  `json:"id"`
	Text []byte `json:"text"`
	Rest []byte `json:"rest"`
}

type tree struct {
	Size int64     `json:"size"`
	Hash tlog.Hash `json:"hash"`
}

// A hashList is what the stored hashes of a log are read from.
type hashList []tlog.Hash

func (h hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		out[i] = h[index]
	}
	return out, nil
}

// grown is the log that tlog.append grows and the questions after it are about.
var grown hashList

var tlogOperations = map[string]operation{
	"tlog.recordHash": one(func(data []byte) tlog.Hash { return tlog.RecordHash(data) }),
	"tlog.nodeHash":   two(tlog.NodeHash),
	"tlog.parseHash":  oneOr(tlog.ParseHash),
	"tlog.parseRecord": oneOr(func(message []byte) (record, error) {
		id, text, rest, err := tlog.ParseRecord(message)
		return record{id, text, rest}, err
	}),
	"tlog.formatRecord": twoOr(tlog.FormatRecord),
	"tlog.parseTree": oneOr(func(text string) (tree, error) {
		t, err := tlog.ParseTree([]byte(text))
		return tree{t.N, t.Hash}, err
	}),
	"tlog.formatTree":      one(func(t tree) string { return string(tlog.FormatTree(tlog.Tree{N: t.Size, Hash: t.Hash})) }),
	"tlog.storedHashIndex": two(tlog.StoredHashIndex),
	"tlog.splitStoredHashIndex": one(func(index int64) stored {
		level, n := tlog.SplitStoredHashIndex(index)
		return stored{level, n}
	}),
	"tlog.storedHashCount": one(tlog.StoredHashCount),
	"tlog.tileForIndex": two(func(h int, index int64) tile {
		t := tlog.TileForIndex(h, index)
		return tile{t.H, t.L, t.N, t.W}
	}),
	"tlog.newTiles": threeOr(func(h int, older, newer int64) ([]tile, error) {
		out := []tile{}
		for _, t := range tlog.NewTiles(h, older, newer) {
			out = append(out, tile{t.H, t.L, t.N, t.W})
		}
		return out, nil
	}),
	"tlog.tilePath": one(func(t tile) string { return t.tile().Path() }),
	"tlog.parseTilePath": oneOr(func(path string) (tile, error) {
		t, err := tlog.ParseTilePath(path)
		return tile{t.H, t.L, t.N, t.W}, err
	}),
	"tlog.append": oneOr(func(data []byte) ([]tlog.Hash, error) {
		var size int64
		for tlog.StoredHashCount(size) < int64(len(grown)) {
			size++
		}
		hashes, err := tlog.StoredHashes(size, data, grown)
		grown = append(grown, hashes...)
		return hashes, err
	}),
	"tlog.treeHash":     oneOr(func(size int64) (tlog.Hash, error) { return tlog.TreeHash(size, grown) }),
	"tlog.proveRecord":  twoOr(func(size, n int64) (any, error) { return proof(tlog.ProveRecord(size, n, grown)) }),
	"tlog.proveTree":    twoOr(func(size, older int64) (any, error) { return proof(tlog.ProveTree(size, older, grown)) }),
	"tlog.readTileData": oneOr(func(t tile) ([]byte, error) { return tlog.ReadTileData(t.tile(), grown) }),
	"tlog.hashFromTile": threeOr(func(t tile, data []byte, index int64) (tlog.Hash, error) {
		return tlog.HashFromTile(t.tile(), data, index)
	}),
	"tlog.checkRecord": func(args []json.RawMessage) (any, error) {
		newer := arg[tree](args, 1)
		return passed(tlog.CheckRecord(arg[[]tlog.Hash](args, 0), newer.Size, newer.Hash, arg[int64](args, 2), arg[tlog.Hash](args, 3)))
	},
	"tlog.checkTree": func(args []json.RawMessage) (any, error) {
		newer, older := arg[tree](args, 1), arg[tree](args, 2)
		return passed(tlog.CheckTree(arg[[]tlog.Hash](args, 0), newer.Size, newer.Hash, older.Size, older.Hash))
	},
}

func proof(hashes []tlog.Hash, err error) (any, error) {
	return append([]tlog.Hash{}, hashes...), err
}
