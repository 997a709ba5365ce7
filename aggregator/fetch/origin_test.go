package fetch_test

import (
	"testing"

	"wireroom/aggregator/fetch"
)

func TestSameOrigin(t *testing.T) {
	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"two pages":          {"https://harbour.example/a", "https://harbour.example/b?c", true},
		"spelt otherwise":    {"https://user:pass@Harbour.example:443/", "https://harbour.example./", true},
		"another scheme":     {"https://harbour.example/", "http://harbour.example/", false},
		"another port":       {"https://harbour.example/", "https://harbour.example:8443/", false},
		"another host":       {"https://harbour.example/", "https://www.harbour.example/", false},
		"a host in the user": {"https://harbour.example/", "https://harbour.example@evil.example/", false},
		"no address":         {"https://harbour.example/", "/a", false},
		"no web":             {"ftp://harbour.example/", "ftp://harbour.example/", false},
	} {
		if got := fetch.SameOrigin(test.a, test.b); got != test.want {
			t.Errorf("%s: SameOrigin(%q, %q) = %v, want %v", name, test.a, test.b, got, test.want)
		}
	}
}
