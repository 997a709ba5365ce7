package news_test

import (
	"testing"

	"wireroom/news"
)

func TestRegistrable(t *testing.T) {
	for name, want := range map[string]string{
		"a.b.example.org": "example.org", "example.co.uk": "example.co.uk", "one.github.io": "one.github.io",
		"192.0.2.1": "", "2001:db8::1": "", "localhost": "", "co.uk": "", "": "", "..": "",
	} {
		if got := news.Registrable(name); got != want {
			t.Errorf("Registrable(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDomainOfACallback(t *testing.T) {
	for callback, want := range map[string]string{
		"https://a.example.org/in?x": "example.org", "http://b.EXAMPLE.org.:8080/": "example.org", "http://192.0.2.1:81/": "192.0.2.1",
		"http://[2001:db8::1]:81/": "2001:db8::1", "http://localhost:9/": "localhost", "://": "",
	} {
		if got := (news.Subscription{Callback: callback}).Domain(); got != want {
			t.Errorf("domain of %q = %q, want %q", callback, got, want)
		}
	}
}
