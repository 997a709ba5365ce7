package main

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A source in trouble keeps its items and its validators, says what is wrong, and moves no byte of what is published.
func TestSourceInTroubleLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("many polls, one after another")
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		state  string
		error  string // a part of it
	}{
		{"HTML", plain("<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Please log in.</p></body></html>"), "not a feed", "HTML"},
		{"endless", endless, "failing", "1048576 bytes"},
		{"nothing", plain(""), "not a feed", "empty"},
		{"a feed without its items", plain(rss("a")), "not a feed", "no items"},
		{"500", status(http.StatusInternalServerError), "failing", "500"},
		{"404", status(http.StatusNotFound), "failing", "404"},
		{"410", status(http.StatusGone), "gone", "410"},
		{"redirect loop", redirectLoop, "failing", "redirect"},
		{"redirect to where none may go", redirectTo("http://192.0.2.1/feed"), "failing", "192.0.2.1"},
		{"connection cut before the answer", hangUp, "failing", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOrigin(t)
			o.publish("/a", rss("a", numbered(5)...))
			h := newHouse(t, o.sources("a")...)
			h.config.Fetch.MaxBody, h.config.Fetch.Timeout = "1MiB", "20s"
			h.save()
			h.must("poll", "--at", after(0))
			before, items, feeds := h.source("a"), h.items(), h.feeds()

			o.on("/a", c.answer)
			out := h.run("poll", "--force", "--at", after(time.Hour))
			now := h.source("a")
			if out.code != exitDone || strings.Count(out.stderr, "\n") != 1 || !strings.HasPrefix(out.stderr, "a: ") {
				t.Errorf("exit code %d, want 0 and one line that names the source; stderr %q", out.code, out.stderr)
			}
			if !strings.Contains(out.stderr, now["error"]) || now["error"] == "" || !strings.Contains(now["error"], c.error) {
				t.Errorf("error %q, want it on stderr, with %q in it: %q", now["error"], c.error, out.stderr)
			}
			if now["state"] != c.state || now["failures"] != "1" {
				t.Errorf("state %q, failures %q; want %q, 1", now["state"], now["failures"], c.state)
			}
			if now["etag"] != before["etag"] || before["etag"] == "" || now["last_modified"] != before["last_modified"] {
				t.Errorf("validators %q %q, were %q %q", now["etag"], now["last_modified"], before["etag"], before["last_modified"])
			}
			if (now["next_poll"] == "") != (c.state == "gone") {
				t.Errorf("next_poll %q in state %s", now["next_poll"], now["state"])
			}
			if diff := cmp.Diff(items, h.items()); diff != "" {
				t.Errorf("items (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(feeds, h.feeds()); diff != "" {
				t.Errorf("feeds (-before +after):\n%s", diff)
			}
			recovers(t, h, o, c.state)
		})
	}
}

// recovers polls again when the publisher is well, which is noticed and costs nothing but one conditional request; a
// feed that has ended is not asked again.
func recovers(t *testing.T, h *house, o *origin, state string) {
	t.Helper()
	o.publish("/a", rss("a", numbered(5)...))
	o.forget()
	h.must("poll", "--force", "--at", after(48*time.Hour))
	asked := o.of("/a")
	if state == "gone" {
		if len(asked) != 0 {
			t.Errorf("asked %d times after the end, want never", len(asked))
		}
		return
	}
	if len(asked) != 1 || asked[0].status != http.StatusNotModified {
		t.Errorf("afterwards: asked %v, want one request with the old validators", asked)
	}
	if now := h.source("a"); now["state"] != "fine" || now["error"] != "" || now["failures"] != "0" {
		t.Errorf("afterwards: state %q, error %q, failures %q; want fine", now["state"], now["error"], now["failures"])
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirectTo(url string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, url, http.StatusFound) }
}

func redirectLoop(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/a?again="+strconv.Itoa(len(r.URL.RawQuery)), http.StatusMovedPermanently)
}

// endless writes a feed of a hundred megabytes, until the reader has had enough.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/rss+xml")
	document := rss("a", numbered(200)...)
	item := []byte(document[strings.Index(document, "<item>"):strings.Index(document, "</channel>")])
	if _, err := w.Write([]byte(`<rss version="2.0"><channel><title>a</title>`)); err != nil {
		return
	}
	for range 100 << 20 / len(item) {
		if _, err := w.Write(item); err != nil {
			return
		}
	}
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// A body that is cut in its middle brings its whole items, and the rest when it comes whole; the old validators are kept
// until then.
func TestCutBodyBringsItsWholeItems(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(0))
	first := h.source("a")["etag"]

	whole := rss("a", numbered(9)...)
	cut := whole[:strings.Index(whole, "<guid isPermaLink=\"false\">a-7")]
	o.on("/a", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"of the whole"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
		_, _ = w.Write([]byte(cut)) // the server then hangs up, since more was announced
	})
	out := h.run("poll", "--force", "--at", after(time.Hour))
	now := h.source("a")
	if out.code != exitDone || len(h.items()) != 6 || now["state"] != "failing" || now["error"] == "" || now["etag"] != first {
		t.Errorf("exit code %d, %d items, state %q, error %q, etag %q; want 0, 6 items, failing, an error, and %q",
			out.code, len(h.items()), now["state"], now["error"], now["etag"], first)
	}
	o.publish("/a", whole)
	h.must("poll", "--force", "--at", after(2*time.Hour))
	if now := h.source("a"); len(h.items()) != 9 || now["state"] != "fine" || now["error"] != "" {
		t.Errorf("afterwards: %d items, state %q, error %q; want 9, fine", len(h.items()), now["state"], now["error"])
	}
}

// What is wrong with the place of the store is said in a sentence that names it and what to do.
func TestStoreThatCannotBeWritten(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(1)...))
	for _, c := range []struct {
		name  string
		place func(t *testing.T, folder string) string // returns store
		want  []string
	}{
		{"missing folder", func(_ *testing.T, folder string) string {
			return "sqlite:" + folder + "/missing/wireroom.db"
		}, []string{"missing", "does not exist", "create it"}},
		{"file for a folder", func(t *testing.T, folder string) string {
			place(t, folder+"/file", "")
			return "sqlite:" + folder + "/file/wireroom.db"
		}, []string{"file", "no folder", "name another"}},
		{"folder for a file", func(t *testing.T, folder string) string {
			if err := os.Mkdir(folder+"/wireroom.db.d", 0o700); err != nil {
				t.Fatal(err)
			}
			return "sqlite:" + folder + "/wireroom.db.d"
		}, []string{"wireroom.db.d"}},
		{"something else than a store", func(t *testing.T, folder string) string {
			place(t, folder+"/notes.txt", strings.Repeat("This is no store, but a page of notes.\n", 100))
			return "sqlite:" + folder + "/notes.txt"
		}, []string{"notes.txt"}},
		{"read-only folder", func(t *testing.T, folder string) string {
			return "sqlite:" + readOnly(t, folder) + "/wireroom.db"
		}, []string{"cannot be written"}},
		{"no server", func(_ *testing.T, folder string) string {
			return "postgres://wire:hunter2@/none?host=" + folder
		}, []string{"database=none", "is PostgreSQL running there"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, o.sources("a")...)
			h.config.Store = c.place(t, h.folder)
			h.save()
			for _, command := range []string{"poll", "sources", "run"} {
				out := h.run(command)
				if out.code != exitFailed && out.code != exitUsage || strings.Count(out.stderr, "wireroom:") != 1 {
					t.Errorf("%s: exit code %d, want 1 or 2 and one error:\n%s", command, out.code, out.stderr)
				}
				if strings.Contains(out.stderr, "hunter2") {
					t.Errorf("%s: the error shows the password:\n%s", command, out.stderr)
				}
				for _, part := range c.want {
					if !strings.Contains(out.stderr, part) {
						t.Errorf("%s: %q does not say %q", command, out.stderr, part)
					}
				}
			}
		})
	}
	if n := len(o.requests()); n != 0 {
		t.Errorf("%d requests, want none without a store", n)
	}
}

func place(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// readOnly makes a folder that this user cannot write to.
func readOnly(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "read-only")
	if err := os.Mkdir(path, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return path
	}
	if err := mount(t, path, "ro"); err != nil {
		t.Skipf("root may write everywhere, and nothing can be mounted: %v", err)
	}
	return path
}

// mount mounts an empty file system in memory until the test ends.
func mount(t *testing.T, path, options string) error {
	t.Helper()
	var flags uintptr
	if options == "ro" {
		flags, options = syscall.MS_RDONLY, ""
	}
	if err := syscall.Mount("tmpfs", path, "tmpfs", flags, options); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return nil
}

// A full disk ends a poll with one error that says so. What was stored before is all there, and when there is room again
// nothing is missing.
func TestFullDiskLosesNothing(t *testing.T) {
	sqliteAlone(t)
	disk := t.TempDir()
	const size = 8 << 20 // room for 400 stories of 4 kB and all that is kept with them, twice
	if err := mount(t, disk, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("no small disk can be mounted: %v", err)
	}
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(5)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Store = "sqlite:" + disk + "/wireroom.db"
	h.save()
	h.must("poll", "--at", after(0))
	items, feeds := h.items(), h.feeds()

	ballast := disk + "/ballast"
	fill(t, ballast)
	checkFull(t, h.run("poll", "--force", "--at", after(time.Hour)))
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	running := h.serve("serve")
	running.get("/readyz")
	fill(t, ballast)
	o.publish("/a", rss("a", bulky(400)...))
	checkFull(t, h.run("poll", "--force", "--at", after(time.Hour)))
	if diff := cmp.Diff(items, h.items()); diff != "" {
		t.Errorf("items (-before +while full):\n%s", diff)
	}
	for path, want := range feeds {
		if got := running.get(path); got.body != want.Body || got.header.Get("ETag") != want.ETag {
			t.Errorf("%s changed while the disk was full", path)
		}
	}

	restarted := h.serve("run")
	for path, want := range feeds {
		if got := restarted.get(path); got.body != want.Body || got.header.Get("ETag") != want.ETag {
			t.Errorf("%s changed in a start on a full disk", path)
		}
	}
	if got := restarted.get("/readyz").body; !strings.Contains(got, "full") {
		t.Errorf("/readyz says %q after a start on a full disk, want that it is full", got)
	}
	restarted.end()

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	h.must("poll", "--force", "--at", after(2*time.Hour))
	if n := len(h.items()); n != 400 {
		t.Errorf("with room again: %d items, want 400", n)
	}
	h.checkSorted()
}

func checkFull(t *testing.T, out outcome) {
	t.Helper()
	if out.code != exitFailed || !strings.Contains(out.stderr, "full") || !strings.Contains(out.stderr, "Make room") {
		t.Errorf("exit code %d, want 1 and what to do about a full disk:\n%s", out.code, out.stderr)
	}
}

// bulky are stories that hardly compress.
func bulky(n int) []story {
	stories := numbered(n)
	for i := range stories {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		var text strings.Builder
		for range 60 {
			sum = sha256.Sum256(sum[:])
			fmt.Fprintf(&text, "%x ", sum)
		}
		stories[i].text = text.String()
	}
	return stories
}

// fill writes a file until its disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, block := range [][]byte{make([]byte, 1<<16), make([]byte, 1<<10), {0}} {
		for range 1 << 16 {
			if _, err := file.Write(block); err != nil {
				break
			}
		}
	}
}

// Bytes that nobody has asked for stay out of the log, which is the program's own.
func TestUnaskedBytesAreNotLogged(t *testing.T) {
	document := rss("a", numbered(2)...)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sunasked", len(document), document)
		t.Cleanup(func() { conn.Close() })
	}))
	t.Cleanup(origin.Close)
	h := newHouse(t, sourceEntry{ID: "a", URL: origin.URL})
	h.apart = true
	out := h.run("poll")
	if out.code != exitDone || strings.Contains(out.stderr, "unasked") {
		t.Errorf("exit code %d, %q on standard error; want nothing of what was sent unasked", out.code, out.stderr)
	}
	if got := len(h.items()); got != 2 {
		t.Errorf("%d items, want 2", got)
	}
}

func TestPortInUse(t *testing.T) {
	var config net.ListenConfig
	taken, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	o := newOrigin(t)
	h := newHouse(t, o.sources("a")...)
	h.config.Server.Listen = taken.Addr().String()
	h.save()
	for _, command := range []string{"serve", "run"} {
		out := h.run(command)
		if out.code != exitFailed || !strings.Contains(out.stderr, taken.Addr().String()) || !strings.Contains(out.stderr, "server.listen") {
			t.Errorf("%s: exit code %d, want 1 and an error with the address and the setting:\n%s", command, out.code, out.stderr)
		}
	}
	if n := len(o.requests()); n != 0 {
		t.Errorf("%d requests, want none of a program that cannot serve", n)
	}
}

func TestAddressOfAnotherMachine(t *testing.T) {
	h := newHouse(t, sourceEntry{ID: "a", URL: "https://a.example/feed"})
	h.config.Server.Listen = "192.0.2.1:8080" // for documentation alone (RFC 5737)
	h.save()
	if out := h.run("serve"); out.code != exitFailed || !strings.Contains(out.stderr, "this machine has no such address") {
		t.Errorf("exit code %d, want 1 and what is wrong:\n%s", out.code, out.stderr)
	}
}

// Ten faults are ten lines of advice, not one at a time.
func TestConfigurationWithTenFaults(t *testing.T) {
	h := newHouse(t)
	h.write(`server: {listen: nowhere}
store: mysql://127.0.0.1/wire
fetch: {floor: soon, spacing: 1s, colour: red}
sources:
  - {id: Not A Slug, url: https://a.example/feed}
  - {id: b, url: ftp://b.example/feed}
  - {id: c, url: https://c.example/feed, kind: gossip}
  - {id: c, url: https://d.example/feed}
  - {id: e}
topics:
  - {slug: everything, all: true, sources: [nobody]}
`)
	for _, command := range []string{"check", "poll", "run", "items"} {
		out := h.run(command)
		if out.code != exitUsage || out.stdout != "" {
			t.Errorf("%s: exit code %d, want 2 and nothing on stdout: %q", command, out.code, out.stdout)
		}
		for _, at := range []string{
			":1:18: server.listen", ":2:8: store", ":3:16: fetch.floor", ":3:35: fetch",
			":5:10: sources[0].id", ":6:18: sources[1].url", ":7:48: sources[2].kind",
			":8:10: sources[3].id", ":9:5: sources[4]", ":11:45: topics[0].sources[0]",
		} {
			if !strings.Contains(out.stderr, at) {
				t.Errorf("%s: the fault at %q is not named:\n%s", command, at, out.stderr)
			}
		}
	}
	if files, err := filepath.Glob(h.folder + "/*.db*"); err != nil || len(files) > 0 {
		t.Errorf("a store was made: %v (%v)", files, err)
	}
}
