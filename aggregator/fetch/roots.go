package fetch

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

// maxRoots bounds a file of root certificates, in bytes: four times what a system has of them.
const maxRoots = 1 << 20

// LoadRoots reads the certificates of a PEM file. A file without one is an error, which does not name the file.
func LoadRoots(path string) (*x509.CertPool, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	pem, err := io.ReadAll(io.LimitReader(file, maxRoots))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no certificate is in it: want blocks that begin with -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}

// rooted holds the transports of requests with root certificates of their own, made when they are first wanted. It is
// safe for concurrent use.
type rooted struct {
	config Config
	guard  *guard

	mu         sync.Mutex
	transports map[rootedKey]*http.Transport
}

type rootedKey struct {
	file  string
	http2 bool
}

// transport returns the one that trusts the certificates of a file alone. A file that cannot be read is tried again by
// the next request; one that could is read once.
func (r *rooted) transport(file string, http2 bool) (*http.Transport, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := rootedKey{file, http2}
	if t, ok := r.transports[key]; ok {
		return t, nil
	}
	pool, err := LoadRoots(file)
	if err != nil {
		return nil, fmt.Errorf("tls_roots %s: %w", file, err)
	}
	c := r.config
	c.Roots = pool
	if r.transports == nil {
		r.transports = make(map[rootedKey]*http.Transport)
	}
	r.transports[key] = newTransport(c, r.guard, http2)
	return r.transports[key], nil
}

func (r *rooted) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.transports {
		t.CloseIdleConnections()
	}
}
