package aggregator

import (
	"net/url"
	"regexp"
	"strings"

	"wireroom/news"
)

// secretName is what stands in a configured URL for a variable of the environment.
var secretName = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// leastSecret is from how many bytes on the value of a variable is a secret: what is shorter stands in other words, too.
const leastSecret = 4

// hasSecret reports whether a Source's URL holds a secret to expand.
func hasSecret(s news.Source) bool { return strings.Contains(s.URL, "${") }

// masked returns a text that may hold the URL that was asked for, with the names of its secrets in their places: errors and
// addresses are stored, logged and shown.
func (v *visit) masked(text string) string {
	for _, name := range secretName.FindAllString(v.claim.Source.URL, -1) {
		source, err := v.p.Secrets(news.Source{ID: v.claim.Source.ID, URL: name})
		if err != nil || len(source.URL) < leastSecret {
			continue
		}
		value := source.URL
		for _, spelled := range []string{value, (&url.URL{Path: value}).EscapedPath(), url.PathEscape(value), url.QueryEscape(value)} {
			text = strings.ReplaceAll(text, spelled, name)
		}
	}
	return text
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
