package fetch_test

import (
	"errors"
	"net/http"
	"testing"

	"wireroom/aggregator/fetch"
)

// TestStrangersAreGuarded has an address on loopback be refused to a stranger, unless it is allowed, and asked as it stands.
func TestStrangersAreGuarded(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	for _, c := range []struct {
		allow []string
		want  error
	}{{nil, fetch.ErrRefused}, {[]string{"127.0.0.0/8"}, nil}} {
		way, err := fetch.Strangers(fetch.Config{UserAgent: "test/1", Allow: c.allow})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.URL+"/in?key=1", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := way.RoundTrip(req)
		if !errors.Is(err, c.want) {
			t.Errorf("allowing %v: error %v, want %v", c.allow, err, c.want)
		}
		if err == nil {
			res.Body.Close()
		}
	}
	if all := o.requests(); len(all) != 1 || all[0].Method != http.MethodPost || all[0].URL.String() != "/in?key=1" || all[0].UserAgent() != "test/1" {
		t.Errorf("requests %v", all)
	}
	if _, err := fetch.Strangers(fetch.Config{Allow: []string{"not a network/"}}); err == nil {
		t.Error("an unreadable allowance is taken")
	}
}
