// Log-verifier reads a whole checksum database over HTTP and believes nothing of it but its key. It shares no code with the gate: the
// formats, the tree and the client are those of golang.org/x/mod. It is the judge of the covering log's storm tests.
//
//	log-verifier -url http://127.0.0.1:8080 -key name+hash+key [-pin FILE] [-answered FILE]
//
// It demands a head with the key's signature, records that make its root, every tile as the records make it, no version twice, and
// that the head pinned by an earlier run is the beginning of this one. -answered names a file of go.sum lines that the gate has given
// out: each must stand in the log, and each version must be found by the client that the go command uses. It writes the tree that it
// has verified as JSON and exits with 0, or says what is wrong and exits with 1.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type verified struct {
	Size   int64     `json:"size"`
	Root   tlog.Hash `json:"root"`
	Looked int       `json:"looked"`
}

func main() {
	url := flag.String("url", "", "the gate's `URL`")
	key := flag.String("key", "", "the verifier `key` of its log")
	pin := flag.String("pin", "", "a `file` with the head of an earlier run; it is replaced")
	answered := flag.String("answered", "", "a `file` of go.sum lines that were given out")
	flag.Parse()
	result, err := verify(*url, *key, *pin, *answered)
	if err != nil {
		fmt.Fprintf(os.Stderr, "log-verifier: %v\n", err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(result)
}

func verify(url, key, pin, answered string) (*verified, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	server := &server{base: strings.TrimSuffix(url, "/") + "/sumdb/" + verifier.Name()}
	pinned, err := readPin(pin)
	if err != nil {
		return nil, err
	}
	signed, err := server.get("/latest")
	if err != nil {
		return nil, err
	}
	head, err := openHead(signed, verifier)
	if err != nil {
		return nil, fmt.Errorf("latest: %w", err)
	}
	log, err := readLog(server, head)
	if err != nil {
		return nil, err
	}
	if err := log.extends(pinned, verifier); err != nil {
		return nil, err
	}
	if err := log.checkTiles(server); err != nil {
		return nil, err
	}
	// The client begins with the head of the earlier run, as one does that was there before.
	client := &client{server: server, key: key, pin: pinned}
	looked, err := client.lookUp(log, answered)
	if err != nil {
		return nil, err
	}
	if pin != "" {
		newest, err := newer(signed, client.pin, verifier)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(pin, newest, 0o600); err != nil {
			return nil, err
		}
	}
	return &verified{head.N, head.Hash, looked}, nil
}

func openHead(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.ParseTree([]byte(opened.Text))
}

func readPin(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if file == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// newer returns the signed head of the larger tree.
func newer(a, b []byte, verifier note.Verifier) ([]byte, error) {
	if len(b) == 0 || bytes.Equal(a, b) {
		return a, nil
	}
	first, err := openHead(a, verifier)
	if err != nil {
		return nil, err
	}
	second, err := openHead(b, verifier)
	if err != nil {
		return nil, err
	}
	if first.N >= second.N {
		return a, nil
	}
	return b, nil
}
