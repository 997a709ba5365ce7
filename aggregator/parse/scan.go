package parse

import "bytes"

// tokenKind is what a piece of markup is.
type tokenKind uint8

const (
	textToken        tokenKind = iota
	strayToken                 // a "<" that begins no markup
	openToken                  // <name …>
	emptyToken                 // <name …/>
	closeToken                 // </name>
	cdataToken                 // <![CDATA[…]]>
	commentToken               // <!--…-->
	instructionToken           // <?…?>
	directiveToken             // <!…>
)

// A token is a span of a document.
type token struct {
	kind       tokenKind
	start, end int
	nameEnd    int  // of an open, empty or close token: where its name ends
	unfinished bool // the document ends within it
}

// A scanner splits a document into tokens, whatever its bytes. It takes one step forward for each byte and remembers
// what it looked for in vain, so that its work is linear in the length of the document.
type scanner struct {
	doc []byte
	pos int
	no  [5]bool // ends that do not occur in the rest of the document, by index of endings

	body bool // the root has begun: document types are no longer looked for
}

// endings are what the kinds with a fixed ending end with.
var endings = [...]string{"]]>", "-->", "?>", "\"", "'"}

const (
	endCDATA = iota
	endComment
	endInstruction
	endQuote
	endApostrophe
)

// next returns the next token; ok is false at the end of the document.
func (s *scanner) next() (t token, ok bool) {
	if s.pos >= len(s.doc) {
		return token{}, false
	}
	t = s.scan()
	s.pos = t.end
	return t, true
}

func (s *scanner) scan() token {
	rest := s.doc[s.pos:]
	if rest[0] != '<' {
		n := bytes.IndexByte(rest, '<')
		if n < 0 {
			n = len(rest)
		}
		return token{kind: textToken, start: s.pos, end: s.pos + n}
	}
	if len(rest) == 1 {
		return token{kind: strayToken, start: s.pos, end: s.pos + 1, unfinished: true}
	}
	switch rest[1] {
	case '!':
		return s.scanDeclaration(rest)
	case '?':
		return s.until(instructionToken, 2, endInstruction)
	case '/':
		return s.scanTag(closeToken, 2)
	}
	return s.scanTag(openToken, 1)
}

func (s *scanner) scanDeclaration(rest []byte) token {
	switch {
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.until(cdataToken, len("<![CDATA["), endCDATA)
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.until(commentToken, len("<!--"), endComment)
	}
	if !s.body {
		return s.scanDirective()
	}
	return token{kind: strayToken, start: s.pos, end: s.pos + 1}
}

// until returns a token that ends with a fixed ending. One that never ends takes the rest of the document.
func (s *scanner) until(kind tokenKind, skip, ending int) token {
	n := s.index(s.pos+skip, ending)
	if n < 0 {
		return token{kind: kind, start: s.pos, end: len(s.doc), unfinished: true}
	}
	return token{kind: kind, start: s.pos, end: n + len(endings[ending])}
}

// index returns where an ending occurs next, or -1.
func (s *scanner) index(from, ending int) int {
	if s.no[ending] {
		return -1
	}
	n := bytes.Index(s.doc[from:], []byte(endings[ending]))
	if n < 0 {
		s.no[ending] = true
		return -1
	}
	return from + n
}

// scanDirective finds the end of a document type, whose internal subset may hold further directives in brackets.
func (s *scanner) scanDirective() token {
	depth := 0
	for i := s.pos + 2; i < len(s.doc); i++ {
		switch s.doc[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				return token{kind: directiveToken, start: s.pos, end: i + 1}
			}
		}
		if i-s.pos > maxDirective {
			break
		}
	}
	s.body = true
	return token{kind: strayToken, start: s.pos, end: s.pos + 1}
}

// maxDirective bounds a document type, in bytes. The longest of the corpus of feeds has 153.
const maxDirective = 64 << 10

// scanTag returns the tag whose name begins skip bytes on, or a stray "<" if there is none.
func (s *scanner) scanTag(kind tokenKind, skip int) token {
	nameEnd := s.pos + skip
	for nameEnd < len(s.doc) && isNameByte(s.doc[nameEnd]) {
		nameEnd++
	}
	if nameEnd == s.pos+skip || !isNameStart(s.doc[s.pos+skip]) {
		return token{kind: strayToken, start: s.pos, end: s.pos + 1}
	}
	if nameEnd < len(s.doc) && !endsName(s.doc[nameEnd]) {
		return token{kind: strayToken, start: s.pos, end: s.pos + 1}
	}
	end, whole := s.tagEnd(nameEnd)
	if end < 0 {
		return token{kind: strayToken, start: s.pos, end: s.pos + 1}
	}
	if kind == openToken && whole && s.doc[end-2] == '/' {
		kind = emptyToken
	}
	return token{kind: kind, start: s.pos, end: end, nameEnd: nameEnd, unfinished: !whole}
}

// tagEnd returns where a tag ends, or -1 if another "<" comes first. whole is false if the document ends before.
func (s *scanner) tagEnd(from int) (end int, whole bool) {
	for i := from; i < len(s.doc); i++ {
		switch s.doc[i] {
		case '>':
			return i + 1, true
		case '<':
			return -1, false
		case '"':
			i = s.skipQuoted(i, endQuote)
		case '\'':
			i = s.skipQuoted(i, endApostrophe)
		}
	}
	return len(s.doc), false
}

// skipQuoted returns the index of the closing quotation mark, or that of the opening one if it is not the beginning of
// an attribute's value: where no "=" stands before it, or where a tag begins before it is closed.
func (s *scanner) skipQuoted(open, ending int) int {
	if !followsEquals(s.doc[:open]) {
		return open
	}
	closing := s.index(open+1, ending)
	if closing < 0 || bytes.IndexByte(s.doc[open+1:closing], '<') >= 0 {
		return open
	}
	return closing
}

func followsEquals(before []byte) bool {
	before = bytes.TrimRight(before, " \t\r\n")
	return len(before) > 0 && before[len(before)-1] == '='
}

func endsName(b byte) bool { return b == '>' || b == '/' || isBlank(b) }

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// isNameStart reports whether an element's or attribute's name may begin with b. XML allows letters of every script; no
// format of feeds has such a name, and in a text "<имя>" is no element.
func isNameStart(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_'
}

func isNameByte(b byte) bool {
	return isNameStart(b) || '0' <= b && b <= '9' || b == ':' || b == '-' || b == '.'
}
