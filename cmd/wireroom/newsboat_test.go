package main

import (
	"database/sql"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A reader that people use subscribes, shows what was published, and comes back without being sent anything twice.
func TestNewsboatReadsTheFeeds(t *testing.T) {
	program, err := exec.LookPath("newsboat")
	if err != nil {
		t.Skip("newsboat is not installed: apt-get install newsboat")
	}
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(12)...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(0))
	want := make(map[string]string) // title → id
	for _, e := range h.jsonFeed("everything") {
		want[e.Title] = e.ID
	}
	if len(want) != 12 {
		t.Fatalf("%d entries are published, want 12", len(want))
	}

	front := newOrigin(t) // stands before the server and takes note
	target, err := url.Parse(h.serve("serve").base)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{".atom", ".rss"} {
		path := "/topics/everything" + format
		t.Run(strings.TrimPrefix(format, "."), func(t *testing.T) {
			front.on(path, httputil.NewSingleHostReverseProxy(target).ServeHTTP)
			n := newsboat{t, program, t.TempDir(), front.URL + path}
			n.reload()
			first := n.items()
			titles := make(map[string]string)
			for _, it := range first {
				titles[it.Title] = it.GUID
			}
			if diff := cmp.Diff(want, titles); diff != "" || len(first) != len(want) {
				t.Errorf("%d items, want %d; titles and ids (-want +got):\n%s", len(first), len(want), diff)
			}
			for _, it := range first {
				if !strings.HasPrefix(it.URL, "https://a.example/news/") || it.Published == 0 {
					t.Errorf("%q: link %q, date %d; want the original's", it.Title, it.URL, it.Published)
				}
			}
			n.reload() // newsboat keeps validators of a feed that it knows, from its second visit on
			n.reload()
			if diff := cmp.Diff(first, n.items()); diff != "" {
				t.Errorf("items (-first +third reload):\n%s", diff)
			}
			var statuses []int
			for _, r := range front.of(path) {
				statuses = append(statuses, r.status)
			}
			if diff := cmp.Diff([]int{http.StatusOK, http.StatusOK, http.StatusNotModified}, statuses); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
}

// newsboat is a reader with one subscription.
type newsboat struct {
	t                    *testing.T
	program, folder, url string
}

func (n newsboat) reload() {
	n.t.Helper()
	place(n.t, filepath.Join(n.folder, "urls"), n.url+"\n")
	place(n.t, filepath.Join(n.folder, "config"), "")
	command := exec.CommandContext(n.t.Context(), n.program, "-u", "urls", "-C", "config", "-c", "cache.db", "-x", "reload")
	command.Dir, command.Env = n.folder, []string{"HOME=" + n.folder, "LANG=C.UTF-8", "TERM=dumb"}
	if out, err := command.CombinedOutput(); err != nil {
		n.t.Fatalf("newsboat: %v\n%s", err, out)
	}
}

// A shown item is what newsboat keeps of one.
type shown struct {
	GUID, Title, URL string
	Published        int64
}

func (n newsboat) items() (all []shown) {
	n.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(n.folder, "cache.db"))
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(n.t.Context(), `select guid, title, url, pubDate from rss_item where deleted = 0 order by id`)
	if err != nil {
		n.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s shown
		if err := rows.Scan(&s.GUID, &s.Title, &s.URL, &s.Published); err != nil {
			n.t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		n.t.Fatal(err)
	}
	return all
}
