package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/fetch"
)

func TestBodiesOfOtherTypesAreNotRead(t *testing.T) {
	types := []string{"text/html", "application/xhtml+xml"}
	for contentType, want := range map[string]error{
		"text/html":                         nil,
		"Text/HTML; charset=windows-1251":   nil,
		"application/xhtml+xml":             nil,
		"":                                  nil,
		"application/pdf":                   fetch.ErrType,
		"text/htmlx":                        fetch.ErrType,
		"image/png; of=\"text/html; none\"": fetch.ErrType,
	} {
		t.Run(contentType, func(t *testing.T) {
			o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{contentType}
				w.Write([]byte("<p>x")) //nolint:errcheck // shows in the test
			})
			read := false
			_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: o.URL, Types: types,
				BeforeBody: func(context.Context) error { read = true; return nil }})
			if !errors.Is(err, want) || read != (want == nil) {
				t.Errorf("got error %v, body read %v; want %v", err, read, want)
			}
		})
	}
}

func TestARedirectMayBeRefusedByTheCaller(t *testing.T) {
	o := newOrigin(t, redirector)
	var asked []string
	no := errors.New("not there")
	request := fetch.Request{URL: o.URL + "/301/302/feed", BeforeHop: func(_ context.Context, to string) error {
		asked = append(asked, to)
		if to == o.URL+"/feed" {
			return no
		}
		return nil
	}}
	if _, err := newClient(t, fetch.Config{}).Get(t.Context(), request); !errors.Is(err, no) {
		t.Errorf("got error %v, want the caller's", err)
	}
	if diff := cmp.Diff([]string{o.URL + "/302/feed", o.URL + "/feed"}, asked); diff != "" {
		t.Errorf("hops the caller was asked about (-want +got):\n%s", diff)
	}
}
