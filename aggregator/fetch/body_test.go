package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"wireroom/aggregator/fetch"
)

// squeeze codes plain as a server would.
func squeeze(t testing.TB, coding string, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zlib":
		w = zlib.NewWriter(&out)
	case "deflate":
		w, err = flate.NewWriter(&out, flate.BestSpeed)
	case "br":
		w = brotli.NewWriterLevel(&out, 5)
	case "zstd":
		w, err = zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	default:
		t.Fatalf("no such coding: %s", coding)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func serve(t testing.TB, body []byte, codings ...string) *origin {
	return newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, coding := range codings {
			w.Header().Add("Content-Encoding", coding)
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Write(body) //nolint:errcheck // shows in the test
	})
}

// document is a feed of about n bytes.
func document(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel>`)
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "<item><title>Entry %d of %d</title><guid>urn:%x</guid></item>\n", i, n, i*7919)
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

func TestCodingsAreReallyDecoded(t *testing.T) {
	plain := document(50_000)
	twice := squeeze(t, "gzip", squeeze(t, "gzip", plain))
	members := append(squeeze(t, "gzip", plain[:1000]), squeeze(t, "gzip", plain[1000:])...)
	tests := map[string]struct {
		body    []byte
		codings []string
	}{
		"none":                      {plain, nil},
		"identity":                  {plain, []string{"identity"}},
		"a charset for a coding":    {plain, []string{"UTF-8"}},
		"gzip":                      {squeeze(t, "gzip", plain), []string{"gzip"}},
		"GZIP":                      {squeeze(t, "gzip", plain), []string{"GZIP"}},
		"x-gzip":                    {squeeze(t, "gzip", plain), []string{"x-gzip"}},
		"br":                        {squeeze(t, "br", plain), []string{"br"}},
		"zstd":                      {squeeze(t, "zstd", plain), []string{"zstd"}},
		"deflate with frame":        {squeeze(t, "zlib", plain), []string{"deflate"}},
		"bare deflate":              {squeeze(t, "deflate", plain), []string{"deflate"}},
		"gzip called deflate":       {squeeze(t, "gzip", plain), []string{"deflate"}},
		"gzip called br":            {squeeze(t, "gzip", plain), []string{"br"}},
		"gzip twice, declared":      {twice, []string{"gzip, gzip"}},
		"gzip twice, in two fields": {twice, []string{"gzip", "gzip"}},
		"gzip twice, declared once": {twice, []string{"gzip"}},
		"gzip then br":              {squeeze(t, "br", squeeze(t, "gzip", plain)), []string{"gzip, br"}},
		"gzip undeclared":           {squeeze(t, "gzip", plain), nil},
		"zstd undeclared":           {squeeze(t, "zstd", plain), nil},
		"plain called gzip":         {plain, []string{"gzip"}},
		"plain called br":           {plain, []string{"br"}},
		"plain called zstd":         {plain, []string{"zstd"}},
		"plain called deflate":      {plain, []string{"deflate"}},
		"marked plain called br":    {append([]byte("\xef\xbb\xbf"), plain...), []string{"br"}},
		"gzip in two members":       {members, []string{"gzip"}},
		"gzip and rubbish behind":   {append(squeeze(t, "gzip", plain), "\x00\x00\x00rubbish"...), []string{"gzip"}},
	}
	c := newClient(t, fetch.Config{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := serve(t, tt.body, tt.codings...)
			for range 2 { // the second with decoders that were used before
				res := mustGet(t, c, fetch.Request{URL: o.URL})
				if got := bytes.TrimPrefix(res.Body, []byte("\xef\xbb\xbf")); !bytes.Equal(got, plain) || res.Damaged {
					t.Errorf("got %d bytes (%.40q…), damage %q; want the %d bytes of the document", len(got), got, res.Damage, len(plain))
				}
			}
		})
	}
}

func TestEmptyBodyIsABody(t *testing.T) {
	for _, coding := range []string{"", "gzip", "br", "zstd", "deflate"} {
		res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: serve(t, nil, coding).URL})
		if res.Body == nil || len(res.Body) != 0 || res.Damaged {
			t.Errorf("%s: body %v, damaged %v; want an empty one that is not nil", coding, res.Body, res.Damaged)
		}
	}
}

func TestBombsAreCutAtTheLimit(t *testing.T) {
	const limit = 100 << 10
	zeros := make([]byte, 2<<20)
	tests := map[string]struct {
		body    []byte
		codings []string
	}{
		"plain":          {zeros[:limit+1], nil},
		"gzip":           {squeeze(t, "gzip", zeros), []string{"gzip"}},
		"br":             {squeeze(t, "br", zeros), []string{"br"}},
		"zstd":           {squeeze(t, "zstd", zeros), []string{"zstd"}},
		"deflate":        {squeeze(t, "zlib", zeros), []string{"deflate"}},
		"gzip in gzip":   {squeeze(t, "gzip", squeeze(t, "gzip", zeros)), []string{"gzip, gzip"}},
		"not declared":   {squeeze(t, "gzip", zeros), nil},
		"one byte above": {squeeze(t, "gzip", zeros[:limit+1]), []string{"gzip"}},
	}
	c := newClient(t, fetch.Config{MaxBody: limit})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Get(t.Context(), fetch.Request{URL: serve(t, tt.body, tt.codings...).URL})
			if !errors.Is(err, fetch.ErrTooLarge) || !strings.Contains(err.Error(), "102400") || !strings.Contains(err.Error(), "fetch.max_body") {
				t.Errorf("error %v: want ErrTooLarge that names the limit and the setting", err)
			}
		})
	}
	t.Run("just the limit is no bomb", func(t *testing.T) {
		res := mustGet(t, c, fetch.Request{URL: serve(t, squeeze(t, "gzip", zeros[:limit]), "gzip").URL})
		if len(res.Body) != limit {
			t.Errorf("%d bytes, want %d", len(res.Body), limit)
		}
	})
}

func TestZstdWindowIsBounded(t *testing.T) {
	// A frame whose header asks for a window of 512 MiB (exponent 19), and one raw block.
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 19 << 3, 0x29, 0x00, 0x00, '<', 'r', 's', 's', '>'}
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: serve(t, frame, "zstd").URL})
	if err == nil || !strings.Contains(err.Error(), "zstd") {
		t.Errorf("error %v: want one about the zstd window", err)
	}
}

func TestBodyThatIsAnnouncedTooLargeIsNotRead(t *testing.T) {
	address := rawOrigin(t, "tcp4", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n<rss>")
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: address})
	if !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

func TestEndlessBodyIsCut(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte("<item/>\n")); err != nil {
				return
			}
		}
	})
	_, err := newClient(t, fetch.Config{MaxBody: 1 << 20}).Get(t.Context(), fetch.Request{URL: o.URL})
	if !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

func TestSlowAnswersAreCut(t *testing.T) {
	tests := map[string]http.HandlerFunc{
		"no header": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"no body": func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
		"a byte at a time": func(w http.ResponseWriter, r *http.Request) {
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for r.Context().Err() == nil {
				w.Write([]byte("x"))     //nolint:errcheck // ends by the context
				w.(http.Flusher).Flush() //
				<-tick.C
			}
		},
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, fetch.Config{Timeout: 80 * time.Millisecond})
			_, err := c.Get(t.Context(), fetch.Request{URL: newOrigin(t, handler).URL})
			if !errors.Is(err, fetch.ErrTimeout) || !strings.Contains(err.Error(), "80ms") || !strings.Contains(err.Error(), "fetch.timeout") {
				t.Errorf("error %v: want ErrTimeout that names the limit and the setting", err)
			}
		})
	}
}

func TestWaitingForTheCallersOwnLimitIsNoTimeout(t *testing.T) {
	const timeout = 60 * time.Millisecond
	o := newOrigin(t, ok)
	c := newClient(t, fetch.Config{Timeout: timeout})
	wait := func(ctx context.Context) error {
		select {
		case <-time.After(3 * timeout):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if res := mustGet(t, c, fetch.Request{URL: o.URL, BeforeBody: wait}); string(res.Body) != "<rss/>" {
		t.Errorf("body %q", res.Body)
	}
}

func TestSlowBodyIsCutAfterTheCallersOwnLimitToo(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	c := newClient(t, fetch.Config{Timeout: 60 * time.Millisecond})
	_, err := c.Get(t.Context(), fetch.Request{URL: o.URL, BeforeBody: func(context.Context) error { return nil }})
	if !errors.Is(err, fetch.ErrTimeout) {
		t.Errorf("error %v, want ErrTimeout", err)
	}
}

func TestBeforeBodyIsCalledForBodiesOnlyAndMayRefuse(t *testing.T) {
	refusal := errors.New("no room")
	for status, want := range map[int]error{200: refusal, 304: nil, 404: nil} {
		o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: o.URL, ETag: `"a"`,
			BeforeBody: func(context.Context) error { return refusal }})
		if !errors.Is(err, want) {
			t.Errorf("%d: error %v, want %v", status, err, want)
		}
	}
}

func TestCancelledByTheCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := newOrigin(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := newClient(t, fetch.Config{}).Get(ctx, fetch.Request{URL: o.URL})
	if !errors.Is(err, context.Canceled) || errors.Is(err, fetch.ErrTimeout) {
		t.Errorf("error %v, want context.Canceled and no time-out", err)
	}
}

func TestHeaderFloodIsCut(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 100 {
			w.Header().Set(fmt.Sprintf("X-Flood-%d", i), strings.Repeat("x", 1024))
		}
	})
	if res, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: o.URL}); err == nil {
		t.Errorf("100 KiB of header were taken: %v", res.Status)
	}
}

func TestBrokenBodiesAreDamagedNotLost(t *testing.T) {
	plain := document(20_000)
	coded := func(coding string) []byte { return squeeze(t, coding, plain) }
	half := func(b []byte) []byte { return b[:len(b)/2] }
	sum := coded("gzip")
	sum[len(sum)-6] ^= 0xff
	header := "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: \"x\"\r\n"
	tests := map[string]string{
		"content-length short":    header + "Content-Length: 20100\r\n\r\n" + string(half(plain)),
		"chunked, cut in a chunk": header + "Transfer-Encoding: chunked\r\n\r\n4e20\r\n" + string(half(plain)),
		"chunked, no last chunk":  header + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half(plain)), half(plain)),
		"gzip cut":                header + "Content-Encoding: gzip\r\n\r\n" + string(half(coded("gzip"))),
		"br cut":                  header + "Content-Encoding: br\r\n\r\n" + string(half(coded("br"))),
		"zstd cut":                header + "Content-Encoding: zstd\r\n\r\n" + string(half(squeeze(t, "zstd", document(400_000)))),
		"deflate cut":             header + "Content-Encoding: deflate\r\n\r\n" + string(half(coded("zlib"))),
		"gzip twice, cut":         header + "Content-Encoding: gzip, gzip\r\n\r\n" + string(half(squeeze(t, "gzip", coded("gzip")))),
		"gzip and length short":   header + "Content-Encoding: gzip\r\nContent-Length: 99999\r\n\r\n" + string(half(coded("gzip"))),
		"wrong checksum":          header + "Content-Encoding: gzip\r\n\r\n" + string(sum),
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: rawOrigin(t, "tcp4", answer)})
			if !res.Damaged || res.Damage == "" {
				t.Error("the body is not marked damaged")
			}
			if !bytes.HasPrefix(res.Body, []byte("<?xml version=")) || len(res.Body) < 1000 {
				t.Errorf("body has %d bytes (%.40q…), want the part that came", len(res.Body), res.Body)
			}
		})
	}
}

func TestUndecodableBodyIsAnError(t *testing.T) {
	rubbish := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0}, bytes.Repeat([]byte{0xff}, 50)...)
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: serve(t, rubbish, "gzip").URL})
	if err == nil || !strings.Contains(err.Error(), "gzip") {
		t.Errorf("error %v: want one that names the coding", err)
	}
}

func TestOtherStatusesBringNoBody(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write(bytes.Repeat([]byte("busy "), 100_000)) //nolint:errcheck // the client hangs up
	})
	res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL})
	if res.Status != 503 || res.Body != nil || res.RetryAfter != "120" {
		t.Errorf("status %d, body of %d bytes, Retry-After %q; want 503, none, 120", res.Status, len(res.Body), res.RetryAfter)
	}
}
