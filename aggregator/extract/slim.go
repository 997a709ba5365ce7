package extract

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/net/html"
)

// ErrTooLarge is returned by Text for a page that is larger than any article: it would cost more memory and time than
// it is worth.
var ErrTooLarge = errors.New("page too large to be read as an article")

// The largest of 181 articles' pages of 2018 and 2019 has 1.5 MB, of which 0.25 MB are neither script, style nor
// comment, 1,587 elements, and 64 attributes in one tag. At these limits, and whatever the page is made of, an
// extraction ends within a second and allocates less than 100 MB (BenchmarkHostile).
const (
	maxPage       = 8 << 20 // bytes of a page, as it comes
	maxKept       = 2 << 20 // bytes that are left when it is slimmed
	maxElements   = 20_000
	maxAttributes = 1_000     // of one element
	maxTitle      = 1_000     // bytes; a longer one is cut, since the title is matched against many patterns
	maxLinkedData = 256 << 10 // bytes; longer JSON-LD is left out
)

// slim returns the page without scripts, styles and comments. JSON-LD stays, since authors and dates stand in it.
//
// It reads the page once, from front to end, and builds nothing.
func slim(page []byte) ([]byte, error) {
	if len(page) > maxPage {
		return nil, fmt.Errorf("%w: it has %d bytes, and %d are the most", ErrTooLarge, len(page), maxPage)
	}
	s := slimmer{tokens: html.NewTokenizer(bytes.NewReader(page))}
	s.kept.Grow(min(len(page), maxKept))
	for {
		kind := s.tokens.Next()
		if kind == html.ErrorToken {
			return s.kept.Bytes(), nil // bytes.Reader knows no error but the end
		}
		if err := s.token(kind); err != nil {
			return nil, err
		}
	}
}

// A slimmer is slim at one token of a page.
type slimmer struct {
	tokens   *html.Tokenizer
	kept     bytes.Buffer
	elements int
	within   rawText
}

// rawText says which element the next text is the content of, where that text can hold no markup.
type rawText int

const (
	notRaw rawText = iota
	inDropped
	inLinkedData
	inTitle
)

func (s *slimmer) token(kind html.TokenType) error {
	switch kind {
	case html.CommentToken:
		return nil
	case html.TextToken:
		s.text(s.tokens.Raw())
	case html.StartTagToken, html.SelfClosingTagToken:
		if err := s.start(); err != nil {
			return err
		}
	case html.EndTagToken:
		s.end()
	default:
		s.kept.Write(s.tokens.Raw())
	}
	if s.kept.Len() > maxKept {
		return fmt.Errorf("%w: without scripts, styles and comments it has more than %d bytes", ErrTooLarge, maxKept)
	}
	return nil
}

func (s *slimmer) text(raw []byte) {
	switch s.within {
	case inDropped:
		return
	case inTitle:
		raw = raw[:min(len(raw), maxTitle)]
	case inLinkedData:
		if len(raw) > maxLinkedData {
			return
		}
	}
	s.kept.Write(raw)
}

func (s *slimmer) start() error {
	if s.elements++; s.elements > maxElements {
		return fmt.Errorf("%w: it has more than %d elements", ErrTooLarge, maxElements)
	}
	before := s.kept.Len()
	s.kept.Write(s.tokens.Raw()) // now, since reading the name and the attributes rewrites it
	name, more := s.tokens.TagName()
	s.within = contentOf(string(name))
	for n := 1; more; n++ {
		if n > maxAttributes {
			return fmt.Errorf("%w: an element has more than %d attributes", ErrTooLarge, maxAttributes)
		}
		var key, value []byte
		key, value, more = s.tokens.TagAttr()
		if s.within == inDropped && string(key) == "type" && isLinkedData(value) {
			s.within = inLinkedData
		}
	}
	if s.within == inDropped {
		s.kept.Truncate(before)
	}
	return nil
}

func (s *slimmer) end() {
	if s.within != inDropped {
		s.kept.Write(s.tokens.Raw())
	}
	s.within = notRaw
}

func contentOf(name string) rawText {
	switch name {
	case "script", "style":
		return inDropped
	case "title":
		return inTitle
	}
	return notRaw
}

func isLinkedData(mediaType []byte) bool {
	return bytes.EqualFold(bytes.TrimSpace(mediaType), []byte("application/ld+json"))
}
