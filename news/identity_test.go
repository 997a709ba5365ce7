package news_test

import (
	"testing"
	"time"

	"wireroom/news"
)

func TestCanonicalURL(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"plain":                 {"https://example.org/a/b", "https://example.org/a/b"},
		"scheme, www, case":     {"HTTP://WWW.Example.ORG/A", "https://example.org/A"},
		"default ports":         {"http://example.org:80/a", "https://example.org/a"},
		"other port":            {"http://example.org:8080/a", "https://example.org:8080/a"},
		"fragment":              {"https://example.org/a#0", "https://example.org/a"},
		"final slash":           {"https://example.org/a/", "https://example.org/a"},
		"dot segments":          {"https://example.org/a/./b/../c", "https://example.org/a/c"},
		"tracking":              {"https://example.org/a?utm_source=rss&id=7&fbclid=x&at_medium=RSS", "https://example.org/a?id=7"},
		"a session":             {"https://example.org/a;jsessionid=1F.node2?id=7&PHPSESSID=9", "https://example.org/a?id=7"},
		"two, with slashes":     {"https://example.org/a/;jsessionid=1/;JSESSIONID=2/", "https://example.org/a"},
		"a page behind one":     {"https://example.org/a;jsessionid=1/b", "https://example.org/a;jsessionid=1/b"},
		"a session of a house":  {"https://parliament.example/debates?session_id=12", "https://parliament.example/debates?session_id=12"},
		"order of parameters":   {"https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"},
		"escapes are kept":      {"https://example.org/a%2Fb?q=%C3%A9", "https://example.org/a%2Fb?q=%C3%A9"},
		"international name":    {"https://bücher.example/x", "https://xn--bcher-kva.example/x"},
		"ipv6":                  {"http://[::1]:81/x", "https://[::1]:81/x"},
		"a front page":          {"https://example.org/", ""},
		"front page and number": {"https://example.org/?p=12", "https://example.org?p=12"},
		"no web page":           {"mailto:a@example.org", ""},
		"relative":              {"/a/b", ""},
		"rubbish":               {"http://%zz", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := news.CanonicalURL(test.in)
			if got != test.want {
				t.Errorf("CanonicalURL(%q): got %q, want %q", test.in, got, test.want)
			}
			if again := news.CanonicalURL(got); again != got {
				t.Errorf("CanonicalURL(%q): got %q, want itself", got, again)
			}
		})
	}
}

func FuzzCanonicalURL(f *testing.F) {
	for _, seed := range []string{"https://www.example.org/a/../b?utm_x=1&b=2#c", "http://[::1]/%2e%2e//", "https://www.www.example./", "http://a.example/b;jsessionid=c/;jsessionid=d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := news.CanonicalURL(in)
		if again := news.CanonicalURL(got); again != got {
			t.Errorf("CanonicalURL(%q): got %q, and of that %q", in, got, again)
		}
	})
}

// The ids that were published once are published for ever: these values never change.
func TestIDsNeverChange(t *testing.T) {
	key := news.ItemKeys("tag:example.org,2026:1", "https://example.org/a", "", "")[0]
	for name, test := range map[string]struct{ got, want string }{
		"item":        {news.ItemID("example", key, 0), "29d2eb67-fa38-5b33-8b5a-d429b11ec439"},
		"item, again": {news.ItemID("example", key, 1), "1dbc07f8-2f8c-5473-9c78-b403901dddd5"},
		"story":       {news.StoryID("29d2eb67-fa38-5b33-8b5a-d429b11ec439", 0), "cc4388b5-ff49-56d1-a665-77a0686a542a"},
		"topic":       {news.TopicID("ukraine-war", 0), "315641cd-395c-5e0f-968b-8115594dc4ff"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", name, test.got, test.want)
		}
	}
}

func TestItemKeys(t *testing.T) {
	if got := news.ItemKeys("g", "u", "t", "x"); len(got) != 2 || got[0] != news.KeyOf("guid", "g") || got[1] != news.KeyOf("url", "u") {
		t.Errorf("with guid and url: got %v", got)
	}
	if got := news.ItemKeys("", "", "t", "x"); len(got) != 1 {
		t.Errorf("with text alone: got %v, want one key", got)
	}
	if news.FingerprintOf("ab", "c") == news.FingerprintOf("a", "bc") {
		t.Error("parts of a fingerprint run into each other")
	}
}

func TestBelievable(t *testing.T) {
	seen := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct{ stated, want time.Time }{
		"none":          {time.Time{}, seen},
		"in the past":   {seen.Add(-time.Hour), seen.Add(-time.Hour)},
		"in the future": {seen.Add(time.Hour), seen},
		"before 1990":   {time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), seen},
		"another zone":  {seen.Add(-time.Hour).In(time.FixedZone("X", 7200)), seen.Add(-time.Hour)},
	} {
		if got := news.Believable(test.stated, seen); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestWithoutCredentials(t *testing.T) {
	for in, want := range map[string]string{
		"https://u:p@example.org/a":   "https://example.org/a",
		"https://example.org/a@b":     "https://example.org/a@b",
		"https://u:p%zz@example.org/": "https://example.org/",
		"no url":                      "no%20url",
	} {
		if got := news.WithoutCredentials(in); got != want {
			t.Errorf("WithoutCredentials(%q): got %q, want %q", in, got, want)
		}
	}
}
