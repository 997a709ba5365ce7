package aggregator

import (
	"context"
	"strings"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// Some publishers give a GUID out twice: to the bulletin of each hour, or from a counter that began anew. What then comes under
// it is another Item, known by its URL alone. A wrong guess would publish an edit as news, so whatever two texts share makes
// the later one an edit of the earlier.

// reuseWords is how many words two texts must have before their sharing nothing says anything: a headline may be written
// anew without a word of the old one. No set of such feeds was there to measure it by.
const reuseWords = 20

// reused reports whether an entry that has the GUID of a known Item is another Item: it has another page, which no Item has,
// and neither a word of the other's title nor three words in a row of its text.
func (r *recognition) reused(id identity, before, after news.Item) bool {
	if id.ID == (news.Key{}) || id.URL == (news.Key{}) || id.shared || news.CanonicalURL(before.URL) == "" {
		return false
	}
	if _, taken := r.known[id.URL]; taken {
		return false
	}
	return unlike(before, after)
}

// unlike reports whether two versions share neither a word of their titles nor three words in a row, and are long enough for
// that to say something.
func unlike(before, after news.Item) bool {
	was, is := wordsOf(before.Title+" "+before.Text()), wordsOf(after.Title+" "+after.Text())
	return len(was) >= reuseWords && len(is) >= reuseWords && !shareRun(was, is, 3) && !shareTitleWord(before.Title, after.Title)
}

func shareTitleWord(a, b string) bool { return shareRun(distinctive(a), distinctive(b), 1) }

func wordsOf(text string) []string { return strings.Fields(string(news.AppendWords(nil, text))) }

// distinctive are a title's words of three bytes and more; a character of a language without blanks has as many.
func distinctive(title string) (words []string) {
	for _, w := range wordsOf(title) {
		if len(w) >= 3 {
			words = append(words, w)
		}
	}
	return words
}

// shareRun reports whether n words of a stand in b in a row.
func shareRun(a, b []string, n int) bool {
	runs := make(map[string]bool, len(a))
	for i := n; i <= len(a); i++ {
		runs[strings.Join(a[i-n:i], " ")] = true
	}
	for i := n; i <= len(b); i++ {
		if runs[strings.Join(b[i-n:i], " ")] {
			return true
		}
	}
	return false
}

// successor finds the Item that a reused GUID has come to mean: known by the entry's URL, and published under its GUID,
// which leads to the Item that had it first.
func (r *recognition) successor(ctx context.Context, e parse.Entry, id identity, first news.Known) (news.Known, error) {
	next, ok := r.known[id.URL]
	if !ok || id.shared || e.GUID == "" || next.Ref == first.Ref || r.byID[next.Ref] || r.known[id.ID].Ref != first.Ref {
		return first, nil
	}
	it, err := r.v.p.Store.Item(ctx, next.Ref)
	if err != nil || it.GUID != e.GUID {
		return first, err
	}
	return next, nil
}
