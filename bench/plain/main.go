// Command plain is the least that a server in Go can do: it holds one document in memory, as it is and compressed, and
// answers every request with it, or with 304 where the reader has it. serve.sh measures Wireroom beside it.
//
//	plain -listen 127.0.0.1:18091 -file feed.atom -gzip feed.atom.gz
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("plain", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:18091", "address to listen on")
	file := flags.String("file", "", "the document")
	packed := flags.String("gzip", "", "the document, compressed by gzip")
	if err := flags.Parse(args); err != nil {
		return err
	}
	plain, err := os.ReadFile(*file)
	if err != nil {
		return fmt.Errorf("-file: %w", err)
	}
	compressed, err := os.ReadFile(*packed)
	if err != nil {
		return fmt.Errorf("-gzip: %w", err)
	}
	server := http.Server{Addr: *listen, Handler: handler(plain, compressed), ReadHeaderTimeout: 5 * time.Second}
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// handler answers with two representations of one document, each under an ETag of its own.
func handler(plain, compressed []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, etag := plain, `"plain"`
		h := w.Header()
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body, etag = compressed, `"gzip"`
			h.Set("Content-Encoding", "gzip")
		}
		h.Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", "application/atom+xml; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // a reader who has left is no error
	})
}
