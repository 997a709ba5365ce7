package world

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

// pages are the templates of everything that is not a feed.
var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// A page is what the templates are given.
type page struct {
	Title     string
	Language  string
	Direction string // ltr or rtl
	Notice    string
	Outlets   []outlet // on the World's front page
	Outlet    outlet
	Feed      string        // path of the outlet's feed
	Reports   []report      // on an outlet's front page
	Report    report        // on a report's page
	Body      template.HTML // of the report
}

func (s *server) front(rw http.ResponseWriter, r *http.Request) {
	p := page{Title: "An invented world", Language: "en", Direction: "ltr", Notice: Rights, Outlets: s.world.outlets}
	s.show(rw, r, "front.html", p, s.world.start)
}

func (s *server) outlet(o outlet) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		reports := o.head(s.world.start, s.elapsed())
		p := o.page(o.Name)
		p.Reports = reports
		s.show(rw, r, "outlet.html", p, lastChange(reports, s.world.start))
	}
}

func (s *server) report(o outlet) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		reports := o.published(s.world.start, s.elapsed())
		i := slices.IndexFunc(reports, func(x report) bool { return x.Slug == r.PathValue("slug") })
		if i < 0 {
			http.NotFound(rw, r)
			return
		}
		p := o.page(reports[i].Title)
		p.Report = reports[i]
		p.Body = template.HTML(reports[i].body()) // written by this package, escaped in paragraphs
		s.show(rw, r, "report.html", p, reports[i].Updated)
	}
}

func (o outlet) page(title string) page {
	p := page{Title: title, Language: o.Language, Direction: "ltr", Notice: Rights, Outlet: o, Feed: cmp.Or(o.MovedTo, o.Path)}
	if strings.HasPrefix(o.Language, "ar") {
		p.Direction = "rtl"
	}
	return p
}

// show writes p by the template named.
func (s *server) show(rw http.ResponseWriter, r *http.Request, name string, p page, changed time.Time) {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, p); err != nil {
		http.Error(rw, "the page cannot be written", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	serve(rw, r, out.Bytes(), changed, calm)
}
