package news

import (
	"cmp"
	"slices"
)

// A Passage is a piece of a text, marked or not.
type Passage struct {
	Text   string
	Marked bool
}

// Marks cuts a text at spans of it, which may overlap and come in any order. What lies outside the text is left out. The
// passages make up the text; marks that touch or overlap are one.
func Marks(text string, spans []Span) []Passage {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	var out []Passage
	at := 0
	add := func(end int, marked bool) {
		if end <= at {
			return
		}
		if n := len(out); n > 0 && out[n-1].Marked == marked {
			out[n-1].Text += text[at:end]
		} else {
			out = append(out, Passage{text[at:end], marked})
		}
		at = end
	}
	for _, s := range spans {
		if s.Start < 0 || s.End > len(text) || s.End <= s.Start {
			continue
		}
		add(s.Start, false)
		add(s.End, true)
	}
	add(len(text), false)
	return out
}

// SpansOf parts the spans of Decisions into those of an Item's title and those of its text, where they count from its
// beginning.
func SpansOf(text string, decisions []Decision) (title, body []Span) {
	lead, _ := SplitLead(text)
	for _, d := range decisions {
		for _, s := range d.Spans {
			switch s.Place {
			case PlaceTitle:
				title = append(title, s)
				continue
			case PlaceSection:
				continue
			case PlaceBody:
				s.Start, s.End = s.Start+len(lead), s.End+len(lead)
			}
			body = append(body, s)
		}
	}
	return title, body
}
