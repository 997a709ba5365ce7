package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

type evalDuplicates struct {
	Synth string `help:"The texts, JSON lines as for eval stories." required:"" type:"path" placeholder:"FILE"`
	Seed  uint64 `help:"Of the edits." default:"1"`
	JSON  bool   `help:"Print JSON." name:"json"`
}

// A text is edited if it has textWords, and the edit counts if it keeps editedWords: fewer are not enough to be known by, and
// the engine leaves them alone.
const (
	textWords   = 100
	editedWords = 20
)

// An edit is what another outlet may do to a text before it prints it.
type edit struct {
	Name  string `json:"edit"`
	apply func(text string, r *rand.Rand) string

	Made  int     `json:"made"`
	Found int     `json:"found"`
	Wrong int     `json:"wrong"` // taken for a copy of another text
	Share float64 `json:"recall"`
}

// edits are those that the text alone has to be known under.
func edits() []*edit {
	return []*edit{
		{Name: "boilerplate after", apply: func(text string, r *rand.Rand) string { return text + " " + boilerplate(r) }},
		{Name: "boilerplate before", apply: func(text string, r *rand.Rand) string { return boilerplate(r) + " " + text }},
		{Name: "5 % of words", apply: changeWords(.05)},
		{Name: "10 % of words", apply: changeWords(.10)},
		{Name: "cut to 50 %", apply: cutTo(.5)},
		{Name: "cut to 20 %", apply: cutTo(.2)},
		{Name: "sentences dropped", apply: dropSentences},
	}
}

// Run makes copies of texts by seeded edits, and prints how many of each kind are recognised and how many texts are
// taken for a copy of what they are not.
func (cmd evalDuplicates) Run(env *environment) error {
	lines, err := readLabelled(cmd.Synth)
	if err != nil {
		return err
	}
	t := newDuplicateTrial(lines)
	all := edits()
	for _, e := range all {
		t.try(e, rand.New(rand.NewPCG(cmd.Seed, uint64(len(e.Name)))))
	}
	all = append(all, t.tracking(), t.churn())
	for _, e := range all {
		e.Share = ratio(float64(e.Found), float64(e.Made))
	}
	if cmd.JSON {
		return json.NewEncoder(env.stdout).Encode(struct {
			Items       int     `json:"items"`
			FalseMerges int     `json:"false_merges"`
			Edits       []*edit `json:"edits"`
		}{len(t.lines), t.falseMerges(all), all})
	}
	fmt.Fprintln(env.stdout, "edit                made   found  wrong  recall")
	for _, e := range all {
		fmt.Fprintf(env.stdout, "%-18s  %5d  %5d  %5d  %.4f\n", e.Name, e.Made, e.Found, e.Wrong, e.Share)
	}
	_, err = fmt.Fprintf(env.stdout, "%d texts, %d false merges\n", len(t.lines), t.falseMerges(all))
	return err
}

// A duplicateTrial is an engine that knows all the texts, each from a source of its own.
type duplicateTrial struct {
	lines     []labelled
	engine    *cluster.Engine
	originals map[news.Key]news.Original
	of        map[int64]int // line by ref, edits included
	copies    map[int]bool  // lines that are copies already, which are not edited
	wrong     int           // texts taken for a copy of one that reports another event
}

func newDuplicateTrial(lines []labelled) *duplicateTrial {
	t := &duplicateTrial{lines: lines, engine: cluster.New(cluster.Join), originals: make(map[news.Key]news.Original), of: make(map[int64]int), copies: make(map[int]bool)}
	for i := range lines {
		p := t.place(i, lines[i].text(), address(lines, i))
		t.copies[i] = p.DuplicateOf != 0
		if t.copies[i] && lines[t.of[p.DuplicateOf]].event() != lines[i].event() {
			t.wrong++
		}
	}
	return t
}

// address is the URL of a line; an invented one where it has none.
func address(lines []labelled, i int) string {
	if lines[i].URL != "" {
		return lines[i].URL
	}
	return fmt.Sprintf("https://example.org/item/%d", i)
}

func (t *duplicateTrial) place(i int, text, url string) cluster.Placement {
	ref := int64(len(t.of) + 1)
	t.of[ref] = i
	return t.engine.Sort(cluster.NewCandidate(cluster.Report{Ref: ref, Story: ref, Source: fmt.Sprint(ref),
		Title: t.lines[i].Title, Text: text}, url), t.originals)
}

// try edits every text that is long enough.
func (t *duplicateTrial) try(e *edit, r *rand.Rand) {
	for i := range t.lines {
		text := t.lines[i].text()
		if t.copies[i] || wordCount(text) < textWords {
			continue
		}
		if edited := e.apply(text, r); wordCount(edited) >= editedWords {
			t.count(e, i, t.place(i, edited, ""))
		}
	}
}

// wordCount counts words; a mark that stands by itself is none.
func wordCount(text string) int {
	return len(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

func (t *duplicateTrial) count(e *edit, i int, p cluster.Placement) {
	e.Made++
	switch {
	case p.DuplicateOf == 0:
	case t.of[p.DuplicateOf] == i || t.lines[t.of[p.DuplicateOf]].event() == t.lines[i].event():
		e.Found++
	default:
		e.Wrong++
	}
}

// tracking sends every page again with other parameters in its URL, and nothing of its text.
func (t *duplicateTrial) tracking() *edit {
	e := &edit{Name: "tracking"}
	for i := range t.lines {
		if t.copies[i] {
			continue
		}
		url := address(t.lines, i)
		mark := "?"
		if strings.Contains(url, "?") {
			mark = "&"
		}
		t.count(e, i, t.place(i, "", url+mark+"utm_source=rss&utm_medium=feed"))
	}
	return e
}

// churn gives every item a new GUID at the same URL, as some publishers do at every visit. It is the same item by its keys.
func (t *duplicateTrial) churn() *edit {
	e := &edit{Name: "guid churn"}
	for i := range t.lines {
		canonical := news.CanonicalURL(address(t.lines, i))
		before := news.ItemKeys(fmt.Sprint("guid-", i), canonical, t.lines[i].Title, "")
		after := news.ItemKeys(fmt.Sprint("guid-", i, "-again"), canonical, t.lines[i].Title, "")
		e.Made++
		if slices.ContainsFunc(after, func(k news.Key) bool { return slices.Contains(before, k) }) {
			e.Found++
		}
	}
	return e
}

func (t *duplicateTrial) falseMerges(all []*edit) int {
	n := t.wrong
	for _, e := range all {
		n += e.Wrong
	}
	return n
}

// boilerplate is what outlets put around a text: thirty words out of a few dozen.
func boilerplate(r *rand.Rand) string {
	words := strings.Fields(`read the full story at our site subscribe to the newsletter for more news like this follow us share
		this with friends all rights reserved sign up here for updates and support independent reporting with your gift today`)
	var out []string
	for range 30 {
		out = append(out, words[r.IntN(len(words))])
	}
	return strings.Join(out, " ")
}

// changeWords puts other words of the text in the place of a share of its words.
func changeWords(share float64) func(string, *rand.Rand) string {
	return func(text string, r *rand.Rand) string {
		words := strings.Fields(text)
		for i := range words {
			if r.Float64() < share {
				words[i] = words[r.IntN(len(words))]
			}
		}
		return strings.Join(words, " ")
	}
}

func cutTo(share float64) func(string, *rand.Rand) string {
	return func(text string, _ *rand.Rand) string {
		words := strings.Fields(text)
		return strings.Join(words[:int(share*float64(len(words)))], " ")
	}
}

// dropSentences leaves out every fourth sentence or so.
func dropSentences(text string, r *rand.Rand) string {
	kept := slices.DeleteFunc(strings.SplitAfter(text, ". "), func(string) bool { return r.IntN(4) == 0 })
	return strings.Join(kept, "")
}
