package parse

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// declarationWindow is how far into a document its XML declaration's encoding is looked for, in bytes. The longest
// declaration of the corpus of feeds has 56.
const declarationWindow = 512

// toUTF8 returns the document as UTF-8 without byte order mark, and the name of the repair that this took, or "". The
// result shares data's memory where data is UTF-8 already.
//
// In order of trust: a byte order mark; the pattern of zero bytes that UTF-16 and UTF-32 have; being valid UTF-8,
// which no text of another charset is by chance; the header; the declaration; the letters' frequencies.
func toUTF8(data []byte, contentType string) (text []byte, repair string) {
	if enc, skip := byMark(data); enc != nil {
		return decode(data[skip:], enc), repairWide
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	declared := declaredCharset(data, contentType)
	if isUTF8(data) {
		if enc := sevenBit(declared, data); enc != nil {
			return decode(data, enc), ""
		}
		if enc := lookup(declared); enc != nil && enc != unicode.UTF8 && !isASCII(data) {
			repair = repairDeclared
		}
		return trimPartialRune(data), repair
	}
	if isMostlyUTF8(data) {
		return mixedUTF8(data), repairBytes
	}
	if enc := lookup(declared); enc != nil && enc != unicode.UTF8 {
		return decode(data, enc), ""
	}
	if guess := guessCharset(data); guess != "" {
		return decode(data, lookup(guess)), repairGuessed
	}
	return mixedUTF8(data), repairBytes
}

// byMark returns the encoding that the first bytes give away, and how many of them are a byte order mark.
func byMark(data []byte) (enc encoding.Encoding, skip int) {
	for _, m := range [...]struct {
		mark string
		skip int
		enc  encoding.Encoding
	}{
		{"\xff\xfe\x00\x00", 4, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"\x00\x00\xfe\xff", 4, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"<\x00\x00\x00", 0, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"\x00\x00\x00<", 0, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"\xff\xfe", 2, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\xfe\xff", 2, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"<\x00", 0, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\x00<", 0, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"{\x00", 0, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\x00{", 0, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"\x4c\x6f\xa7\x94", 0, charmap.CodePage037}, // "<?xm" in EBCDIC
	} {
		if bytes.HasPrefix(data, []byte(m.mark)) {
			return m.enc, m.skip
		}
	}
	return nil, 0
}

func decode(data []byte, enc encoding.Encoding) []byte {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil { // no decoder of x/text fails on bytes it cannot map: it writes U+FFFD
		return mixedUTF8(data)
	}
	return out
}

// declaredCharset returns the charset that the header names, else the one that the XML declaration names, else "". A
// header that names UTF-8 for a text that is none is passed over: it is the server's default.
func declaredCharset(data []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		if name := strings.ToLower(params["charset"]); lookup(name) != unicode.UTF8 || isUTF8(data) {
			return name
		}
	}
	decl, _ := xmlDeclaration(data)
	_, rest, ok := bytes.Cut(decl, []byte("encoding"))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], rest[:1])
	return strings.ToLower(string(name))
}

// xmlDeclaration splits a document into its XML declaration and the rest. Blanks before it, which XML forbids, are
// passed over.
func xmlDeclaration(data []byte) (decl, rest []byte) {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if !bytes.HasPrefix(trimmed, []byte("<?xml")) {
		return nil, data
	}
	end := bytes.Index(trimmed[:min(len(trimmed), declarationWindow)], []byte("?>"))
	if end < 0 {
		return nil, data
	}
	return trimmed[:end+2], trimmed[end+2:]
}

// lookup returns the encoding of a charset's name by the WHATWG's table, then IANA's; nil if neither knows it.
func lookup(name string) encoding.Encoding {
	if name == "" {
		return nil
	}
	if enc, canonical := charset.Lookup(name); canonical == "utf-8" {
		return unicode.UTF8
	} else if enc != nil {
		return enc
	}
	name = strings.ReplaceAll(name, "_", "-")
	for _, try := range [...]string{name, strings.Replace(name, "cp", "ibm", 1), strings.Replace(name, "cp", "windows-", 1)} {
		if enc, err := ianaindex.IANA.Encoding(try); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}

// sevenBit returns the encoding of a charset whose texts are ASCII bytes throughout and therefore look like UTF-8.
func sevenBit(declared string, data []byte) encoding.Encoding {
	switch {
	case strings.HasPrefix(declared, "iso-2022-") && bytes.IndexByte(data, 0x1b) >= 0,
		strings.HasPrefix(declared, "hz") && bytes.Contains(data, []byte("~{")):
		return lookup(declared)
	}
	return nil
}

// isUTF8 reports whether data is valid UTF-8, not counting a last character that was cut off.
func isUTF8(data []byte) bool { return utf8.Valid(trimPartialRune(data)) }

// isMostlyUTF8 reports whether of the characters that are not ASCII at least nine in ten are UTF-8's. Text of another
// charset has next to none; a UTF-8 document with a few pasted bytes has next to all.
func isMostlyUTF8(data []byte) bool {
	valid, invalid := 0, 0
	for len(data) > 0 {
		if data[0] < utf8.RuneSelf {
			data = data[1:]
			continue
		}
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			invalid++
		} else {
			valid++
		}
		data = data[n:]
	}
	return valid >= 9*invalid
}

func isASCII(data []byte) bool {
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// trimPartialRune returns data without the beginning of a character at its very end.
func trimPartialRune(data []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(data); i++ {
		b := data[len(data)-i]
		if utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(data[len(data)-i:]) {
				return data[:len(data)-i]
			}
			break
		}
	}
	return data
}

// mixedUTF8 reads what is valid UTF-8 as that, and each other byte as windows-1252, which is what such bytes are in
// the documents where they were met: text pasted into a template of the other charset.
func mixedUTF8(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/8)
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(data[0])
		}
		out = utf8.AppendRune(out, r)
		data = data[n:]
	}
	return out
}
