// Command goproxy serves Go modules with github.com/goproxy/goproxy, a rival that the benchmarks run beside the gate.
//
// It is that library with its own disk cache, plus a line a request in an access log, since the gate and nginx write one too.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/goproxy/goproxy"
)

func main() {
	cache := flag.String("cache", "", "directory of the cache")
	temporary := flag.String("temp", "", "directory of temporary files")
	upstream := flag.String("upstream", "", "GOPROXY to fetch from")
	sumdb := flag.String("sumdb", "off", "GOSUMDB to verify with")
	proxied := flag.String("proxied", "", "checksum database to pass on, \"NAME URL\"")
	logFile := flag.String("access-log", "", "file of the access log")
	cert := flag.String("tls-cert", "", "certificate in PEM")
	key := flag.String("tls-key", "", "key in PEM")
	flag.Parse()

	proxy := &goproxy.Goproxy{
		Fetcher: &goproxy.GoFetcher{
			Env:     append(os.Environ(), "GOPROXY="+*upstream, "GOSUMDB="+*sumdb, "GONOPROXY=", "GONOSUMDB=", "GOPRIVATE="),
			TempDir: *temporary,
		},
		Cacher:  goproxy.DirCacher(*cache),
		TempDir: *temporary,
	}
	if *proxied != "" {
		proxy.ProxiedSumDBs = []string{*proxied}
	}
	handler, err := logged(proxy, *logFile)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	scheme := "http"
	if *cert != "" {
		scheme = "https"
	}
	fmt.Printf("{\"msg\":\"listening\",\"url\":\"%s://%s\"}\n", scheme, listener.Addr())
	server := &http.Server{Handler: handler}
	if *cert != "" {
		log.Fatal(server.ServeTLS(listener, *cert, *key))
	}
	log.Fatal(server.Serve(listener))
}

// logged writes a line a request, in groups like its neighbours. The response writer stays as it is: a wrapped one would
// take sendfile away from the rival.
func logged(next http.Handler, path string) (http.Handler, error) {
	if path == "" {
		return next, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	var mutex sync.Mutex
	lines := bufio.NewWriterSize(file, 64<<10)
	go func() {
		for range time.Tick(time.Second) {
			mutex.Lock()
			lines.Flush()
			mutex.Unlock()
		}
	}()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		mutex.Lock()
		fmt.Fprintf(lines, "%s %s %s %q %d\n", start.Format(time.RFC3339Nano), r.RemoteAddr, r.Method, r.URL.Path, time.Since(start))
		mutex.Unlock()
	}), nil
}
