package publish_test

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wireroom/publish"
)

// What the W3C's feed validator warns of beside what the formats' specifications want.

// validatorURI is what it takes for a URI: no bracket, for one, though RFC 3986 allows them around an address of IPv6.
var validatorURI = regexp.MustCompile(`^[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+$`)

// uriAttrs are the attributes that hold URIs, in any element.
var uriAttrs = []string{"href", "url", "scheme", "domain"}

// uriElements hold one as their text.
var uriElements = []string{"link", "url", "docs", "atom:uri", "atom:icon", "atom:id", "guid", "comments"}

// each calls visit for n and all that is in it.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, k := range n.kids {
		k.each(visit)
	}
}

func TestURIsHaveNoOtherCharacters(t *testing.T) {
	for _, format := range []publish.Format{publish.Atom, publish.RSS} {
		eachEdition(t, format, func(t *testing.T, _ string, doc []byte) {
			parseXML(t, doc).each(func(n *node) {
				for _, name := range uriAttrs {
					if value, ok := n.attrs[name]; ok && !validatorURI.MatchString(value) {
						t.Errorf("%s has %s=%q", n.name, name, value)
					}
				}
				if slices.Contains(uriElements, n.name) && len(n.attrs["href"]) == 0 && !validatorURI.MatchString(n.text) {
					t.Errorf("%s is %q", n.name, n.text)
				}
			})
		})
	}
}

var (
	closingTag = regexp.MustCompile(`</\w+>`)
	hexCode    = regexp.MustCompile(`&#[x0-9]`)
)

// plainTexts are for readers that decode once; what decodes to markup, or to an entity, is taken for HTML.
func TestPlainTextsHoldNoMarkup(t *testing.T) {
	plain := []string{"title", "atom:title", "atom:subtitle", "atom:rights", "copyright", "atom:name", "category", "source", "dc:creator"}
	for _, format := range []publish.Format{publish.Atom, publish.RSS} {
		eachEdition(t, format, func(t *testing.T, _ string, doc []byte) {
			parseXML(t, doc).each(func(n *node) {
				texts := []string{n.attrs["title"], n.attrs["label"]}
				if slices.Contains(plain, n.name) && len(n.kids) == 0 {
					texts = append(texts, n.text)
				}
				for _, text := range texts {
					if closingTag.MatchString(text) || hexCode.MatchString(text) {
						t.Errorf("%s holds markup: %q", n.name, text)
					}
				}
				for _, name := range []string{"title", "label", "rel", "type", "hreflang"} {
					if value, ok := n.attrs[name]; ok && strings.TrimSpace(value) == "" {
						t.Errorf("%s has an empty %s", n.name, name)
					}
				}
			})
		})
	}
}

// A channel says what it is before its items, and its picture says the same.
func TestChannelsAreInOrder(t *testing.T) {
	eachEdition(t, publish.RSS, func(t *testing.T, _ string, doc []byte) {
		channel := parseXML(t, doc).one(t, "channel")
		first := slices.IndexFunc(channel.kids, func(k *node) bool { return k.name == "item" })
		if first >= 0 && slices.ContainsFunc(channel.kids[first:], func(k *node) bool { return k.name != "item" }) {
			t.Error("something stands behind an item")
		}
		picture := channel.one(t, "image")
		for _, name := range []string{"title", "link"} {
			if got, want := picture.one(t, name).text, channel.one(t, name).text; got != want {
				t.Errorf("the picture's %s is %q, the channel's %q", name, got, want)
			}
		}
		for name, most := range map[string]int{"width": 144, "height": 400} {
			if n, err := strconv.Atoi(picture.one(t, name).text); err != nil || n < 1 || n > most {
				t.Errorf("the picture's %s is %q, want at most %d", name, picture.one(t, name).text, most)
			}
		}
	})
}

// Files have sizes above zero or none, a medium that there is, and come from a host with a name.
func TestFilesAreDescribedRightly(t *testing.T) {
	media := []string{"", "image", "audio", "video", "document", "executable"}
	for _, format := range []publish.Format{publish.Atom, publish.RSS} {
		files := 0
		eachEdition(t, format, func(t *testing.T, _ string, doc []byte) {
			parseXML(t, doc).each(func(n *node) {
				if n.name == "enclosure" || strings.HasPrefix(n.name, "media:") || n.attrs["rel"] == "enclosure" {
					files++
					checkFile(t, n, media)
				}
			})
		})
		if files == 0 {
			t.Errorf("no edition has a file in %s", format)
		}
	}
}

func checkFile(t *testing.T, n *node, media []string) {
	t.Helper()
	for _, name := range []string{"width", "height", "fileSize"} {
		if value, ok := n.attrs[name]; ok {
			if size, err := strconv.Atoi(value); err != nil || size < 1 {
				t.Errorf("%s has %s=%q", n.name, name, value)
			}
		}
	}
	if !slices.Contains(media, n.attrs["medium"]) {
		t.Errorf("%s has medium=%q", n.name, n.attrs["medium"])
	}
	address := n.attrs["url"] + n.attrs["href"]
	if u, err := url.Parse(address); err != nil || u.Path == "" || !strings.Contains(u.Host, ".") {
		t.Errorf("%s has the address %q, want a host's name and a path", n.name, address)
	}
}
