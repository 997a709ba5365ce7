package publish_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
	"wireroom/publish"
)

// countryEdition is the head of a country's Topic.
func countryEdition() news.Edition {
	e := richEdition()
	e.Topic, e.TopicID = news.Topic{Slug: "country:ua", Title: "Ukraine", Rule: news.Rule{About: []string{"UA"}}}, uuidOf(253)
	e.Entries, e.Pages = e.Entries[:1], 0
	e.Siblings = map[string][]news.TopicName{uuidOf(5): {{Slug: "strait", Title: "The Strait"}}}
	return e
}

func TestCountriesHaveFeeds(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition(), countryEdition()))
	h := s.Handler()
	var feed struct {
		FeedURL string `json:"feed_url"`
		Home    string `json:"home_page_url"`
		Items   []struct {
			Tags     []string
			Wireroom struct{ Countries []string } `json:"_wireroom"`
		}
	}
	w := get(h, "/countries/ua.json")
	if err := json.Unmarshal(w.Body.Bytes(), &feed); err != nil || w.Code != http.StatusOK {
		t.Fatalf("GET /countries/ua.json: status %d, %v", w.Code, err)
	}
	if feed.FeedURL != baseURL+"/countries/ua.json" || feed.Home != baseURL+"/countries/ua" {
		t.Errorf("got addresses %s and %s, want those under /countries", feed.FeedURL, feed.Home)
	}
	if diff := cmp.Diff([]string{"The Strait", "Ukraine", "Kosovo", "Sécurité", "a <tag>"}, feed.Items[0].Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	for _, format := range publish.Formats {
		w := get(h, "/countries/ua."+string(format))
		if w.Header().Get("ETag") == "" || !strings.HasPrefix(w.Header().Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: got headers %v, want an ETag and a Cache-Control", format, w.Header())
		}
		if again := get(h, "/countries/ua."+string(format), "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s asked again: status %d, want 304", format, again.Code)
		}
	}
}

func TestCountriesAreCategoriesWithAPlace(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	for path, want := range map[string][]string{
		"/topics/strait.atom": {`<category term="UA" scheme="urn:iso:std:iso:3166" label="Ukraine">`, `<georss:point>49 32</georss:point>`, `xmlns:georss="http://www.georss.org/georss"`},
		"/topics/strait.rss":  {`<category domain="urn:iso:std:iso:3166">XK</category>`, `<georss:point>49 32</georss:point>`},
		"/topics/strait.json": {`"countries": [`, `"Ukraine"`},
		"/topics/strait":      {`<a href="/countries/ua">Ukraine</a>`},
	} {
		body := get(s.Handler(), path).Body.String()
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s: has no %s", path, part)
			}
		}
	}
	empty, _ := newServer(t, newFakeStore(emptyEdition()))
	if body := get(empty.Handler(), "/topics/quiet.atom").Body.String(); strings.Contains(body, "georss") {
		t.Error("a feed without places declares their namespace")
	}
}

func TestCountriesHaveOneAddress(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition(), countryEdition()))
	w := get(s.Handler(), "/countries/UA.atom")
	if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/countries/ua.atom" {
		t.Errorf("GET /countries/UA.atom: status %d to %q, want 308 to /countries/ua.atom", w.Code, w.Header().Get("Location"))
	}
}

// TestCountriesStayOutOfTheTopics holds that the lists of topics are those of the configuration.
func TestCountriesStayOutOfTheTopics(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition(), countryEdition()))
	for _, path := range []string{"/", "/opml.xml", "/subscribe"} {
		if strings.Contains(get(s.Handler(), path).Body.String(), "/countries/ua") {
			t.Errorf("%s lists a country", path)
		}
	}
	for path, want := range map[string]string{
		"/countries":      `<a href="/countries/ua">Ukraine</a>`,
		"/countries.opml": baseURL + "/countries/ua.atom",
	} {
		if !strings.Contains(get(s.Handler(), path).Body.String(), want) {
			t.Errorf("%s has no %s", path, want)
		}
	}
}

// TestStoryPageNamesCountries holds that decisions on countries are told by names, and not by codes.
func TestStoryPageNamesCountries(t *testing.T) {
	store := newFakeStore(richEdition())
	record := storyRecord()
	record.Decisions = []news.Decision{
		{Topic: "country:ml", In: true, Score: 6, MinScore: 4, Verdict: news.VerdictScore},
		{Topic: "strait", Score: 9, MinScore: 5, Verdict: news.VerdictAbout, Detail: "UA, RU"},
	}
	store.stories[uuidOf(1)] = record
	s, _ := newServer(t, store)
	body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String()
	for _, want := range []string{`<th scope="row">Countries: Mali</th>`, "(Ukraine, Russia)"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "country:") {
		t.Error("the page shows the slug of a country")
	}
}
