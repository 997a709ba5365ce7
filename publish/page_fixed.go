package publish

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"wireroom/news"
)

// aboutView is the page that the User-Agent points to. Without a Contact it says that there is none.
type aboutView struct {
	Contact, ContactLink, UserAgent string
}

func (s *Server) aboutPage(w http.ResponseWriter, r *http.Request) error {
	v := aboutView{UserAgent: "wireroom/" + firstOf(s.pages.version, "VERSION")}
	v.Contact, v.ContactLink = s.site.contact()
	return s.page(w, r, "about", pageView{
		Title: "About · Wireroom", Description: "Who runs this, and whom to write to.", Path: "/about", Main: v,
	})
}

func (s *Server) subscribePage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.catalog.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	return s.page(w, r, "subscribe", pageView{
		Title: "Subscribe · Wireroom", Description: "How to follow a topic in a feed reader.", Path: "/subscribe", Main: list.live(),
	})
}

// reader is a feed reader that takes an address from a link.
type reader struct {
	Name string
	Link template.URL
}

// readersOf lists readers that many people use, each with the link that adds a feed to it; the first is whatever program the
// reader's own device has for feeds. Only who follows one tells its maker anything.
func readersOf(feed string) []reader {
	address := url.QueryEscape(feed)
	return []reader{
		{"A program on this device", template.URL("feed:" + feed)},
		{"Feedly", template.URL("https://feedly.com/i/subscription/feed/" + url.PathEscape(feed))},
		{"Inoreader", template.URL("https://www.inoreader.com/?add_feed=" + address)},
		{"NewsBlur", template.URL("https://www.newsblur.com/?url=" + address)},
		{"The Old Reader", template.URL("https://theoldreader.com/feeds/subscribe?url=" + address)},
		{"Feedbin", template.URL("https://feedbin.com/?subscribe=" + address)},
	}
}

func (s *Server) page(w http.ResponseWriter, r *http.Request, name string, v pageView) error {
	doc, err := s.pages.document(name, v, 5*time.Minute, time.Time{})
	if err != nil {
		return err
	}
	return s.send(w, r, doc)
}

func (s *Server) static(w http.ResponseWriter, r *http.Request) error {
	doc, ok := s.pages.static[r.PathValue("file")]
	if !ok {
		return news.ErrNotFound
	}
	return s.send(w, r, doc)
}

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) error {
	return s.send(w, r, s.pages.static["favicon.ico"])
}

// robots allows all that is here, which is meant to be read, but for the pages of searches: there is no end to them. Of
// two rules the longer one counts (RFC 9309), so the Feed of a search is free to whoever subscribes to it.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	body := []byte("User-agent: *\nDisallow: " + s.prefix + "/search\nAllow: " + s.prefix + "/search.\nAllow: /\n")
	return s.send(w, r, &document{
		mediaType: "text/plain", caching: "public, max-age=86400", plain: newRepresentation(identity, body),
	})
}

// storeError keeps what the store says of a thing that is gone or never was; any other failure is for the moment.
func storeError(err error) error {
	if errors.Is(err, news.ErrNotFound) || errors.Is(err, news.ErrGone) {
		return err
	}
	return unavailable(err)
}
