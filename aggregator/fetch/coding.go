package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// Limits of decoding.
const (
	maxLayers = 4 // codings around one body: two declared and two forgotten are more than was ever seen
	// maxZstdWindow is what RFC 9659 lets a server use with Content-Encoding: zstd.
	maxZstdWindow = 8 << 20
	// keepUpTo is the size of a decoded body, in bytes, after which brotli and zstd decoders are dropped: they keep a
	// window of up to 16 MiB. Nine feeds in ten are smaller.
	keepUpTo = 1 << 20
)

// decoders is a set of decoders, as many as there are processors, so that however many bodies arrive at once, only so
// many windows exist. Bodies are decoded when they have arrived, so that no slow server holds one.
type decoders chan *decoder

func newDecoders() decoders {
	all := make(decoders, runtime.GOMAXPROCS(0))
	for range cap(all) {
		all <- new(decoder)
	}
	return all
}

// decoder holds one decoder of each kind, made when it is first wanted. It is used by one goroutine at a time.
type decoder struct {
	gzip    *gzip.Reader
	zlib    io.ReadCloser
	deflate io.ReadCloser
	brotli  *brotli.Reader
	zstd    *zstd.Decoder
}

// decode undoes the codings that the Content-Encoding fields declare, last first, and those that were forgotten there.
// Where the bytes show that a coding was declared and not applied, it is skipped. An error comes with what could be
// decoded; ErrTooLarge stands for more than limit bytes.
func (all decoders) decode(ctx context.Context, raw []byte, fields []string, limit int64) ([]byte, error) {
	if coding, _ := next(codings(fields), raw); coding == "" {
		return raw, nil // the usual case of a plain server needs no decoder
	}
	var d *decoder
	select {
	case d = <-all:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { all <- d }()
	return d.undoAll(raw, codings(fields), limit)
}

// undoAll undoes layer after layer. Where one is broken, what it gave is decoded further, and the error returned is
// that of the outermost broken one.
func (d *decoder) undoAll(raw []byte, declared []string, limit int64) (body []byte, broken error) {
	for range maxLayers {
		var coding string
		if coding, declared = next(declared, raw); coding == "" {
			return raw, broken
		}
		body, err := d.undo(coding, raw, limit)
		d.forget(len(body), err)
		if broken == nil {
			broken = err
		}
		if errors.Is(err, ErrTooLarge) || err != nil && len(body) == 0 {
			return body, err
		}
		raw = body
	}
	return nil, fmt.Errorf("more than %d codings around one body", maxLayers)
}

// next returns the coding to undo next, or "" if the bytes are plain, and what is left of the declared ones.
func next(declared []string, raw []byte) (coding string, left []string) {
	for i := len(declared) - 1; i >= 0; i-- {
		if coding := believed(declared[i], raw); coding != "" {
			return coding, declared[:i]
		}
	}
	return magic(raw), nil
}

// codings lists the declared codings in the order in which they were applied.
func codings(fields []string) []string {
	var all []string
	for _, field := range fields {
		for coding := range strings.SplitSeq(field, ",") {
			all = append(all, strings.ToLower(strings.TrimSpace(coding)))
		}
	}
	return all
}

// believed returns the coding to undo where one was declared, or "" where the bytes show that it was not applied.
// Names that are no coding (a charset, "none") are what some servers write for plain bytes.
func believed(declared string, raw []byte) string {
	switch declared {
	case "gzip", "x-gzip":
		return magicOnly(raw, "gzip")
	case "zstd":
		return magicOnly(raw, "zstd")
	case "br", "deflate":
		if seen := magic(raw); seen != "" {
			return seen
		}
		if len(raw) == 0 || looksLikeText(raw) {
			return ""
		}
		if declared == "deflate" && zlibHeader(raw) {
			return "zlib"
		}
		return declared
	}
	return ""
}

func magicOnly(raw []byte, coding string) string {
	if magic(raw) == coding {
		return coding
	}
	return ""
}

// magic names the coding that the first bytes give away (RFC 1952, RFC 8878), or "".
func magic(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0x1f, 0x8b, 8}):
		return "gzip"
	case bytes.HasPrefix(raw, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	}
	return ""
}

// zlibHeader reports whether raw begins as RFC 1950 says; bytes of a bare deflate stream do so once in a thousand.
func zlibHeader(raw []byte) bool {
	return len(raw) >= 2 && raw[0]&0x0f == 8 && (int(raw[0])<<8|int(raw[1]))%31 == 0
}

// looksLikeText reports whether raw begins with a byte order mark or 16 printable characters, which compressed bytes
// do less than once in a million.
func looksLikeText(raw []byte) bool {
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		return true
	}
	for _, c := range raw[:min(len(raw), 16)] {
		if (c < ' ' || c > '~') && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// undo decodes one coding. An error comes with the bytes before it.
func (d *decoder) undo(coding string, raw []byte, limit int64) ([]byte, error) {
	buf := make([]byte, 0, roomFor(4*int64(len(raw))))
	var body []byte
	var err error
	if coding == "gzip" {
		body, err = d.gunzip(raw, buf, limit)
	} else {
		var src io.Reader
		if src, err = d.open(coding, raw); err == nil {
			body, err = fill(src, buf, limit)
		}
	}
	if err != nil && err != ErrTooLarge {
		err = fmt.Errorf("decode %s: broken after %d bytes: %w", coding, len(body), err)
	}
	return body, err
}

// gunzip decodes all members of raw and ignores what follows them, as browsers do.
func (d *decoder) gunzip(raw, buf []byte, limit int64) ([]byte, error) {
	src := bytes.NewReader(raw)
	if d.gzip == nil {
		d.gzip = new(gzip.Reader)
	}
	for magic(raw[len(raw)-src.Len():]) == "gzip" {
		err := d.gzip.Reset(src)
		if err != nil {
			return buf, err
		}
		d.gzip.Multistream(false)
		if buf, err = fill(d.gzip, buf, limit); err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// open resets the decoder of a coding, or makes it.
func (d *decoder) open(coding string, raw []byte) (io.Reader, error) {
	src := bytes.NewReader(raw)
	switch coding {
	case "br":
		if d.brotli == nil {
			d.brotli = new(brotli.Reader)
		}
		return d.brotli, d.brotli.Reset(src)
	case "zlib":
		if d.zlib != nil {
			return d.zlib, d.zlib.(zlib.Resetter).Reset(src, nil)
		}
		z, err := zlib.NewReader(src)
		d.zlib = z
		return z, err
	case "deflate":
		if d.deflate == nil {
			d.deflate = flate.NewReader(src)
		}
		return d.deflate, d.deflate.(flate.Resetter).Reset(src, nil)
	}
	return d.openZstd(src)
}

func (d *decoder) openZstd(src io.Reader) (io.Reader, error) {
	if d.zstd != nil {
		return d.zstd, d.zstd.Reset(src)
	}
	z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecodeBuffersBelow(0))
	d.zstd = z
	return z, err
}

// forget drops the decoders that a large body, or one that broke off after announcing a large window, has made large.
func (d *decoder) forget(size int, err error) {
	if size <= keepUpTo && err == nil {
		return
	}
	if d.zstd != nil {
		d.zstd.Close()
	}
	d.brotli, d.zstd = nil, nil
}
