package publish

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// coding is a content coding (RFC 9110, section 8.4.1); empty is none.
type coding string

const (
	identity     coding = ""
	codingBrotli coding = "br"
	codingZstd   coding = "zstd"
	codingGzip   coding = "gzip"
)

// codings lists those that are offered, the one that makes feeds shortest first.
var codings = [...]coding{codingBrotli, codingZstd, codingGzip}

// usual are what browsers, feed readers and their libraries send, with what is chosen for it, so that hardly any header need
// be read.
var usual = sync.OnceValue(func() map[string]coding {
	out := make(map[string]coding)
	for _, header := range []string{
		"gzip", "gzip, deflate", "gzip,deflate", "deflate, gzip", "gzip, deflate, br", "br, gzip, deflate", "gzip, deflate, br, zstd",
		"deflate, gzip, br, zstd", "identity",
	} {
		out[header] = best([]string{header})
	}
	return out
})

// chooseCoding returns the coding that Accept-Encoding likes best, of equals the shortest. Where it likes none that is
// offered, the answer goes out uncoded, as RFC 9110, section 12.5.3, allows.
func chooseCoding(h http.Header) coding {
	lines := h["Accept-Encoding"]
	switch len(lines) {
	case 0:
		return identity
	case 1:
		if c, ok := usual()[lines[0]]; ok {
			return c
		}
	}
	return best(lines)
}

func best(lines []string) coding {
	w := weightsOf(lines)
	best, top := identity, 0.0
	for i, c := range codings {
		if q := w.coding[i]; q > top {
			best, top = c, q
		}
	}
	if w.identity > top {
		return identity
	}
	return best
}

// weights are how much a reader likes each of codings, and no coding at all: from 0, which refuses it, to 1.
type weights struct {
	coding   [len(codings)]float64
	identity float64 // -1 where it is not named
}

// unnamed stands for the weight of a coding that was not named.
const unnamed = -1

func weightsOf(lines []string) weights {
	w := weights{identity: unnamed}
	for i := range w.coding {
		w.coding[i] = unnamed
	}
	others := 0.0 // what "*" gives
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			w.set(strings.TrimSpace(name), params, &others)
		}
	}
	for i := range w.coding {
		if w.coding[i] == unnamed {
			w.coding[i] = others
		}
	}
	return w
}

func (w *weights) set(name, params string, others *float64) {
	switch {
	case name == "*":
		*others = quality(params)
	case strings.EqualFold(name, "identity"):
		w.identity = quality(params)
	case strings.EqualFold(name, "x-gzip"):
		name = string(codingGzip)
	}
	for i, c := range codings {
		if strings.EqualFold(name, string(c)) {
			w.coding[i] = quality(params)
		}
	}
}

// quality reads a weight. What is no number between 0 and 1 counts as a refusal: an answer without coding is never
// wrong.
func quality(params string) float64 {
	name, value, ok := strings.Cut(params, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// precondition evaluates what a request asks of the representation that it would get, in the order of RFC 9110, section
// 13.2.2: If-Match, or without it If-Unmodified-Since, then If-None-Match, or without it If-Modified-Since. It returns 412,
// 304, or 200 where nothing stands in the way. A zero modified date meets no condition on dates.
func precondition(h http.Header, etag string, modified time.Time) int {
	if tags, ok := h["If-Match"]; ok {
		if !matchesTag(strings.Join(tags, ","), etag, true) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := dateOf(h, "If-Unmodified-Since"); ok && modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if tags, ok := h["If-None-Match"]; ok {
		if matchesTag(strings.Join(tags, ","), etag, false) {
			return http.StatusNotModified
		}
	} else if since, ok := dateOf(h, "If-Modified-Since"); ok && !modified.IsZero() && !modified.After(since) {
		return http.StatusNotModified
	}
	return http.StatusOK
}

// dateOf reads a condition's date; one that cannot be read is no condition.
func dateOf(h http.Header, name string) (date time.Time, ok bool) {
	text := h.Get(name)
	if text == "" {
		return date, false
	}
	date, err := http.ParseTime(text)
	return date, err == nil
}

// matchesTag looks for a strong tag in a list: weakly as If-None-Match wants it, or strongly, so that a weak tag is none. Tags
// may hold commas.
func matchesTag(list, etag string, strongly bool) bool {
	for rest := strings.TrimLeft(list, " \t,"); rest != ""; rest = strings.TrimLeft(rest, " \t,") {
		if rest[0] == '*' {
			return true
		}
		tag, weak := strings.CutPrefix(rest, "W/")
		rest = tag
		if rest == "" || rest[0] != '"' {
			return false
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if rest[:end+2] == etag && !(weak && strongly) {
			return true
		}
		rest = rest[end+2:]
	}
	return false
}
