package aggregator

import (
	"net/url"
	"regexp"
	"strings"

	"wireroom/news"
)

// secretName is what stands in a configured URL for a variable of the environment.
var secretName = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// From how many bytes on the value of a variable is a secret: what is shorter stands in other words, too. Of a document, whose words
// are many, nothing but tokens may be taken out.
const (
	leastSecret = 4
	leastToken  = 12
)

// hasSecret reports whether a Source's URL holds a secret to expand.
func hasSecret(s news.Source) bool { return strings.Contains(s.URL, "${") }

// masked returns a text that may hold the URL that was asked for, with the names of its secrets in their places: errors and
// addresses are stored, logged and shown.
func (v *visit) masked(text string) string { return v.maskedFrom(leastSecret, text) }

// maskedFrom is masked for secrets of so many bytes and more.
func (v *visit) maskedFrom(least int, text string) string {
	for _, name := range secretName.FindAllString(v.claim.Source.URL, -1) {
		source, err := v.p.Secrets(news.Source{ID: v.claim.Source.ID, URL: name})
		if err != nil || len(source.URL) < least {
			continue
		}
		value := source.URL
		for _, spelled := range []string{value, (&url.URL{Path: value}).EscapedPath(), url.PathEscape(value), url.QueryEscape(value)} {
			text = strings.ReplaceAll(text, spelled, name)
		}
	}
	return text
}

// received is the answer's body and address without tokens: publishers repeat them in links, and relative links are read against
// the address.
func (v *visit) received() (body []byte, address string) {
	body, address = v.res.Body, v.res.URL
	if hasSecret(v.claim.Source) {
		body, address = []byte(v.maskedFrom(leastToken, string(body))), v.maskedFrom(leastToken, address)
	}
	return body, address
}

func (v *visit) maskedAll(texts []string) []string {
	if !hasSecret(v.claim.Source) {
		return texts
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = v.masked(text)
	}
	return all
}

// issuer is the URL that gave the validators, with its secrets; empty for the one that is asked for.
func (v *visit) issuer() (string, error) {
	st := &v.claim.State
	if st.ValidatorsURL == st.PollURL(v.claim.Source) {
		return "", nil
	}
	if !hasSecret(v.claim.Source) {
		return st.ValidatorsURL, nil
	}
	source, err := v.p.Secrets(news.Source{ID: v.claim.Source.ID, URL: st.ValidatorsURL})
	return source.URL, err
}
