package parse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/parse"
)

func TestDiscover(t *testing.T) {
	link := func(attributes string) string { return "<link " + attributes + ">" }
	rss := parse.FeedLink{URL: "https://ministry.example/rss", Type: "application/rss+xml"}
	for name, test := range map[string]struct {
		page string
		want []parse.FeedLink
	}{
		"three kinds": {
			link(`rel="alternate" type="application/rss+xml" title="News &amp; more" href="/rss"`) +
				link(`type=APPLICATION/ATOM+XML;charset=utf-8 href=atom.xml rel="ALTERNATE home"`) +
				link(`rel=alternate type=application/feed+json href=https://feeds.example/j`),
			[]parse.FeedLink{
				{URL: "https://ministry.example/rss", Type: "application/rss+xml", Title: "News & more"},
				{URL: "https://ministry.example/press/atom.xml", Type: "application/atom+xml"},
				{URL: "https://feeds.example/j", Type: "application/feed+json"},
			},
		},
		"twice":           {strings.Repeat(link(`rel=alternate type=application/rss+xml href=/rss`), 2), []parse.FeedLink{rss}},
		"after a base":    {`<base href="https://www.ministry.example/a/">` + link(`rel=alternate type=application/rss+xml href=b`), []parse.FeedLink{{URL: "https://www.ministry.example/a/b", Type: "application/rss+xml"}}},
		"in the body":     {"</head><body><p>x" + link(`rel=alternate type=application/rss+xml href=/rss`), []parse.FeedLink{rss}},
		"another page":    {link(`rel=alternate hreflang=fr type=text/html href=/fr`), nil},
		"a program's":     {link(`rel=alternate type=application/json href=/wp-json/`), nil},
		"a style":         {link(`rel=stylesheet type=application/rss+xml href=/rss`), nil},
		"no address":      {link(`rel=alternate type=application/rss+xml href=" "`), nil},
		"no web":          {link(`rel=alternate type=application/rss+xml href="feed://x/y"`), nil},
		"in a comment":    {"<!--" + link(`rel=alternate type=application/rss+xml href=/rss`) + "-->", nil},
		"in a script":     {"<script>'" + link(`rel=alternate type=application/rss+xml href=/rss`) + "'</script>", nil},
		"an empty answer": {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, parse.Discover([]byte(test.page), "text/html", pageURL)); diff != "" {
				t.Errorf("feeds (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPageIsNoFeedButOffersSome(t *testing.T) {
	var links strings.Builder
	for i := range 7 {
		fmt.Fprintf(&links, `<link rel="alternate" type="application/rss+xml" href="/rss/%d">`, i)
	}
	_, err := parse.Parse([]byte("<html><head><title>Press</title>"+links.String()), "text/html", pageURL)
	var not *parse.NotAFeedError
	if !errors.As(err, &not) || len(not.Feeds) != 7 {
		t.Fatalf("got %v, want a NotAFeedError with 7 feeds", err)
	}
	want := `not a feed but an HTML page titled "Press"; it offers these feeds: https://ministry.example/rss/0, ` +
		`https://ministry.example/rss/1, https://ministry.example/rss/2, https://ministry.example/rss/3, ` +
		`https://ministry.example/rss/4 and 2 more: give the source one of these as its URL`
	if diff := cmp.Diff(want, not.Error()); diff != "" {
		t.Errorf("the error (-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), "lang=en") {
		t.Errorf("the error shows a query, where keys stand: %v", err)
	}
}
