package news

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Query is what a reader looks for: Stories with a report in which every term is found, and none of the excluded ones.
type Query struct{ Terms []QueryTerm }

// A QueryTerm is a word, or a phrase of several.
type QueryTerm struct {
	Words  []string // in the form of [AppendWords]; never empty. Several stand beside each other, in this order
	Prefix bool     // the last word may go on
	Title  bool     // it is looked for in the title alone
	Not    bool     // it excludes
}

// The bounds of a Query: more than anyone types, and few enough that a search stays cheap.
const (
	queryLength = 400 // bytes
	queryTerms  = 16
	queryWords  = 32
	prefixWant  = 2 // letters of a word that may go on
)

// ParseQuery reads what a reader typed: words, all of which must be found; "a phrase"; begin*, which finds what begins so;
// -word, which must not be found; title:word. Signs that mean nothing are passed over, whatever they are. Its error says
// to the reader what is missing.
func ParseQuery(text string) (Query, error) {
	var q Query
	if len(text) > queryLength {
		return q, fmt.Errorf("the query is too long: %d characters are the most", queryLength)
	}
	words := 0
	for rest := strings.ToValidUTF8(text, " "); ; {
		var term QueryTerm
		term, rest = nextTerm(rest)
		if len(term.Words) == 0 {
			if rest == "" {
				break
			}
			continue
		}
		words += len(term.Words)
		if !slices.ContainsFunc(q.Terms, term.same) {
			q.Terms = append(q.Terms, term)
		}
	}
	switch {
	case len(q.Terms) > queryTerms || words > queryWords:
		return q, fmt.Errorf("the query has too many words: %d terms are the most", queryTerms)
	case len(q.Terms) == 0:
		return q, errors.New("type a word to look for")
	case !slices.ContainsFunc(q.Terms, func(t QueryTerm) bool { return !t.Not }):
		return q, errors.New("a query that only excludes finds nothing: type a word to look for too")
	}
	return q, nil
}

// nextTerm reads the first term, which may come out empty, and returns what follows.
func nextTerm(text string) (QueryTerm, string) {
	var t QueryTerm
	rest := strings.TrimLeft(text, " \t\r\n\u00a0\u3000")
	for { // -title:x and title:-x are the same
		if after, ok := strings.CutPrefix(rest, "-"); ok && !t.Not {
			t.Not, rest = true, after
			continue
		}
		const title = "title:"
		if len(rest) > len(title) && strings.EqualFold(rest[:len(title)], title) && !t.Title && !strings.ContainsAny(rest[len(title):][:1], " \t\r\n") {
			t.Title, rest = true, rest[len(title):]
			continue
		}
		break
	}
	body, quoted := rest, false
	if open, ok := cutQuote(rest); ok {
		body, rest, _ = strings.Cut(open, closing(rest))
		quoted = true
		if after, ok := strings.CutPrefix(rest, "*"); ok {
			t.Prefix, rest = true, after
		}
	} else {
		end := strings.IndexAny(rest, " \t\r\n\u00a0\u3000\"“”„")
		if end == 0 { // a stray closing quote
			_, n := utf8.DecodeRuneInString(rest)
			return QueryTerm{}, rest[n:]
		}
		if end < 0 {
			end = len(rest)
		}
		body, rest = rest[:end], rest[end:]
	}
	t.Words = strings.Fields(string(AppendWords(nil, body)))
	if !quoted {
		t.Prefix = strings.HasSuffix(body, "*")
	}
	if n := len(t.Words); n > 0 && utf8.RuneCountInString(t.Words[n-1]) < prefixWant {
		t.Prefix = false
	}
	return t, rest
}

// cutQuote cuts an opening quote of any usual kind.
func cutQuote(text string) (string, bool) {
	for _, quote := range [...]string{`"`, "“", "„", "«"} {
		if after, ok := strings.CutPrefix(text, quote); ok {
			return after, true
		}
	}
	return text, false
}

// closing is the quote that ends what the first character of text opens.
func closing(text string) string {
	switch {
	case strings.HasPrefix(text, "“"):
		return "”"
	case strings.HasPrefix(text, "„"):
		return "“"
	case strings.HasPrefix(text, "«"):
		return "»"
	}
	return `"`
}

func (t QueryTerm) same(other QueryTerm) bool {
	return t.Prefix == other.Prefix && t.Title == other.Title && t.Not == other.Not && slices.Equal(t.Words, other.Words)
}

// String writes the Query so that ParseQuery gives it again: one spelling for all that mean the same.
func (q Query) String() string {
	terms := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		terms[i] = t.String()
	}
	return strings.Join(terms, " ")
}

// String writes one term.
func (t QueryTerm) String() string {
	text := strings.Join(t.Words, " ")
	if len(t.Words) > 1 {
		text = `"` + text + `"`
	}
	if t.Prefix {
		text += "*"
	}
	if t.Title {
		text = "title:" + text
	}
	if t.Not {
		text = "-" + text
	}
	return text
}

// Marks returns where in a text the Query's words stand, as start and end in bytes, in order and apart from each other.
func (q Query) Marks(text string) (marks [][2]int) {
	words := wordsAt(text)
	for at := 0; at < len(words); {
		n := 0
		for _, t := range q.Terms {
			if !t.Not && t.matches(words[at:]) {
				n = max(n, len(t.Words))
			}
		}
		if n > 0 {
			marks = append(marks, [2]int{words[at].start, words[at+n-1].end})
		}
		at += max(n, 1)
	}
	return marks
}

// matches reports whether the first words are the term's.
func (t QueryTerm) matches(words []wordAt) bool {
	if len(words) < len(t.Words) {
		return false
	}
	for i, want := range t.Words {
		last := i == len(t.Words)-1
		if words[i].word != want && !(last && t.Prefix && strings.HasPrefix(words[i].word, want)) {
			return false
		}
	}
	return true
}
