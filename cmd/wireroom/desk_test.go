package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

// newDeskHouse has two sources, of which the second copies the first report of the first, and three topics.
func newDeskHouse(t *testing.T) *house {
	t.Helper()
	o := newOrigin(t)
	stories := numbered(6)
	stories[0].link = "https://agency.example/report"
	o.publish("/a", rss("a", stories...))
	o.publish("/b", rss("b", story{n: 1, link: "https://agency.example/report?utm_source=b"}, story{n: 9, title: "Miners strike in the hills"}))
	h := newHouse(t, o.sources("a", "b")...)
	h.config.Topics = []topicEntry{everything, {Slug: "strait", Strong: []string{"strait"}, Weak: []string{"said after session 5"}}, {Slug: "strikes", Strong: []string{"strike"}}}
	h.save()
	h.must("poll", "--at", after(0))
	return h
}

// desk does an act and returns its id.
func (h *house) desk(args ...string) string {
	h.t.Helper()
	h.must(append(append([]string{"desk"}, args...), "--by", "the night editor", "--why", "a reason")...)
	return h.rows("desk", "log")[0]["id"]
}

// story finds the story of the item with a title.
func (h *house) story(title string) map[string]string {
	h.t.Helper()
	items := h.items()
	i := slices.IndexFunc(items, func(row map[string]string) bool { return strings.Contains(row["title"], title) })
	if i < 0 {
		h.t.Fatalf("no item %q among %v", title, items)
	}
	return items[i]
}

// What an act may move, though it is undone: the dates of the state, and of an entry that has said something else meanwhile.
var dates = regexp.MustCompile(`<updated>[^<]*</updated>|<lastBuildDate>[^<]*</lastBuildDate>|"(updated|date_modified)": "[^"]*"`)

// undated are the feeds without these dates.
func (h *house) undated() map[string]string {
	h.t.Helper()
	all := make(map[string]string)
	for path, p := range h.feeds() {
		all[path] = dates.ReplaceAllString(p.Body, "")
	}
	return all
}

// Every act changes what is published, and its undoing gives the same bytes again.
func TestActsChangeFeedsAndAreUndone(t *testing.T) {
	if testing.Short() {
		t.Skip("many acts, one after another")
	}
	h := newDeskHouse(t)
	first, second := h.story("round 1"), h.story("round 2")
	strike := h.story("Miners")
	copied := h.items("--source", "b")[0]["id"]
	if row := h.items("--source", "b")[0]; !strings.Contains(row["title"], "round 1") {
		copied = h.items("--source", "b")[1]["id"]
	}
	before := h.undated()
	for _, c := range []struct {
		act  []string
		path string // of a feed
		want string // what stands in it then; after a ! what does not
	}{
		{[]string{"pin", first["url"], "strikes"}, "/topics/strikes.atom", first["story"]},
		{[]string{"hide", strike["story"][:13], "strikes"}, "/topics/strikes.rss", "!" + strike["story"]},
		{[]string{"hide", strike["story"]}, "/topics/everything.json", "!" + strike["story"]},
		{[]string{"note", first["story"], "--text", "Denied since."}, "/topics/everything.rss", "Denied since."},
		{[]string{"note", first["story"], "everything"}, "/topics/everything.json", "a reason"},
		{[]string{"move", strike["story"], "strait"}, "/topics/strait.json", strike["story"]},
		{[]string{"withdraw", "https://wire.example.org/stories/" + strike["story"]}, "/topics/strikes.atom", `<at:deleted-entry ref="urn:uuid:` + strike["story"] + `"`},
		{[]string{"withdraw", "item:" + copied}, "/topics/everything.atom", "!Also at"},
		{[]string{"withdraw", "source:b"}, "/topics/strikes.atom", "!Miners"},
		{[]string{"merge", first["story"], second["story"]}, "/topics/everything.json", "Also reported by"},
		{[]string{"eject", copied}, "/topics/everything.json", "!Also at"},
		{[]string{"lead", first["story"], copied}, "/topics/everything.json", `"title": "Envoys of b`},
	} {
		id := h.desk(c.act...)
		now := h.undated()
		text, absent := strings.CutPrefix(c.want, "!")
		if strings.Contains(now[c.path], text) == absent {
			t.Errorf("desk %q: %s has %q: %v\n%s", c.act, c.path, text, !absent, now[c.path])
		}
		h.must("desk", "undo", id[:12], "--by", "the editor", "--why", "a mistake")
		if diff := cmp.Diff(before, h.undated()); diff != "" {
			t.Errorf("feeds after desk %q was undone (-before +after):\n%s", c.act, diff)
		}
	}
	for _, row := range h.rows("desk", "log") {
		if row["undone_by"] != "the editor" || row["by"] != "the night editor" || row["why"] != "a reason" {
			t.Errorf("the log has %v", row)
		}
	}
}

// Pin and hide are undone by name, too.
func TestActsAreUndoneByName(t *testing.T) {
	h := newDeskHouse(t)
	first := h.story("round 5")["story"]
	before := h.undated()
	h.desk("pin", first, "strikes")
	h.desk("unpin", first)
	h.desk("hide", first, "everything")
	h.desk("hide", first, "strait")
	if out := h.run("desk", "unhide", first, "--by", "a", "--why", "b"); out.code != exitUsage || !strings.Contains(out.stderr, "everything, strait") {
		t.Errorf("exit code %d, %q; want 2 and both topics", out.code, out.stderr)
	}
	h.desk("unhide", first, "everything")
	h.desk("unhide", first)
	if diff := cmp.Diff(before, h.undated()); diff != "" {
		t.Errorf("feeds (-before +after):\n%s", diff)
	}
}

// A server that runs shows an act without being told; what is withdrawn answers 410, and what was merged leads on.
func TestRunningServerShowsActs(t *testing.T) {
	h := newDeskHouse(t)
	strike, first, second := h.story("Miners")["story"], h.story("round 1")["story"], h.story("round 2")["story"]
	s := h.serve("serve")
	s.get("/topics/strikes.atom")
	out := h.must("desk", "withdraw", strike, "--by", "the editor", "--why", "a court says so")
	if !strings.Contains(out, "2 entries") || !strings.Contains(out, "everything, strikes") {
		t.Errorf("the withdrawal says %q, want how many entries, and where", out)
	}
	for limit := time.After(patience); strings.Contains(s.get("/topics/strikes.rss").body, strike); pause(t, limit, s.ended) {
	}
	if p := s.get("/stories/" + strike); p.status != http.StatusGone {
		t.Errorf("the withdrawn story answers %d, want 410", p.status)
	}
	if p := s.get("/"); strings.Contains(p.body, "Miners") {
		t.Errorf("the front page still has the withdrawn story:\n%s", p.body)
	}
	if items := h.items(); len(items) != 7 {
		t.Errorf("%d items are listed, want 7 of 8", len(items))
	}
	h.desk("merge", first, second)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(s.base + "/stories/" + second)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusPermanentRedirect || answer.Header.Get("Location") != "/stories/"+first {
		t.Errorf("the merged story answers %d to %s, want 308 to the other", answer.StatusCode, answer.Header.Get("Location"))
	}
}

// A desk goes into a file and comes out of it the same, into another store too, as often as one likes.
func TestDeskLivesInAFile(t *testing.T) {
	h := newDeskHouse(t)
	first, second, strike := h.story("round 1"), h.story("round 2"), h.story("Miners")
	other := h.twin()
	h.desk("pin", first["story"], "strikes")
	h.desk("note", second["story"], "--text", "Two lines:\n- a # b")
	h.desk("withdraw", strike["story"])
	h.desk("eject", h.items("--source", "b")[0]["id"])
	undone := h.desk("hide", second["story"])
	h.desk("undo", undone)
	file := filepath.Join(h.folder, "desk.yaml")
	h.must("desk", "export", "--out", file)

	if out := other.must("desk", "import", file); !strings.Contains(out, "0 acts taken over, 0 known already, 5 left out") {
		t.Errorf("importing into an empty store says %q", out)
	}
	other.must("poll", "--at", after(0))
	for _, want := range []string{"5 acts taken over, 0 known", "0 acts taken over, 5 known"} {
		if out := other.must("desk", "import", file); !strings.Contains(out, want) {
			t.Errorf("importing says %q, want %q", out, want)
		}
	}
	for _, house := range []*house{h, other} {
		house.must("poll", "--at", after(time.Hour)) // decides the ejected copy
	}
	if diff := cmp.Diff(h.rows("desk", "log"), other.rows("desk", "log")); diff != "" {
		t.Errorf("the logs (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(h.undated(), other.undated()); diff != "" {
		t.Errorf("the feeds (-first +second):\n%s", diff)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if again := other.must("desk", "export"); again != string(text) {
		t.Errorf("the second desk exports\n%s\nwant\n%s", again, text)
	}
}

// What cannot be done is refused with a sentence that says what to do.
func TestDeskRefuses(t *testing.T) {
	h := newDeskHouse(t)
	first := h.story("round 1")
	bad := filepath.Join(h.folder, "bad.yaml")
	if err := os.WriteFile(bad, []byte("acts:\n- id: x\n  act: pin\n  storey: y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	who := []string{"--by", "a", "--why", "b"}
	for _, c := range []struct {
		act  []string
		code int
		want string
	}{
		{[]string{"pin", first["story"], "strikes"}, exitUsage, "--by"},
		{append([]string{"pin", "0000", "strikes"}, who...), exitFailed, "wireroom items lists"},
		{append([]string{"pin", first["story"], "nowhere"}, who...), exitFailed, "there are everything, strait, strikes"},
		{append([]string{"hide", first["story"], "strikes"}, who...), exitFailed, "not in the head of topic strikes"},
		{append([]string{"withdraw", "source:none"}, who...), exitFailed, "wireroom sources lists"},
		{append([]string{"merge", first["story"], first["url"]}, who...), exitFailed, "one story already"},
		{append([]string{"eject", h.story("round 3")["id"]}, who...), exitFailed, "nothing would be left"},
		{append([]string{"unpin", first["story"]}, who...), exitFailed, "no pin of that story is in force"},
		{append([]string{"undo", "abc"}, who...), exitFailed, "wireroom desk log"},
		{[]string{"import", bad}, exitUsage, "storey"},
	} {
		if out := h.run(append([]string{"desk"}, c.act...)...); out.code != c.code || !strings.Contains(out.stderr, c.want) {
			t.Errorf("desk %q: exit code %d, %q; want %d and %q", c.act, out.code, out.stderr, c.code, c.want)
		}
	}
	if n := len(h.rows("desk", "log")); n != 0 {
		t.Errorf("%d acts were written down, want none", n)
	}
}

// What a file of acts may hold, it holds again after a reading and a writing.
func FuzzReadDesk(f *testing.F) {
	whole, err := writeDesk([]news.Act{{ID: news.ActID(news.Act{}, 0), Kind: news.ActSplit, At: noon, By: "a", Why: "b: # c\n", Story: news.StoryID("x", 0),
		Other: news.StoryID("y", 0), Items: []string{"i", "j"}, Undone: news.Undoing{At: noon, By: "c", Why: "d"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("acts: []\n"))
	f.Add([]byte("acts:\n- {id: x, act: pin, at: 2026-01-02, by: a, why: b}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		acts, err := readDesk(text)
		if err != nil {
			return
		}
		written, err := writeDesk(acts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readDesk(written)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if diff := cmp.Diff(acts, again); diff != "" {
			t.Errorf("(-read +read again):\n%s\n%s", diff, written)
		}
	})
}
