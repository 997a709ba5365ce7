package parse_test

import (
	"strings"
	"testing"

	"wireroom/aggregator/parse"
)

func TestRobots(t *testing.T) {
	const ours = "User-agent: wireroom\n"
	for name, test := range map[string]struct {
		file, path string
		want       bool
	}{
		"nothing":                  {"", "/a", true},
		"all forbidden":            {"User-agent: *\nDisallow: /", "/a", false},
		"an empty rule":            {"User-agent: *\nDisallow:", "/a", true},
		"another crawler's":        {"User-agent: other\nDisallow: /", "/a", true},
		"ours, not that for all":   {"User-agent: *\nDisallow: /\n" + ours + "Disallow: /b", "/a", true},
		"ours in any case":         {"USER-AGENT: WireRoom/2.0\ndisallow: /a", "/a", false},
		"a longer name":            {"User-agent: wireroom-images\nDisallow: /", "/a", true},
		"two names, one group":     {"User-agent: other\n" + ours + "Disallow: /a", "/a", false},
		"ours in two groups":       {ours + "Disallow: /a\nUser-agent: other\nDisallow: /\n" + ours + "Disallow: /b", "/b", false},
		"the longer rule":          {ours + "Disallow: /\nAllow: /news/", "/news/1", true},
		"the longer rule forbids":  {ours + "Allow: /news\nDisallow: /news/private", "/news/private/1", false},
		"equal rules":              {ours + "Disallow: /a\nAllow: /a", "/a", true},
		"only from the beginning":  {ours + "Disallow: /a*b", "/x/a1b", true},
		"a wildcard":               {ours + "Disallow: /*/print", "/news/1/print?x", false},
		"a wildcard for nothing":   {ours + "Disallow: /a**b", "/ab", false},
		"the end":                  {ours + "Disallow: /*.pdf$", "/a.pdf", false},
		"not the end":              {ours + "Disallow: /*.pdf$", "/a.pdf?x", true},
		"the end, twice there":     {ours + "Disallow: /*ab$", "/ab-ab", false},
		"a whole path":             {ours + "Disallow: /a$", "/ab", true},
		"overlapping parts":        {ours + "Disallow: /ab*ba$", "/aba", true},
		"the query":                {ours + "Disallow: /*?print", "/a?print", false},
		"a comment":                {ours + "Disallow: /a # but not\n# Disallow: /b", "/a", false},
		"lines of an old machine":  {"User-agent: *\rDisallow: /a\r", "/a", false},
		"a mark at the beginning":  {"\ufeffUser-agent: *\nDisallow: /a", "/a", false},
		"a line that is none":      {"<html>\nUser-agent: *\nnonsense\nDisallow: /a\nCrawl-delay: soon", "/a", false},
		"rules before a name":      {"Disallow: /\nUser-agent: *\nDisallow: /b", "/a", true},
		"a sitemap between":        {"User-agent: *\nSitemap: https://x.example/s\nDisallow: /a", "/a", false},
		"robots.txt itself":        {"User-agent: *\nDisallow: /", "/robots.txt", true},
		"escaped without need":     {ours + "Disallow: /p%63t/%7Ea", "/pct/~a", false},
		"escaped in small letters": {ours + "Disallow: /%c3%a9", "/%C3%A9t%C3%A9", false},
		"not escaped at all":       {ours + "Disallow: /été", "/%C3%A9t%C3%A9", false},
		"escaped with need":        {ours + "Disallow: /a%2Fb", "/a/b", true},
		"an escaped wildcard":      {ours + "Disallow: /%2A/b", "/a/b", true},
		"half an escape":           {ours + "Disallow: /100%", "/100%25", false},
		"half another escape":      {ours + "Disallow: /100%", "/100%20", true},
		"a name after empty rules": {"User-agent: *\nDisallow:\n\n" + ours + "Disallow: /", "/a", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := parse.ParseRobots([]byte(test.file), "wireroom/1.0 (+https://x.example)").Allows(test.path); got != test.want {
				t.Errorf("%q allows %s: %v, want %v", test.file, test.path, got, test.want)
			}
		})
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /*?", "/a1b")
	f.Fuzz(func(t *testing.T, file, path string) {
		parse.ParseRobots([]byte(file), "wireroom").Allows(path)
		if !strings.Contains(strings.ToLower(file), "disallow") && !parse.ParseRobots([]byte(file), "wireroom").Allows(path) {
			t.Errorf("%q forbids %q without saying so", file, path)
		}
	})
}
