package publish

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"wireroom/news"
)

// excerptLength is how many characters (runes) of a text a summary shows at most. Two or three sentences of agency copy
// fit in 500; press publishers' terms that allow "short extracts" name figures of that order.
const excerptLength = 500

// excerpt returns the beginning of text that fits in limit characters and ends with a sentence; where no sentence ends
// in its second half, with a word. The result is a prefix of text; whole reports whether it is all of it.
func excerpt(text string, limit int) (prefix string, whole bool) {
	if utf8.RuneCountInString(text) <= limit {
		return text, true
	}
	end := 0
	for range limit {
		_, n := utf8.DecodeRuneInString(text[end:])
		end += n
	}
	head := text[:end]
	if i := sentenceEnd(head); i >= len(head)/2 {
		return head[:i], false
	}
	if i := strings.LastIndexFunc(head, unicode.IsSpace); i > 0 {
		head = head[:i]
	}
	return strings.TrimRightFunc(head, unicode.IsSpace), false
}

// sentenceEnd returns the index behind the last end of a sentence in s, closing quotes included; 0 if there is none. A
// full stop of a script with blanks ends one only before a blank.
func sentenceEnd(s string) int {
	end := 0
	for i, r := range s {
		after := i + utf8.RuneLen(r)
		switch r {
		case '。', '！', '？', '।', '\n':
			end = after
		case '.', '!', '?', '…', '؟', '۔':
			closed := len(s) - len(strings.TrimLeft(s[after:], `"'”’»)]`))
			next, _ := utf8.DecodeRuneInString(s[closed:])
			if closed < len(s) && unicode.IsSpace(next) && !(r == '.' && isAbbreviation(s[:i])) {
				end = closed
			}
		}
	}
	return len(strings.TrimRightFunc(s[:end], unicode.IsSpace))
}

// isAbbreviation reports whether the full stop behind s may belong to its last word: one of up to three letters with a
// capital, as in "U.S.", "Mr." and "Gen.". To take a short last word for one only makes an excerpt end a sentence earlier.
func isAbbreviation(s string) bool {
	word := s[len(strings.TrimRightFunc(s, unicode.IsLetter)):]
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) && utf8.RuneCountInString(word) <= 3
}

// summaryOf returns what may be shown of an Item as plain text: nothing of a headline Source, else at most an excerpt.
func summaryOf(it news.Item, rights news.Rights) string {
	if rights == news.RightsHeadline {
		return ""
	}
	text := firstOf(news.PlainText(clean(it.Summary)), news.PlainText(clean(it.Content)), news.PlainText(clean(it.FullText)))
	prefix, whole := excerpt(text, excerptLength)
	if !whole {
		prefix += " …"
	}
	return prefix
}

// fullOf returns the HTML of an Item whose Source allows all of it, "" for any other or where there is none.
func fullOf(it news.Item, rights news.Rights) string {
	if rights != news.RightsFull {
		return ""
	}
	return firstOf(strings.TrimSpace(clean(it.FullText)), strings.TrimSpace(clean(it.Content)), strings.TrimSpace(clean(it.Summary)))
}

// fullLength is how many bytes of full texts one document carries. With its markup escaped it stays below the 5,000,000 bytes
// beyond which the W3C validator reads no document; aggregators refuse such, too. A hundred texts of 30 KiB, five thousand words
// each, fit in.
const fullLength = 3 << 20

// keepShort leaves the full text out of entries with which the document would be too long: their summaries stay, and the
// link to the whole. It goes by their order and length alone.
func keepShort(entries []entry) {
	left := fullLength
	for i := range entries {
		if n := len(entries[i].full); n > left {
			entries[i].full = ""
		} else {
			left -= n
		}
	}
}

// paragraphs writes plain text as HTML, a paragraph for each line.
func paragraphs(text string) string {
	var out strings.Builder
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out.WriteString("<p>" + html.EscapeString(l) + "</p>")
		}
	}
	return out.String()
}

// enclosuresOf returns the files that may be passed on: none of a headline Source, no pictures of a summary Source.
func enclosuresOf(it news.Item, rights news.Rights) []news.Enclosure {
	var out []news.Enclosure
	for _, e := range it.Enclosures {
		e.URL, e.Type, e.Length = webURL(e.URL), mediaType(e.Type), max(e.Length, 0)
		picture := e.Type == "" || strings.HasPrefix(e.Type, "image/")
		if e.URL == "" || rights == news.RightsHeadline || (picture && rights != news.RightsFull) {
			continue
		}
		out = append(out, e)
	}
	return out
}

// imageOf returns the address of an Item's picture where its Source allows all of it.
func imageOf(it news.Item, rights news.Rights) string {
	if rights != news.RightsFull {
		return ""
	}
	return webURL(it.Image)
}
