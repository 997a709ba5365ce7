package e2e_test

import (
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// TestMain ends the demo that the tests share.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	stopDemo()
	os.Exit(code)
}

var (
	demoOnce sync.Once
	demoAt   string // its address; empty if it did not start
	stopDemo = func() {}
)

// demo returns the address of the program's demo, which it starts if no test has, once news has come in.
func demo(t *testing.T) string {
	t.Helper()
	demoOnce.Do(func() { demoAt = startDemo(t) })
	if demoAt == "" {
		t.Fatal("the demo did not start")
	}
	awaitNews(t, demoAt)
	return demoAt
}

func startDemo(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "wireroom-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(folder, "wireroom")
	build := exec.Command("go", "build", "-o", binary, "./cmd/wireroom")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	cmd := exec.Command(binary, "demo", "--quiet", "--listen", address)
	cmd.Env = append(os.Environ(), "TMPDIR="+folder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopDemo = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = cmd.Wait()
		_ = os.RemoveAll(folder) // a folder for things that nobody misses
	}
	return "http://" + address
}

// awaitNews waits until the front page has stories.
func awaitNews(t *testing.T, base string) {
	t.Helper()
	for limit := time.Now().Add(patience); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
		if page, err := read(base + "/"); err == nil && strings.Count(page, `class="headline"`) > 10 {
			return
		}
	}
	t.Fatal("no news came")
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	body, err := read(address)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func read(address string) (string, error) {
	res, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// firstLink returns the first path on a page that a pattern finds.
func firstLink(t *testing.T, page, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(`href="(` + pattern + `)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no link %s on the page", pattern)
	}
	return found[1]
}
