package main

import (
	"fmt"
	"io"
	"strings"

	"wireroom/aggregator/extract"
)

// fullText prints an article's page as extraction reads it: what the page says of the article, a line each, and after
// an empty line the text.
func fullText(out io.Writer, page []byte, contentType, address string) error {
	article, err := extract.Text(page, contentType, address)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "title: %s\nbyline: %s\npublished: %s\ncanonical: %s\nwords: %d\n\n%s\n",
		article.Title, article.Byline, stamp(article.Published), article.Canonical, len(strings.Fields(article.Text)), article.Text)
	return err
}
