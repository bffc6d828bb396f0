package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb"
)

// A server is a checksum database behind HTTP.
type server struct {
	base string
}

const mostBytes = 16 << 20

var caller = &http.Client{Timeout: 30 * time.Second}

func (s *server) get(path string) ([]byte, error) {
	response, err := caller.Get(s.base + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, mostBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", path, response.Status, data)
	}
	return data, nil
}

// A client is what x/mod's client of a checksum database needs. It remembers the head that it saw last and keeps no tiles, so that each
// proof is made of what the server says now.
type client struct {
	*server
	key string

	mu     sync.Mutex
	pin    []byte
	alarms []string
}

var errNotCached = errors.New("not cached")

func (c *client) ReadRemote(path string) ([]byte, error) { return c.get(path) }

func (c *client) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(c.key), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pin, nil
}

func (c *client) WriteConfig(file string, old, next []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !bytes.Equal(old, c.pin) {
		return sumdb.ErrWriteConflict
	}
	c.pin = next
	return nil
}

func (c *client) ReadCache(string) ([]byte, error) { return nil, errNotCached }
func (c *client) WriteCache(string, []byte)        {}
func (c *client) Log(string)                       {}

func (c *client) SecurityError(message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alarms = append(c.alarms, message)
}

// lookUp asks for every version of a file of go.sum lines, and demands that each line is in the log and in the client's answer. It returns
// the number of lines.
func (c *client) lookUp(log *contents, file string) (int, error) {
	if file == "" {
		return 0, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	asking := sumdb.NewClient(c)
	for _, line := range lines {
		path, rest, _ := strings.Cut(line, " ")
		version, _, _ := strings.Cut(rest, " ")
		record := log.records[path+"@"+strings.TrimSuffix(version, "/go.mod")]
		if !slices.Contains(strings.Split(record, "\n"), line) {
			return 0, fmt.Errorf("%q was answered, and the log has %q", line, record)
		}
		found, err := asking.Lookup(path, version)
		if err != nil {
			return 0, err
		}
		if !slices.Contains(found, line) {
			return 0, fmt.Errorf("%q was answered, and is now %q", line, found)
		}
	}
	if len(c.alarms) > 0 {
		return 0, errors.New(c.alarms[0])
	}
	return len(lines), nil
}
