package news_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"wireroom/news"
)

func TestPlainText(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"no markup":               {"  one \n two ", "one\ntwo"},
		"inline":                  {"a <b>b</b>c", "a bc"},
		"blocks":                  {"<p>one</p><p>two</p>", "one\ntwo"},
		"line ends are blanks":    {"<p>one\ntwo\r\nthree</p>", "one two three"},
		"break":                   {"one<br>two<BR/>three", "one\ntwo\nthree"},
		"entities, once":          {"a &amp; b &lt;i&gt; &amp;amp; &#8217;&nbsp;x", "a & b <i> &amp; ’ x"},
		"less than":               {"1 < 2 & 3 > 2", "1 < 2 & 3 > 2"},
		"quoted greater":          {`x <a title="a > b" href='>'>y</a> z`, "x y z"},
		"apostrophe in a tag":     {`<p data-x=it's>y</p>`, "y"},
		"script":                  {"a<script>if (1 < 2) { x = '</p>' }</script>b", "ab"},
		"script in capitals":      {"a<SCRIPT>x</Script >b", "ab"},
		"script without end":      {"a<script>x", "a"},
		"style":                   {"<style>p { color: red }</style>b", "b"},
		"comment":                 {"a<!-- <p> -- > -->b", "ab"},
		"comment without end":     {"a<!-- b", "a"},
		"instruction and doctype": {"<?xml version='1.0'?><!DOCTYPE html>b", "b"},
		"cut tag":                 {"a <a href=", "a"},
		"cut in a value":          {`a <a href="x`, "a"},
		"unknown element":         {"a<foo-bar>b</foo-bar>", "ab"},
		"list":                    {"<ul><li>1</li><li>2</li></ul>", "1\n2"},
		"other spaces":            {"a\u00a0\u2003b\u0085c", "a b c"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := news.PlainText(test.in); got != test.want {
				t.Errorf("PlainText(%q): got %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzPlainText(f *testing.F) {
	f.Add("a <p title='x>'>b</p> &amp; <script>c</script>")
	f.Add("<<a>>&lt;&#0;<!---->\xff")
	f.Fuzz(func(t *testing.T, in string) {
		got := news.PlainText(in)
		if utf8.ValidString(in) && !utf8.ValidString(got) {
			t.Errorf("PlainText(%q): got %q, which is no UTF-8", in, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("PlainText(%q): got %q, which is not folded", in, got)
		}
	})
}

func BenchmarkPlainText(b *testing.B) {
	in := strings.Repeat(`<p>The ministers met <a href="https://x.example/?a=1&amp;b=2" rel="nofollow">again</a> &amp; again.</p>`, 20)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		news.PlainText(in)
	}
}

func TestCut(t *testing.T) {
	for name, test := range map[string]struct {
		in   string
		n    int
		want string
	}{
		"short":              {"one two", 7, "one two"},
		"at a word":          {"one two three", 9, "one two…"},
		"no marks before it": {"one two, three", 9, "one two…"},
		"one long word":      {"onetwothree", 4, "onet…"},
		"runes, not bytes":   {"ёжик в тумане", 8, "ёжик в…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := news.Cut(test.in, test.n); got != test.want {
				t.Errorf("Cut(%q, %d): got %q, want %q", test.in, test.n, got, test.want)
			}
		})
	}
}

func TestSplitLead(t *testing.T) {
	long := strings.Repeat("слово ", 100)
	lead, body := news.SplitLead(long)
	if lead+body != long || utf8.RuneCountInString(lead) > news.LeadLength || !strings.HasPrefix(body, " ") {
		t.Errorf("SplitLead: got lead of %d characters, body %q…", utf8.RuneCountInString(lead), body[:10])
	}
	if lead, body := news.SplitLead("short"); lead != "short" || body != "" {
		t.Errorf("SplitLead(short): got %q, %q", lead, body)
	}
}
