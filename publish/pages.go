package publish

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

//go:embed templates static
var files embed.FS

// pages renders what people see. Every page is a pure function of its view: no clock, so that its ETag holds. It is
// safe for concurrent use.
type pages struct {
	site      Site
	version   string
	templates map[string]*template.Template
	static    map[string]*document
}

// pageNames are the templates that fill the layout.
var pageNames = [...]string{"front", "topic", "day", "story", "sources", "source", "search", "about", "subscribe", "countries", "refusal"}

func newPages(site Site, version string) (*pages, error) {
	p := &pages{site: site, version: version, templates: make(map[string]*template.Template, len(pageNames))}
	var err error
	if p.static, err = staticDocuments(); err != nil {
		return nil, err
	}
	layout, err := template.New("layout").Funcs(p.functions()).ParseFS(files, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, name := range pageNames {
		t, err := layout.Clone()
		if err == nil {
			t, err = t.ParseFS(files, "templates/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		p.templates[name] = t
	}
	return p, nil
}

// functions are what the templates may call. typed writes one of our own media types as it is: escaping would turn its +
// into a reference, which programs that look for feeds without a real HTML parser do not read. Paths are relative to the host, so that a page works under any name.
func (p *pages) functions() template.FuncMap {
	prefix := p.site.prefix()
	return template.FuncMap{
		"path":    func(path string) string { return prefix + path },
		"url":     func(path string) string { return p.site.BaseURL + path },
		"story":   func(id string) string { return prefix + storyPath(id) },
		"topic":   func(slug string) string { return prefix + topicPath(slug) },
		"feed":    func(slug string, f Format) string { return prefix + feedPath(slug, 0, f) },
		"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"source":  func(id string) string { return prefix + sourcePath(id) },
		"date":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
		"short":   func(t time.Time) string { return t.UTC().Format("2 Jan, 15:04") },
		"day":     func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"join":    strings.Join,
		"css":     func() string { return prefix + "/static/wireroom.css?v=" + p.static["wireroom.css"].plain.etag[1:9] },
		"reports": func(v storyView) string { return plural(len(v.Also)+v.More, "more report", "more reports") },
		"plural":  plural,
		"readers": readersOf,
		"formats": func() []Format { return Formats },
		"typed":   func(mediaType string) template.HTMLAttr { return template.HTMLAttr(`type="` + mediaType + `"`) },
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// pageView is what the layout shows of every page.
type pageView struct {
	Title       string
	Description string
	Path        string     // canonical, from the root of the site
	Feeds       []feedLink // for discovery
	Private     bool       // search engines are asked to leave it out
	Query       string     // what stands in the field of the search
	Article     bool       // it is one Story, not a list
	Data        any        // the page for programs: schema.org, as JSON-LD; nil for none
	Main        any        // what the page's own template shows
}

type feedLink struct{ Path, Type, Title, Label string }

func (p *pages) render(name string, v pageView) ([]byte, error) {
	var out bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&out, "layout", v); err != nil {
		return nil, fmt.Errorf("render page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// document renders a page that caches may keep for age. Without a date, its ETag alone says whether it has changed.
func (p *pages) document(name string, v pageView, age time.Duration, updated time.Time) (*document, error) {
	body, err := p.render(name, v)
	if err != nil {
		return nil, err
	}
	d := &document{
		mediaType: "text/html", caching: cacheControl(age), updated: updated, page: true, plain: newRepresentation(identity, body),
	}
	for _, f := range v.Feeds {
		d.links = append(d.links, `<`+p.site.BaseURL+f.Path+`>; rel="alternate"; type="`+f.Type+`"`)
	}
	return d, nil
}

func (p *pages) refusal(title, text string) ([]byte, error) {
	return p.render("refusal", pageView{Title: title, Private: true, Main: text})
}

// staticDocuments reads the embedded files. Their address carries their hash, but old addresses answer too, so they are
// not kept for ever.
func staticDocuments() (map[string]*document, error) {
	types := map[string]string{"wireroom.css": "text/css", "favicon.ico": "image/x-icon", "icon.svg": "image/svg+xml", "icon.png": "image/png"}
	out := make(map[string]*document, len(types))
	for name, mediaType := range types {
		body, err := fs.ReadFile(files, "static/"+name)
		if err != nil {
			return nil, fmt.Errorf("static file: %w", err)
		}
		out[name] = &document{mediaType: mediaType, caching: "public, max-age=86400", plain: newRepresentation(identity, body)}
	}
	return out, nil
}

func feedLinks(slug, title string) []feedLink {
	var out []feedLink
	for _, f := range Formats {
		out = append(out, feedLink{Path: feedPath(slug, 0, f), Type: f.MediaType(), Title: title + " (" + f.Label() + ")", Label: f.Label()})
	}
	return out
}
