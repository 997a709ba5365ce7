package publish_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"wireroom/news"
	"wireroom/publish"
)

// What validators of feeds warn of, beyond what the specifications say.

// entryNodes are the only entry of an Edition in Atom and in RSS.
func entryNodes(t *testing.T, e news.Edition) (atom, rss *node) {
	t.Helper()
	return parseXML(t, render(t, e, publish.Atom)).one(t, "atom:entry"),
		parseXML(t, render(t, e, publish.RSS)).one(t, "channel").one(t, "item")
}

// Feeds of one publisher carry the same pages: a page is linked once.
func TestAPageIsLinkedOnce(t *testing.T) {
	lead := report(summaries, "a", "https://vestnik.example/a", "Talks")
	copied, other, again := lead, report(headlines, "b", "https://north.example/b", "Talks open"), report(fulls, "c", "https://north.example/b", "Talks open")
	copied.Item.ID, copied.DuplicateOf = "d", "a"
	atom, rss := entryNodes(t, editionOf(entryOf(1, lead, copied, other, again)))
	want := []string{"https://north.example/b", baseURL + "/stories/" + uuidOf(1)}
	for format, n := range map[string]*node{"atom": atom, "rss": rss} {
		var got []string
		for _, l := range n.all("atom:link") {
			if l.attrs["rel"] == "related" {
				got = append(got, l.attrs["href"])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: related are %v, want %v", format, got, want)
		}
	}
	if body := atom.one(t, "atom:summary").text; strings.Count(body, "<li>") != 3 {
		t.Errorf("the body lists the reports of all sources: %s", body)
	}
}

// In an attribute nothing can say that no markup is meant, so that a title with half a reference is left out there.
func TestLinksHaveNoHalfReferencesInTheirTitles(t *testing.T) {
	atom, rss := entryNodes(t, editionOf(entryOf(1,
		report(summaries, "a", "https://vestnik.example/a", "Markets"), report(headlines, "b", "https://north.example/b", "S&P500 falls"),
	)))
	for format, n := range map[string]*node{"atom": atom, "rss": rss} {
		for _, l := range n.all("atom:link") {
			if title := l.attrs["title"]; strings.Contains(title, "&P500") {
				t.Errorf("%s: title %q", format, title)
			}
		}
	}
}

// A title that is made of the text, since there is none, holds no markup either.
func TestATitleOfTheTextHoldsNoMarkup(t *testing.T) {
	lead := report(summaries, "a", "https://vestnik.example/a", "")
	lead.Item.Summary = "&lt;b&gt;Ships&lt;/b&gt; wait."
	atom, rss := entryNodes(t, editionOf(entryOf(1, lead)))
	for _, got := range []string{atom.one(t, "atom:title").text, rss.one(t, "title").text} {
		if got != "Ships wait." {
			t.Errorf("title %q", got)
		}
	}
}

// Only a file on a host with a domain is an enclosure to validators; others stand beside.
func TestEnclosuresAreOnHostsWithDomains(t *testing.T) {
	for address, want := range map[string]string{
		"https://files.example/a.mp3": "enclosure", "https://files.example:8443/a.mp3": "enclosure", "https://192.0.2.1/a.mp3": "enclosure",
		"https://files/a.mp3": "media:content", "https://my_files.example/a.mp3": "media:content", "https://[2001:db8::1]/a.mp3": "media:content",
	} {
		lead := report(fulls, "a", "https://institute.example/a", "Talk")
		lead.Item.Enclosures = []news.Enclosure{{URL: address, Type: "audio/mpeg"}}
		_, rss := entryNodes(t, editionOf(entryOf(1, lead)))
		if all := rss.all(want); len(all) != 1 || all[0].attrs["url"] != address {
			t.Errorf("%s: %d of %s", address, len(all), want)
		}
	}
}

// A text that was encoded twice on its way is shown as it was meant; one that only looks a little like it is left alone.
func TestWhatWasEncodedTwiceIsMended(t *testing.T) {
	for title, want := range map[string]string{
		"El rÃ©cord del BarÃ§a":           "El récord del Barça",
		"Caf\u00c3\u0089s":                "CafÉs",
		"Preis: 5\u00c2\u00a0Euro":        "Preis: 5 Euro",
		"Résumé du BarÃ§a":                "Résumé du BarÃ§a",
		"A MANHÃ\u00a0SEGUINTE":           "A MANHÃ SEGUINTE",
		"NÃO, NÃ£o":                       "NÃO, NÃ£o",
		"Ã la carte":                      "Ã la carte",
		"Der Kurs – BarÃ§a":               "Der Kurs – BarÃ§a",
		"Сырьё и BarÃ§a":                  "Сырьё и BarÃ§a",
		"\u00c3\u0083\u00c2\u00a9tude":    "\u00c3\u00a9tude",
		"Beyond \u00c3\u00a2\u00c2\u0080": "Beyond \u00e2",
	} {
		atom, _ := entryNodes(t, editionOf(entryOf(1, report(summaries, "a", "https://vestnik.example/a", title))))
		if got := atom.one(t, "atom:title").text; got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

// An outline's head has what every program that reads OPML knows, and each feed a text, a title and an address.
func TestOutlinesHaveWhatValidatorsKnow(t *testing.T) {
	known := []string{"text", "title", "type", "xmlUrl", "htmlUrl", "language"}
	topics, err := publish.TopicsOPML(publish.Site{BaseURL: baseURL}, []news.TopicState{{Topic: news.Topic{Slug: "s", Title: "S"}, Updated: at("2026-01-05T09:00:00Z")}})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := publish.SourcesOPML([]news.SourceStatus{{Source: summaries}})
	if err != nil {
		t.Fatal(err)
	}
	for name, doc := range map[string][]byte{"topics": topics, "sources": sources} {
		var list struct {
			Head struct {
				Any []struct{ XMLName xml.Name } `xml:",any"`
			} `xml:"head"`
			Outlines []struct {
				Attrs []xml.Attr `xml:",any,attr"`
			} `xml:"body>outline"`
		}
		if err := xml.Unmarshal(doc, &list); err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Head.Any {
			if !slices.Contains([]string{"title", "dateModified"}, e.XMLName.Local) {
				t.Errorf("%s: <%s> in the head", name, e.XMLName.Local)
			}
		}
		for _, o := range list.Outlines {
			got := make(map[string]string)
			for _, a := range o.Attrs {
				got[a.Name.Local] = a.Value
				if !slices.Contains(known, a.Name.Local) {
					t.Errorf("%s: attribute %s", name, a.Name.Local)
				}
			}
			if got["text"] == "" || got["title"] == "" || got["type"] != "rss" || got["xmlUrl"] == "" {
				t.Errorf("%s: an outline of %v", name, got)
			}
		}
	}
}
