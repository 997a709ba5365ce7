package world

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// A document is what a feed has to say at one moment, before it is written in a format.
type document struct {
	outlet  outlet
	reports []report  // newest first
	base    string    // scheme and host that the request came to
	changed time.Time // last change of anything in it
}

// A renderer writes documents in one format.
type renderer struct {
	mediaType string
	render    func(document) ([]byte, error)
}

// renderers are the formats an outlet can choose from.
var renderers = map[string]renderer{
	"rss":  {"application/rss+xml", renderRSS},
	"atom": {"application/atom+xml", renderAtom},
	"rdf":  {"application/rdf+xml", renderRDF},
	"json": {"application/feed+json", renderJSON},
}

// home is the outlet's front page.
func (d document) home() string { return d.base + "/" + d.outlet.ID + "/" }

// self is the feed's own address.
func (d document) self() string { return d.base + cmp.Or(d.outlet.MovedTo, d.outlet.Path) }

// link is a report's address as the feed gives it.
func (d document) link(r report) string {
	if d.outlet.Relative {
		return r.Link
	}
	return d.base + r.Link
}

// lead is the first paragraph of a report as HTML.
func (d document) lead(r report) string { return d.absolute(r.Paragraphs[0]) }

// body is the whole of a report as HTML, or "" for an outlet whose feed carries leads only.
func (d document) body(r report) string {
	if !d.outlet.FullText {
		return ""
	}
	return d.absolute(r.body())
}

// body is all of a report that stands below its title.
func (r report) body() string {
	var b strings.Builder
	if r.Picture != "" {
		fmt.Fprintf(&b, "<figure><img src=\"%s\" alt=\"\"></figure>\n", picturePath(r.Picture))
	}
	if r.Reading != "" {
		fmt.Fprintf(&b, "<p><small>%s</small></p>\n", r.Reading)
	}
	b.WriteString(strings.Join(r.Paragraphs, "\n"))
	return b.String()
}

// absolute completes the links inside a report's HTML, unless the outlet is one that forgets to.
func (d document) absolute(text string) string {
	if d.outlet.Relative {
		return text
	}
	return strings.ReplaceAll(text, `="/`, `="`+d.base+"/")
}

// encodeXML writes v behind an XML declaration in the charset named; "" is UTF-8.
func encodeXML(v any, label string) ([]byte, error) {
	label = cmp.Or(label, "utf-8")
	body, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write XML: %w", err)
	}
	text := append([]byte(`<?xml version="1.0" encoding="`+label+"\"?>\n"), body...)
	text = append(bytes.TrimSpace(text), '\n')
	target, _ := charset.Lookup(label)
	if target == nil {
		return nil, fmt.Errorf("write XML: unknown charset %q", label)
	}
	out, err := encoding.HTMLEscapeUnsupported(target.NewEncoder()).Bytes(text)
	if err != nil {
		return nil, fmt.Errorf("write XML in %s: %w", label, err)
	}
	return out, nil
}
