package publish

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"wireroom/news"
)

// iconPath is the picture of the site, as feed readers show it beside the title.
const iconPath = "/favicon.ico"

// picturePath is the same as a PNG, of so many pixels either way.
const (
	picturePath = "/static/icon.png"
	pictureSize = 32
)

// Site is what all documents of one installation have in common. It is a value; methods are pure.
type Site struct {
	BaseURL string // public address, absolute, without a final slash; every link starts with it
	Contact string // URL (http, https, mailto) or mail address of who runs it; empty if none is given
	Hub     bool   // a WebSub hub answers
}

// newSite checks a base URL as configured.
func newSite(baseURL, contact string) (Site, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return Site{}, fmt.Errorf("base URL %q: %w", baseURL, err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return Site{}, fmt.Errorf("base URL %q: want an address such as https://wire.example.org", baseURL)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Site{}, errors.New("base URL: user, query and fragment have no place in it: remove them")
	}
	return Site{BaseURL: strings.TrimRight(u.String(), "/"), Contact: contact}, nil
}

// prefix is the path of the base URL, empty for a site at the root of its host.
func (s Site) prefix() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

// TopicURL is the address of a Topic's page.
func (s Site) TopicURL(slug string) string { return s.BaseURL + topicPath(slug) }

// FeedURL is the canonical address of one page of a Topic's Feed: of the head where page is 0, else of a sealed page.
func (s Site) FeedURL(slug string, page int, f Format) string {
	return s.BaseURL + feedPath(slug, page, f)
}

// StoryURL is the address of a Story's page.
func (s Site) StoryURL(id string) string { return s.BaseURL + storyPath(id) }

// contact returns Contact as people read it and as a link, which is empty where it is no address of the web or of mail.
// The About page itself is no answer to whom to write to, so that both are empty for it.
func (s Site) contact() (text, link string) {
	text = strings.TrimSpace(s.Contact)
	if text == s.BaseURL+"/about" {
		return "", ""
	}
	u, err := url.Parse(text)
	switch {
	case webURL(text) != "":
		return text, webURL(text)
	case err == nil && u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"):
		return u.Opaque, text
	case err == nil && u.Scheme == "" && strings.Contains(text, "@"):
		return text, "mailto:" + text
	}
	return text, ""
}

// scheme identifies the Topics as a set of categories.
func (s Site) scheme() string { return s.BaseURL + "/topics/" }

// topicPath is where a Topic's page is; a country's is among the countries.
func topicPath(slug string) string {
	if code, ok := news.CountryOf(slug); ok {
		return "/countries/" + strings.ToLower(code)
	}
	return "/topics/" + slug
}

func storyPath(id string) string { return "/stories/" + id }

func feedPath(slug string, page int, f Format) string {
	if page == 0 {
		return topicPath(slug) + "." + string(f)
	}
	return topicPath(slug) + "/archive/" + strconv.Itoa(page) + "." + string(f)
}
