package publish_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

type alertList []news.Alert

func (all alertList) Alerts(_ context.Context, limit int) ([]news.Alert, error) {
	return all[:min(limit, len(all))], nil
}

const token = "s3cr3t-token"

// alerting serves two alerts, the newest first.
func alerting(t *testing.T, token string) (http.Handler, *bytes.Buffer) {
	t.Helper()
	first := at("2026-01-05T09:00:00Z")
	var log bytes.Buffer
	s, err := publish.New(publish.Config{
		Store: newFakeStore(), BaseURL: baseURL, Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil)), AlertsToken: token,
		Alerts: alertList{
			{ID: uuidOf(2), Source: "bay", Name: "The Bay", Was: news.HealthFailing, State: news.HealthFine, At: first.Add(time.Hour)},
			{ID: uuidOf(1), Source: "bay", Name: "The Bay", Was: news.HealthFine, State: news.HealthFailing, At: first, Why: "502 <Bad> Gateway"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.Handler(), &log
}

func TestAlertsAreForWhoHasTheToken(t *testing.T) {
	h, log := alerting(t, token)
	without, _ := alerting(t, "")
	for name, test := range map[string]struct {
		handler http.Handler
		path    string
		header  []string
		want    int
	}{
		"in the query":         {h, "/alerts.atom?token=" + token, nil, 200},
		"as Bearer":            {h, "/alerts.atom", []string{"Authorization", "bearer " + token}, 200},
		"none":                 {h, "/alerts.atom", nil, 401},
		"an empty one":         {h, "/alerts.atom?token=", nil, 401},
		"a wrong one":          {h, "/alerts.atom?token=s3cr3t-tokeN", nil, 403},
		"the beginning of it":  {h, "/alerts.atom?token=s3cr3t", nil, 403},
		"a wrong Bearer":       {h, "/alerts.atom?token=" + token, []string{"Authorization", "Bearer other"}, 403},
		"another scheme":       {h, "/alerts.atom", []string{"Authorization", "Basic " + token}, 401},
		"none is configured":   {without, "/alerts.atom?token=" + token, nil, 404},
		"none, and none given": {without, "/alerts.atom?token=", nil, 404},
	} {
		w := get(test.handler, test.path, test.header...)
		if w.Code != test.want {
			t.Errorf("%s: status %d, want %d", name, w.Code, test.want)
		}
		if caching := w.Header().Get("Cache-Control"); w.Code != 404 && strings.Contains(caching, "public") || caching == "" {
			t.Errorf("%s: Cache-Control %q lets anyone keep it", name, caching)
		}
		if strings.Contains(w.Body.String(), "s3cr3t") {
			t.Errorf("%s: the answer repeats the token", name)
		}
	}
	if got := get(h, "/alerts.atom").Header().Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer ") {
		t.Errorf("WWW-Authenticate %q", got)
	}
	if w := get(h, "/Alerts.atom?token="+token); w.Code != 308 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("another spelling: status %d, Cache-Control %q; want 308, which nobody keeps", w.Code, w.Header().Get("Cache-Control"))
	}
	if strings.Contains(log.String(), "s3cr3t") {
		t.Errorf("the log holds the token: %s", log)
	}
}

func TestAlertsAreAFeed(t *testing.T) {
	h, _ := alerting(t, token)
	w := get(h, "/alerts.atom?token="+token)
	var feed struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) != 2 || feed.Updated != feed.Entries[0].Updated || feed.Entries[0].Title != "The Bay is back" ||
		feed.Entries[1].Title != "The Bay: failing" || feed.Entries[1].ID != "urn:uuid:"+uuidOf(1) || !strings.Contains(feed.Entries[1].Content, "502 <Bad> Gateway") {
		t.Errorf("got %+v", feed)
	}
	etag := w.Header().Get("ETag")
	if again := get(h, "/alerts.atom?token="+token, "If-None-Match", etag); again.Code != 304 || strings.HasPrefix(etag, "W/") {
		t.Errorf("status %d for the ETag %s, want 304 and a strong one", again.Code, etag)
	}
	if got := w.Header().Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	for _, name := range []string{"Access-Control-Allow-Origin", "Set-Cookie"} {
		if got := w.Header().Get(name); got != "" {
			t.Errorf("%s %q, want none", name, got)
		}
	}
}
