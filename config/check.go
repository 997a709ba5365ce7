package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/http/httpguts"
	"golang.org/x/text/language"
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkSlug accepts what may stand in a path: letters, digits and single hyphens between them.
func checkSlug(text string) error {
	if slug.MatchString(text) {
		return nil
	}
	a := advice{fmt.Sprintf("%q is no slug", text), "use a-z, 0-9 and single hyphens between them"}
	if near := slugOf(text); near != "" {
		a.suggestion += ", as in " + near
	}
	return a
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slugOf(text string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(text), "-"), "-")
}

// checkLanguage accepts a BCP 47 tag.
func checkLanguage(text string) error {
	if _, err := language.Raw.Parse(text); err != nil {
		return advice{fmt.Sprintf("%q is no language of BCP 47", text), "write a tag as in en, pt-BR or zh-Hant"}
	}
	return nil
}

// checkCountry accepts the two letters of an ISO 3166 country in use.
func checkCountry(text string) error {
	problem := advice{fmt.Sprintf("%q is no country of ISO 3166", text), "write two letters as in GB, FR or UA"}
	region, err := language.ParseRegion(text)
	if err != nil || !region.IsCountry() {
		return problem
	}
	if code := region.Canonicalize().String(); !strings.EqualFold(code, text) {
		problem.suggestion = fmt.Sprintf("did you mean %s?", code)
		return problem
	}
	return nil
}

func checkUserAgent(text string) error { return checkHeaderValue("user agent", text) }

func checkHeaderValue(what, text string) error {
	if httpguts.ValidHeaderFieldValue(text) {
		return nil
	}
	return advice{fmt.Sprintf("the %s has a line end or another control character in it", what), "keep it on one line"}
}

func checkBasicAuth(text string) error {
	if text != "" && !strings.Contains(text, ":") {
		return advice{"basic_auth has no colon", "write user:${PASSWORD}"}
	}
	return checkHeaderValue("basic_auth", text)
}

func checkBearer(text string) error {
	if strings.ContainsAny(text, " \t") {
		return advice{"the bearer token has a blank in it", "write the token alone, without the word Bearer"}
	}
	return checkHeaderValue("bearer token", text)
}

// checkToken accepts what can stand in a header and, as it is, in a query.
func checkToken(text string) error {
	for _, c := range text {
		if c <= ' ' || c > '~' || strings.ContainsRune("&#%+\";", c) {
			return advice{"the token has characters that an address cannot carry as they are", "use letters, digits, - and _, as in the output of openssl rand -hex 32"}
		}
	}
	return nil
}

// checkSelector accepts a CSS selector, or several with commas between them.
func checkSelector(text string) error {
	if _, err := cascadia.ParseGroup(text); err != nil {
		return advice{fmt.Sprintf("%q is no CSS selector (%v)", text, err), "write one as in article, h2 > a or div.news-item"}
	}
	return nil
}

// checkTerm accepts a term that some text could match: what is left of it without its marks is a word.
func checkTerm(text string) error {
	if strings.IndexFunc(text[strings.LastIndexByte(text, ':')+1:], isWordRune) >= 0 {
		return nil
	}
	return advice{"the term has no letter or digit, so nothing can match it", "take it out, or write a word or a phrase"}
}
