package extract

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"wireroom/news"
)

// ErrNoArticle is returned by Text for a page in which no article is found.
var ErrNoArticle = errors.New("no article found on the page: it may be a list, an application, or a barrier before the article")

// An Article is what a page says. Every field may be empty but Text.
type Article struct {
	Title     string    // without the site's name, where the page shows which part that is
	Byline    string    // the authors as the page prints them, without a leading "By"
	Text      string    // plain paragraphs, separated by an empty line; a line break within a paragraph is one "\n"
	Canonical string    // the address that the page gives itself (rel=canonical), absolute; http or https
	Published time.Time // as stated in the page's metadata, in UTC; zero if it is not stated. One without zone is read as UTC
}

// Text extracts the article of a page. contentType is the answer's header, or "". pageURL is where the page came from
// and makes its links absolute; it may be "".
//
// The error is ErrNoArticle, ErrTooLarge, or says what about the page cannot be read.
func Text(page []byte, contentType, pageURL string) (Article, error) {
	base, err := url.Parse(pageURL)
	if err != nil {
		return Article{}, fmt.Errorf("extract page: its address: %w", err)
	}
	doc, err := tree(toUTF8(page, contentType))
	if err != nil {
		return Article{}, fmt.Errorf("extract %s: %w", pageURL, err)
	}
	article := Article{Canonical: canonical(doc, base)} // before readability, which takes the tree apart
	if err := article.read(doc, base); err != nil {
		return Article{}, fmt.Errorf("extract %s: %w", pageURL, err)
	}
	return article, nil
}

// tree parses a page, if it is one that can be searched in time.
func tree(page []byte) (*html.Node, error) {
	slimmed, err := slim(page)
	if err != nil {
		return nil, err
	}
	doc, err := html.Parse(bytes.NewReader(slimmed))
	if err != nil { // the parser has one error of its own: more than 512 elements are open
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	return doc, weigh(doc)
}

// read fills in all that readability finds. It takes doc apart.
func (a *Article) read(doc *html.Node, base *url.URL) error {
	parser := readability.NewParser()
	parser.KeepClasses = true // trimming looks at them
	found, err := parser.ParseAndMutate(doc, base)
	if err != nil {
		return err
	}
	a.Title = news.OneLine(found.Title())
	a.Byline = byline(found.Byline())
	if at, err := found.PublishedTime(); err == nil {
		a.Published = at.UTC()
	}
	if found.Node == nil {
		return ErrNoArticle
	}
	if a.Text = join(trim(blocks(found.Node), a.Title)); a.Text == "" {
		return ErrNoArticle
	}
	return nil
}

func join(bs []block) string {
	texts := make([]string, len(bs))
	for i, b := range bs {
		texts[i] = b.text
	}
	return strings.Join(texts, "\n\n")
}
