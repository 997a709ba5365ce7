package extract

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// metaWindow is how far into a page its own statement of its charset is looked for, in bytes. HTML asks for it within
// the first 1,024; pages that put scripts before it are no rarity.
const metaWindow = 8 << 10

// toUTF8 returns the page as valid UTF-8 without a byte order mark.
//
// In order of trust: a byte order mark; being valid UTF-8, which no text of another charset is by chance; the header;
// the page's own meta element; windows-1252, which is what browsers take a page for that says nothing.
func toUTF8(page []byte, contentType string) []byte {
	if enc := byMark(page); enc != nil {
		return decode(page, enc)
	}
	page = bytes.TrimPrefix(page, []byte("\xef\xbb\xbf"))
	enc, name := declared(page, contentType)
	switch {
	case strings.HasPrefix(name, "iso-2022") && bytes.IndexByte(page, 0x1b) >= 0: // which looks like UTF-8
	case utf8.Valid(page):
		return page
	case enc == nil || name == "utf-8" || mostlyUTF8(page):
		return mixed(page)
	}
	return decode(page, enc)
}

// byMark returns the encoding of a byte order mark that is not UTF-8's, nil if there is none.
func byMark(page []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(page, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(page, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

func decode(page []byte, enc encoding.Encoding) []byte {
	out, err := enc.NewDecoder().Bytes(page)
	if err != nil { // no decoder of x/text fails on bytes that it cannot map: it writes U+FFFD
		return mixed(page)
	}
	return out
}

// declared returns the encoding that the header names, else the one that the page names, with its WHATWG name.
func declared(page []byte, contentType string) (encoding.Encoding, string) {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if enc, name := charset.Lookup(params["charset"]); enc != nil && (name != "utf-8" || utf8.Valid(page)) {
			return enc, name
		}
	}
	head := page[:min(len(page), metaWindow)]
	for {
		_, after, found := bytes.Cut(head, []byte("charset="))
		if !found {
			return nil, ""
		}
		if enc, name := charset.Lookup(firstName(after)); enc != nil {
			return enc, name
		}
		head = after
	}
}

// firstName returns the name that s begins with, quoted or not.
func firstName(s []byte) string {
	s = bytes.TrimLeft(s, "\"' ")
	end := bytes.IndexAny(s, "\"'; />\r\n\t")
	if end < 0 {
		return ""
	}
	return string(s[:end])
}

// mostlyUTF8 reports whether of the characters that are not ASCII at least nine in ten are UTF-8's: a page of UTF-8
// into which something of another charset was pasted.
func mostlyUTF8(page []byte) bool {
	valid, invalid := 0, 0
	for len(page) > 0 {
		r, n := utf8.DecodeRune(page)
		switch {
		case r == utf8.RuneError && n == 1:
			invalid++
		case n > 1:
			valid++
		}
		page = page[n:]
	}
	return valid >= 9*invalid
}

// mixed reads what is valid UTF-8 as that, and each other byte as windows-1252.
func mixed(page []byte) []byte {
	out := make([]byte, 0, len(page)+len(page)/8)
	for len(page) > 0 {
		r, n := utf8.DecodeRune(page)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(page[0])
		}
		out = utf8.AppendRune(out, r)
		page = page[n:]
	}
	return out
}
