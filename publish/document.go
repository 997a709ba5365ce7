package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A document is what one URL answers: the bytes and the headers that belong to them, in the codings that were asked for
// so far. It is safe for concurrent use; its fields never change.
type document struct {
	mediaType string
	caching   string    // Cache-Control
	links     []string  // of the Link header
	location  string    // Content-Location: the address of its own, where it answers others too; empty for none
	updated   time.Time // Last-Modified; zero for none
	page      bool      // HTML, with a policy for browsers
	secret    bool      // for who has shown a secret alone
	plain     representation

	mu    sync.Mutex // held while a coding is made
	ready [len(codings) + 1]atomic.Pointer[reply]
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

// A reply is a representation with its headers, made once for all who get it.
type reply struct {
	representation
	common, undated *head   // of 200 and 304, with Last-Modified and without
	content         []field // of 200 alone
}

// headAt returns what 200 and 304 have in common at a time: a date in the future would say nothing.
func (r *reply) headAt(now time.Time) *head {
	if r.common.modified.After(now) {
		return r.undated
	}
	return r.common
}

// A head is header fields that many answers have alike.
type head struct {
	modified time.Time // Last-Modified, to the second; zero for none
	fields   []field
	lines    []byte // the fields, written out
}

// addTo gives an answer the fields: by the connection where it is ours, which costs nothing, else as net/http does.
func (h *head) addTo(w http.ResponseWriter, r *http.Request) {
	if c := connectionOf(r); c != nil {
		c.fields = h.lines
		return
	}
	for _, f := range h.fields {
		w.Header()[f.name] = f.values
	}
}

// A field is a header as net/http wants it: the name in canonical form. The values are shared and never changed.
type field struct {
	name   string
	values []string
}

// husk is the document without its bodies, in the codings that were asked for: enough to tell who has it that it is the same.
func (d *document) husk() *document {
	husk := new(document)
	for i := range d.ready {
		if r := d.ready[i].Load(); r != nil {
			bare := *r
			bare.body = nil
			husk.ready[i].Store(&bare)
		}
	}
	return husk
}

// place is where the document in a coding is kept; it holds nil before that is made.
func (d *document) place(c coding) *atomic.Pointer[reply] {
	return &d.ready[slices.Index(codings[:], c)+1] // identity is none of them, and stands first
}

// in returns the document in a coding, made on first request. A coding that makes it no shorter is not used.
func (d *document) in(c coding, press *press) (*reply, error) {
	place := d.place(c)
	if r := place.Load(); r != nil {
		return r, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := place.Load(); r != nil {
		return r, nil
	}
	rep, err := d.coded(c, press)
	if err != nil {
		return nil, err
	}
	r := d.reply(rep)
	place.Store(r)
	return r, nil
}

func (d *document) coded(c coding, press *press) (representation, error) {
	if c == identity {
		return d.plain, nil
	}
	body, err := press.encode(c, d.plain.body)
	if err != nil {
		return representation{}, fmt.Errorf("encode as %s: %w", c, err)
	}
	if len(body) >= len(d.plain.body) {
		return d.plain, nil
	}
	return newRepresentation(c, body), nil
}

// reply writes the headers that go with a representation.
func (d *document) reply(rep representation) *reply {
	common := make(http.Header)
	commonHeaders(common)
	if d.page {
		pageHeaders(common)
	}
	common.Set("ETag", rep.etag)
	common.Set("Cache-Control", d.caching)
	common.Set("Vary", "Accept-Encoding")
	if d.secret {
		common.Set("Vary", "Accept-Encoding, Authorization")
		common.Del("Access-Control-Allow-Origin")
	}
	if d.location != "" {
		common.Set("Content-Location", d.location)
	}
	if len(d.links) > 0 {
		common.Set("Link", strings.Join(d.links, ", "))
	}
	content := make(http.Header)
	content.Set("Content-Type", contentType(d.mediaType))
	content.Set("Content-Length", strconv.Itoa(len(rep.body)))
	if rep.coding != identity {
		content.Set("Content-Encoding", string(rep.coding))
	}
	r := &reply{representation: rep, undated: newHead(common, time.Time{}), content: fieldsOf(content)}
	r.common = newHead(common, d.updated)
	return r
}

// newHead writes the fields out. A date within a second is told as the end of that: before it, no date is, so that of two forms of
// one second the first has none, and who asks by the date alone misses no change.
func newHead(of http.Header, modified time.Time) *head {
	if whole := modified.Truncate(time.Second); whole.Before(modified) {
		modified = whole.Add(time.Second)
	}
	if !modified.IsZero() {
		of.Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	}
	var lines bytes.Buffer
	_ = of.Write(&lines) // a buffer takes all
	return &head{modified: modified, fields: fieldsOf(of), lines: lines.Bytes()}
}

// contentType adds the charset that all our texts have; pictures have none.
func contentType(mediaType string) string {
	if strings.HasPrefix(mediaType, "image/") {
		return mediaType
	}
	return mediaType + "; charset=utf-8"
}

func fieldsOf(h http.Header) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		out = append(out, field{name, slices.Clip(h[name])}) // clipped: who adds to it gets a copy
	}
	return out
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
