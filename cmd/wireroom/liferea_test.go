package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A reader with windows subscribes to two formats of a feed: it shows all items, once, is sent nothing twice, and has no second
// item for an edit or a grown story.
func TestLifereaReadsTheFeeds(t *testing.T) {
	for program, pack := range map[string]string{
		"liferea": "liferea", "xvfb-run": "xvfb", "xauth": "xauth", "dbus-run-session": "dbus-daemon", "gdbus": "libglib2.0-bin",
	} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: apt-get install %s", program, pack)
		}
	}
	r := newReadership(t)
	const atom, rss = "/topics/everything.atom", "/topics/everything.rss"
	l := newLiferea(t, r.front.URL+atom, r.front.URL+rss)
	for _, step := range []struct {
		name   string
		change bool
		status int
	}{
		{"first visit", false, http.StatusOK},
		{"nothing new", false, http.StatusNotModified},
		{"an edit, a growth and a new story", true, http.StatusOK},
	} {
		if step.change {
			r.change()
		}
		r.front.forget()
		l.refresh()
		for _, path := range []string{atom, rss} {
			answers := func() []request { return r.front.of(path) }
			l.await(func() bool { return len(answers()) > 0 && answers()[0].status != 0 })
			if got := answers()[0].status; got != step.status {
				t.Errorf("%s: %s answered %d, want %d", step.name, path, got, step.status)
			}
		}
		want := slices.Sorted(maps.Keys(r.titles()))
		l.await(func() bool { return len(l.ids("atom")) >= len(want) && len(l.ids("rss")) >= len(want) })
		for _, feed := range []string{"atom", "rss"} {
			if diff := cmp.Diff(want, l.ids(feed)); diff != "" {
				t.Errorf("%s: ids by %s (-want +got):\n%s", step.name, feed, diff)
			}
		}
	}
}

// liferea is a reader in a window that nobody sees, with two subscriptions.
type liferea struct {
	t           *testing.T
	folder, bus string
	ended       chan struct{}
}

func newLiferea(t *testing.T, atom, rss string) *liferea {
	t.Helper()
	l := &liferea{t: t, folder: t.TempDir(), ended: make(chan struct{})}
	if err := os.MkdirAll(filepath.Join(l.folder, ".config", "liferea"), 0o700); err != nil {
		t.Fatal(err)
	}
	place(t, filepath.Join(l.folder, ".config", "liferea", "feedlist.opml"), fmt.Sprintf(`<opml version="1.0"><head><title>Feeds</title></head><body>
<outline title="A" text="A" type="atom" xmlUrl="%s" updateInterval="-1" id="atom"/>
<outline title="R" text="R" type="rss" xmlUrl="%s" updateInterval="-1" id="rss"/>
</body></opml>`, atom, rss))
	command := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", `echo "$DBUS_SESSION_BUS_ADDRESS"; exec xvfb-run -a liferea`)
	command.Env = l.environment()
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its window and its bus end with it
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { <-l.ended }) // the test's context has ended by then
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	l.bus = strings.TrimSpace(line)
	go func() { _ = command.Wait(); close(l.ended) }()
	return l
}

func (l *liferea) environment() []string {
	return []string{"HOME=" + l.folder, "XDG_RUNTIME_DIR=" + l.folder, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8",
		"GSETTINGS_BACKEND=memory", "GIO_USE_NETWORK_MONITOR=base", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1"}
}

// refresh has it visit its feeds, as soon as it listens.
func (l *liferea) refresh() {
	l.t.Helper()
	l.await(func() bool {
		command := exec.CommandContext(l.t.Context(), "gdbus", "call", "--session", "--dest", "org.gnome.feed.Reader",
			"--object-path", "/org/gnome/feed/Reader", "--method", "org.gnome.feed.Reader.Refresh")
		command.Env = append(l.environment(), "DBUS_SESSION_BUS_ADDRESS="+l.bus)
		return command.Run() == nil
	})
}

func (l *liferea) await(done func() bool) {
	l.t.Helper()
	for limit := time.After(patience); !done(); {
		pause(l.t, limit, l.ended)
	}
}

// ids are those of the items that it keeps of a feed, in order.
func (l *liferea) ids(feed string) (all []string) {
	l.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(l.folder, ".local", "share", "liferea", "liferea.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(l.t.Context(), `select source_id from items where node_id = $1 order by source_id`, feed)
	if err != nil {
		l.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			l.t.Fatal(err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		l.t.Fatal(err)
	}
	return all
}
