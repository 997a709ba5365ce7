package parse

import (
	"encoding/xml"
	"io"
	"testing"
)

// prepared runs the first stage on a document, and returns nil if it is no XML feed.
func prepared(data []byte) *outline {
	text, _ := toUTF8(data, "")
	text, _ = dropForbidden(text, false)
	start, doctype, err := findRoot(text)
	if err != nil {
		return nil
	}
	o := draft(text, start)
	repairText(o, doctype)
	return o
}

// checkWellFormed reads a repaired document with the decoder that gofeed uses, strict about nothing but what that one is.
func checkWellFormed(t *testing.T, data []byte) {
	t.Helper()
	o := prepared(data)
	if o == nil {
		return
	}
	text, err := io.ReadAll(o.reader())
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(o.reader())
	d.Strict = false
	for depth := 0; ; {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%q repaired to %q: %v", data, text, err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth < 0 {
				t.Fatalf("%q repaired to %q: end without start", data, text)
			}
		}
	}
}

// FuzzPrepare holds that whatever has the root of a feed is well-formed after the first stage.
func FuzzPrepare(f *testing.F) {
	for _, s := range []string{
		`<rss><channel><item><title>a<br>b</title></item><item></channel></rss>`,
		`<feed xmlns="x"><entry a=b c='d"><link href="/a?b&c"/></Entry><entry><id>`,
		`<!DOCTYPE rss [<!ENTITY a "<b>">]><rss>&a;&#0;&#x1f;]]><!-- -- --><?xml version="2"?><![CDATA[x]]></rss>`,
		`<item><a:b:c/><1/></ x><a b/c></item>`, `<entry><!DOCTYPE x><a "b"></entry>`, "<rss>\xff\xfe\x00\ufffe</rss>",
		`<item><a:x></item>`, `<rss><channel><item><item><x:y></channel>`,
		`<feed><e></e '></feed>`, `<Channel><items><item/></items></Channel>`, `<x:feed xmlns:x="y"><x:entry xml:base="z"/></x:feed>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(checkWellFormed)
}
