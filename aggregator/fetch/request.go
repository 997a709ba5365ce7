package fetch

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Request is what to ask for. Secrets stand in it expanded; they reach the URL's own origin and no other, and no error.
type Request struct {
	URL string // http or https; a user and password in it serve as BasicAuth where that is empty

	// ETag and LastModified are the validators of the last good answer, sent as they are; each may be empty.
	ETag, LastModified string
	// ValidatorsURL is the URL that issued them, the only one they are sent to; empty means URL.
	ValidatorsURL string

	// Held is the host:port whose slot the caller holds; empty means that of URL. If it is another than URL's, a slot is
	// taken for that too.
	Held string

	UserAgent string            // empty: the Client's
	Accept    string            // empty: the types of feeds
	Headers   map[string]string // added; validators and credentials below win over them
	BasicAuth string            // user:password; empty for none
	Bearer    string            // a token, instead of BasicAuth; empty for none
	HTTP1     bool              // never HTTP/2
	Roots     string            // a PEM file: whose certificates alone are trusted at the URL's own origin; empty: the Client's

	// BeforeBody, if not nil, is called once a 200 has come and before its body is read, so that a caller with many
	// requests under way can bound how many bodies are held at a time. Its error ends the request. Config.Timeout stands still meanwhile.
	BeforeBody func(context.Context) error

	// BeforeHop, if not nil, is called before a redirect is followed, with its target and with the slot of its host held.
	// Its error ends the request. Config.Timeout stands still meanwhile.
	BeforeHop func(ctx context.Context, to string) error

	// Types, if not nil, are the media types whose bodies are wanted. A 200 of another is [ErrType], and its body is not
	// read. An answer that names none counts as wanted.
	Types []string
}

// The values that every request carries, unless the Request says otherwise. They are only read.
var (
	acceptFeeds = []string{"application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"}
	acceptCodings = []string{"gzip, br, zstd"}
)

// write makes the request for one step: to u, with the own headers and credentials where home says that u is of the
// origin they were given for, and with validators where they are u's.
func (r *Request) write(ctx context.Context, u *url.URL, agent string, home, conditional bool) *http.Request {
	header := make(http.Header, 8)
	header["Accept"] = acceptFeeds
	if r.Accept != "" {
		header["Accept"] = []string{r.Accept}
	}
	header["Accept-Encoding"] = acceptCodings
	if r.UserAgent != "" {
		agent = r.UserAgent
	}
	header["User-Agent"] = []string{agent}
	host := ""
	if home {
		host = r.addOwn(header)
	}
	if conditional {
		addValidator(header, "If-None-Match", r.ETag)
		addValidator(header, "If-Modified-Since", r.LastModified)
	}
	req := &http.Request{Method: http.MethodGet, URL: u, Host: host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	return req.WithContext(ctx)
}

// addOwn adds the Source's own headers and its credentials, and returns the value of a Host header, which is no header
// to net/http.
func (r *Request) addOwn(header http.Header) (host string) {
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Host") {
			host = value
			continue
		}
		header.Set(name, value)
	}
	switch {
	case r.Bearer != "":
		header["Authorization"] = []string{"Bearer " + r.Bearer}
	case r.BasicAuth != "":
		header["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(r.BasicAuth))}
	}
	return host
}

// maxValidator is the longest validator that is sent, in bytes: nginx and Apache refuse a line of 8 KiB in a request's header.
const maxValidator = 7 << 10

// addValidator sends value byte for byte. One that HTTP cannot carry is left out: net/http or the server would refuse the
// whole request, and the Source would never be read again.
func addValidator(header http.Header, name, value string) {
	if carried(value) {
		header[name] = []string{value}
	}
}

func carried(value string) bool {
	return value != "" && len(value) <= maxValidator && httpguts.ValidHeaderFieldValue(value)
}

// hasValidators reports whether there is something to be conditional on.
func (r *Request) hasValidators() bool { return carried(r.ETag) || carried(r.LastModified) }

// wants reports whether a body of a Content-Type is worth reading.
func (r *Request) wants(contentType string) bool {
	if r.Types == nil || strings.TrimSpace(contentType) == "" {
		return true
	}
	name, _, _ := strings.Cut(contentType, ";")
	name = strings.TrimSpace(name)
	return slices.ContainsFunc(r.Types, func(t string) bool { return strings.EqualFold(t, name) })
}
