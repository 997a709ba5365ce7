package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A document is what one URL answers: the bytes and the headers that belong to them, in the codings that were asked for
// so far. It is safe for concurrent use.
type document struct {
	mediaType string
	caching   string    // Cache-Control
	links     []string  // Link headers
	updated   time.Time // Last-Modified; zero for none
	page      bool      // HTML, with a policy for browsers
	secret    bool      // for who has shown a secret alone
	plain     representation

	mu    sync.Mutex
	coded map[coding]representation
}

// A representation is a document's bytes in one content coding.
type representation struct {
	coding coding
	body   []byte
	etag   string // strong, with quotes
}

func newRepresentation(c coding, body []byte) representation {
	sum := sha256.Sum256(body)
	return representation{coding: c, body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
}

// in returns the document in a coding, made on first request. A coding that makes it no shorter is not used.
func (d *document) in(c coding, press *press) (representation, error) {
	if c == identity {
		return d.plain, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, ok := d.coded[c]; ok {
		return r, nil
	}
	body, err := press.encode(c, d.plain.body)
	if err != nil {
		return representation{}, fmt.Errorf("encode as %s: %w", c, err)
	}
	r := d.plain
	if len(body) < len(d.plain.body) {
		r = newRepresentation(c, body)
	}
	if d.coded == nil {
		d.coded = make(map[coding]representation, len(codings))
	}
	d.coded[c] = r
	return r, nil
}

// press compresses one document at a time: its windows are the largest memory of the server, and a document is
// compressed once for many readers.
type press struct {
	mu   sync.Mutex
	zstd *zstd.Encoder
}

func newPress() (*press, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<19), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &press{zstd: enc}, nil
}

// encode gives the same bytes for the same input, in every process of one build. The levels are where another step
// costs twice the time for less than 2 % of the size, measured on a feed of 100 entries.
func (p *press) encode(c coding, body []byte) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out bytes.Buffer
	switch c {
	case codingZstd:
		return p.zstd.EncodeAll(body, nil), nil
	case codingBrotli:
		w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: 5, LGWin: 19})
		return finish(&out, w, body)
	}
	w, err := gzip.NewWriterLevel(&out, 6)
	if err != nil {
		return nil, err
	}
	return finish(&out, w, body)
}

func finish(out *bytes.Buffer, w interface {
	Write([]byte) (int, error)
	Close() error
}, body []byte) ([]byte, error) {
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(out.Bytes()), nil
}
