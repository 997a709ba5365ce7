package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	//go:embed grammar.txt
	grammarText string
	//go:embed theatres.txt
	theatresText string
	//go:embed words.txt
	wordsText string
)

// grammar writes sentences: productions by symbol, and words by form. It is immutable once loaded.
type grammar struct {
	productions map[string][][]token
	words       map[string][]string
}

// token is a piece of a production: literal text, or the name of a symbol.
type token struct {
	text   string
	symbol bool
}

func loadGrammar() (*grammar, error) {
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	g := &grammar{productions: map[string][][]token{}, words: words}
	for line := range dataLines(grammarText) {
		name, production, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("grammar line %q: write `symbol: production`", line)
		}
		g.productions[name] = append(g.productions[name], tokens(production))
	}
	return g, nil
}

// tokens splits a production at its $names.
func tokens(production string) []token {
	var list []token
	for production != "" {
		before, after, found := strings.Cut(production, "$")
		if before != "" {
			list = append(list, token{text: before})
		}
		if !found {
			break
		}
		end := strings.IndexFunc(after, func(r rune) bool { return !unicode.IsLower(r) && !unicode.IsDigit(r) })
		if end < 0 {
			end = len(after)
		}
		list = append(list, token{text: after[:end], symbol: true})
		production = after[end:]
	}
	return list
}

// write expands a symbol about an event. An unknown symbol is written as its name, which a test looks for.
func (g *grammar) write(b *strings.Builder, r *rand.Rand, e event, symbol string) {
	if fact, ok := e.facts[symbol]; ok {
		b.WriteString(fact)
		return
	}
	if words, ok := g.words[symbol]; ok {
		b.WriteString(words[rank(r, len(words))])
		return
	}
	all, ok := g.productions[symbol]
	if !ok {
		b.WriteString("$" + symbol)
		return
	}
	for _, t := range all[r.IntN(len(all))] {
		if t.symbol {
			g.write(b, r, e, t.text)
		} else {
			b.WriteString(t.text)
		}
	}
}

// rank draws a place in a list of n words: the first tenth is drawn about a third of the time, as common words are.
func rank(r *rand.Rand, n int) int {
	x := r.Float64()
	return int(x * x * float64(n))
}

// say expands a symbol to text with a capital first letter.
func (g *grammar) say(r *rand.Rand, e event, symbol string) string {
	var b strings.Builder
	g.write(&b, r, e, symbol)
	s := b.String()
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// paragraph is a few sentences of one symbol each.
func (g *grammar) paragraph(r *rand.Rand, e event, sentences int) string {
	parts := make([]string, sentences)
	for i := range parts {
		parts[i] = g.say(r, e, "sentence")
	}
	return strings.Join(parts, " ")
}

// loadWords reads the vocabulary and derives the forms that the grammar names: nouns, verbs, verbed, verbing, adv.
// The words of a kind are shuffled by a fixed seed, so that frequency does not follow the alphabet.
func loadWords() (map[string][]string, error) {
	words := map[string][]string{}
	for line := range dataLines(wordsText) {
		kind, list, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("words line %.40q: write `kind: words`", line)
		}
		words[kind] = append(words[kind], strings.Fields(list)...)
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, kind := range []string{"noun", "verb", "adj"} {
		list := words[kind]
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	words["nouns"] = derive(words["noun"], withS)
	words["verbs"] = derive(words["verb"], withS)
	words["verbed"] = derive(words["verb"], func(w string) string { return suffix(w, "ed") })
	words["verbing"] = derive(words["verb"], func(w string) string { return suffix(w, "ing") })
	words["adv"] = derive(words["adj"], adverb)
	return words, nil
}

func derive(words []string, form func(string) string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = form(w)
	}
	return out
}

// withS is the plural of a regular noun, or the third person of a regular verb.
func withS(w string) string {
	switch {
	case consonantY(w):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

// suffix adds ed or ing to a regular verb. Consonants are not doubled.
func suffix(w, end string) string {
	switch {
	case strings.HasSuffix(w, "e"):
		return w[:len(w)-1] + end
	case end == "ed" && consonantY(w):
		return w[:len(w)-1] + "ied"
	}
	return w + end
}

func adverb(w string) string {
	switch {
	case strings.HasSuffix(w, "ic"):
		return w + "ally"
	case strings.HasSuffix(w, "ble"):
		return w[:len(w)-1] + "y"
	case consonantY(w):
		return w[:len(w)-1] + "ily"
	}
	return w + "ly"
}

func consonantY(w string) bool {
	return len(w) > 2 && strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[len(w)-2]))
}

// loadTheatres reads the theatres: name, countries, offices, key nouns and key adjectives, at least two of each.
func loadTheatres() ([]theatre, error) {
	var all []theatre
	for line := range dataLines(theatresText) {
		f := strings.Split(line, " | ")
		if len(f) != 5 {
			return nil, fmt.Errorf("theatre %q has %d fields: write five", f[0], len(f))
		}
		lists := make([][]string, 4)
		for i := range lists {
			lists[i] = strings.Split(f[i+1], ",")
			if len(lists[i]) < 2 {
				return nil, fmt.Errorf("theatre %q, field %d: write at least two", f[0], i+2)
			}
		}
		all = append(all, theatre{name: f[0], countries: lists[0], offices: lists[1], keys: lists[2], adjectives: lists[3]})
	}
	return all, nil
}

// dataLines yields the lines of an embedded file that are neither empty nor comments.
func dataLines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
			line := s.Text()
			if line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}
