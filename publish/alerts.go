package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"wireroom/news"
)

// AlertStore is what the alerts are read from.
type AlertStore interface {
	// Alerts returns the newest Alerts, the newest first.
	Alerts(ctx context.Context, limit int) ([]news.Alert, error)
}

// shownAlerts is how many Alerts the operator's feed has: several weeks of them, for a hundred Sources.
const shownAlerts = 100

// alertsID names the feed of alerts. It never changes.
const alertsID = "urn:uuid:0b6a1c9e-52d7-5f48-9c03-e8f4d17b2a60"

// alerts answers the operator, who shows the token, with the Sources that fell sick or came back. Nobody between here and
// there may keep the answer; the reader may, and asks each time whether it still holds.
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) error {
	if s.alertsToken == "" || s.alertStore == nil {
		return news.ErrNotFound
	}
	switch given := tokenOf(r); {
	case given == "":
		w.Header().Set("WWW-Authenticate", `Bearer realm="alerts"`)
		return &refusal{status: http.StatusUnauthorized, text: "The operator's token is needed here: as ?token=… or as a Bearer token."}
	case !sameSecret(given, s.alertsToken):
		return &refusal{status: http.StatusForbidden, text: "This is not the operator's token: see server.alerts_token in the configuration."}
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeTimeout)
	defer cancel()
	all, err := s.alertStore.Alerts(ctx, shownAlerts)
	if err != nil {
		return storeError(err)
	}
	body, err := alertsFeed(s.site, all)
	if err != nil {
		return err
	}
	d := &document{mediaType: Atom.MediaType(), caching: "private, no-cache", secret: true, plain: newRepresentation(identity, body)}
	return s.send(w, r, d)
}

// tokenOf returns the token that a request shows, empty for none.
func tokenOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return r.URL.Query().Get("token")
}

// sameSecret compares in a time that tells nothing of what is the same.
func sameSecret(a, b string) bool {
	first, second := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(first[:], second[:]) == 1
}

// alertsFeed renders Alerts, the newest first. It is pure.
func alertsFeed(site Site, all []news.Alert) ([]byte, error) {
	updated := neverUpdated
	if len(all) > 0 {
		updated = all[0].At
	}
	doc := &atomFeed{
		Language: "en", XmlnsMedia: nsMedia,
		Title: hexTextOf("Alerts of Wireroom"), Subtitle: hexTextOf("Sources that fell sick or came back, for the operator."),
		AtomFeed: &feeds.AtomFeed{
			Xmlns: nsAtom, Id: alertsID, Updated: stamp(updated),
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: "Wireroom", Uri: site.BaseURL + "/"}},
		},
		Links: []atomLink{
			linkTo("self", Atom.MediaType(), site.BaseURL+alertsPath),
			linkTo("alternate", "text/html", site.BaseURL+"/sources"),
		},
		Generator: atomGenerator{Version: FormatNumber, Name: "Wireroom"},
	}
	for _, a := range all {
		doc.Entries = append(doc.Entries, alertEntry(site, a))
	}
	var out bytes.Buffer
	if err := feeds.WriteXML(doc, &out); err != nil {
		return nil, fmt.Errorf("render the alerts: %w", err)
	}
	return append(out.Bytes(), '\n'), nil
}

// alertsPath is where the operator finds the alerts.
const alertsPath = "/alerts.atom"

func alertEntry(site Site, a news.Alert) *atomEntry {
	at := stamp(a.At)
	return &atomEntry{
		Language: "en",
		Title:    hexTextOf(alertTitle(a)),
		AtomEntry: &feeds.AtomEntry{
			Id: "urn:uuid:" + a.ID, Published: at, Updated: at,
			Content: &feeds.AtomContent{Type: "text", Content: alertText(a)},
		},
		Links:      []atomLink{linkTo("alternate", "text/html", site.BaseURL+"/sources#"+a.Source)},
		Categories: []atomCategory{{Term: string(a.State)}},
	}
}

func alertTitle(a news.Alert) string {
	name := firstOf(line(a.Name), a.Source)
	if a.State == news.HealthFine {
		return name + " is back"
	}
	return name + ": " + string(a.State)
}

func alertText(a news.Alert) string {
	text := fmt.Sprintf("The source %s is %s since %s", a.Source, a.State, a.At.UTC().Format(time.RFC3339))
	if a.Was != "" {
		text += ", after it was " + string(a.Was)
	}
	if a.Why == "" {
		return text + "."
	}
	return text + ". " + clean(a.Why)
}
