//go:build unix

package parse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// browserScript stands before the exhibits of a page. It gives them hit, which what runs calls, sets off every event
// once, follows every link that does not lead to another page, and writes into #report what ran and what the browser
// found in the exhibits that a text may not have.
const browserScript = `<script>
'use strict';
const ran = [];
Object.defineProperty(window, 'hit', {value: n => { ran.push(n); new Image().src = '/hit/' + n; }});
const elements = 'ELEMENTS'.split(' ');
const attributes = 'href src rel alt width height loading referrerpolicy colspan rowspan dir'.split(' ');
const attributeNames = Element.prototype.getAttributeNames; // which a form's fields may hide
const events = ('click dblclick auxclick contextmenu mousedown mouseup mouseover mouseenter mousemove mouseout mouseleave ' +
  'pointerdown pointerover pointerenter pointermove pointerrawupdate wheel scroll scrollend keydown keypress keyup focus ' +
  'focusin blur input beforeinput change invalid select submit reset search toggle beforetoggle cancel close load error ' +
  'abort copy cut paste drag dragstart dragenter dragover drop dragend touchstart touchend animationstart ' +
  'animationend transitionend beforematch begin end repeat formdata securitypolicyviolation').split(' ');
document.addEventListener('click', e => {
  const link = e.target.closest && e.target.closest('a, area');
  if (link && /^https?:$/.test(link.protocol)) e.preventDefault();
}, true);
function provoke(e) {
  for (const name of events) e.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
  if (e.click) e.click();
}
function faultsOf(exhibit) {
  const faults = [];
  for (const e of exhibit.querySelectorAll('*')) {
    if (e.namespaceURI !== 'http://www.w3.org/1999/xhtml' || !elements.includes(e.localName)) faults.push('element ' + e.localName);
    for (const a of attributeNames.call(e)) if (!attributes.includes(a)) faults.push('attribute ' + a);
    for (const a of [e.href, e.src]) if (a && !/^(https?|mailto):/.test(a)) faults.push('address ' + a);
  }
  const again = document.createElement('div');
  again.innerHTML = exhibit.innerHTML;
  if (again.innerHTML !== exhibit.innerHTML) faults.push('mutates into ' + again.innerHTML);
  return faults;
}
addEventListener('load', () => {
  const faults = {};
  for (const s of document.querySelectorAll('section')) {
    const exhibit = s.firstElementChild;
    const found = faultsOf(exhibit);
    if (s.parentNode !== document.body || s.children.length !== 2 || s.lastElementChild.localName !== 'output') found.push('not contained');
    if (found.length) faults[s.dataset.n] = found;
    for (const e of exhibit.querySelectorAll('*')) provoke(e);
  }
  setTimeout(() => {
    if (window !== top) { for (const n in faults) top.postMessage([n, faults[n]], '*'); return; }
    const report = document.getElementById('report');
    report.textContent = JSON.stringify({ran: ran, faults: faults, framed: framed, sections: document.querySelectorAll('section').length});
  }, window === top ? 1500 : 0);
});
const framed = {};
addEventListener('message', e => { if (Array.isArray(e.data)) framed[e.data[0]] = e.data[1]; });
</script>
<style>section, iframe {position: absolute; top: 0; left: 0}</style>
`

// A browserReport is what browserScript writes.
type browserReport struct {
	Ran      []int
	Faults   map[string][]string // by number of the exhibit
	Framed   map[string][]string // the same of exhibits in frames
	Sections int
}

// A gallery is a server on loopback that shows exhibits to a browser and notes what it is asked for.
type gallery struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string
	asked []string // other paths than those of pages
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{pages: map[string]string{}}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.Close)
	return g
}

func (g *gallery) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	page, ok := g.pages[r.URL.Path]
	if !ok {
		g.asked = append(g.asked, r.URL.Path)
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, page)
}

// base is the address that exhibits are sanitised against.
func (g *gallery) base() *url.URL {
	u, _ := url.Parse(g.URL + "/dir/feed.xml") // httptest's URLs parse
	return u
}

// show puts a page of exhibits at path.
func (g *gallery) show(path, exhibits string) {
	script := strings.Replace(browserScript, "ELEMENTS", strings.TrimSpace(shownElements), 1)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pages[path] = "<!DOCTYPE html><html><head><meta charset=utf-8><title>gallery</title>" + script + "</head><body>" +
		`<pre id="report"></pre>` + exhibits + `</body></html>`
}

// exhibit is a fragment on show under a number. What follows it shows whether the fragment keeps to its place.
func exhibit(n int, fragment string) string {
	return fmt.Sprintf("<section data-n=\"%d\"><div>%s</div><output></output></section>\n", n, fragment)
}

// visit opens the page "/" in Chromium and returns the report and the paths that were asked for beside pages. A dialog
// stops the browser, so that its time runs out.
func (g *gallery) visit(t *testing.T) (browserReport, []string) {
	t.Helper()
	dom := dumpDOM(t, g.URL+"/")
	var report browserReport
	if err := json.Unmarshal([]byte(textOf(t, dom, "report")), &report); err != nil {
		t.Fatalf("the page has no report (%v), an exhibit has led the browser away or broken the page: %.2000s", err, dom)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return report, g.asked
}

// dumpDOM returns the document that Chromium has made of a page three seconds of the page's time after opening it.
func dumpDOM(t *testing.T, address string) []byte {
	t.Helper()
	dir, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	// The browser's last processes may still write while it goes; what they leave is nobody's loss.
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser(t), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1280,1024",
		"--user-data-dir="+dir, "--virtual-time-budget=3000", "--dump-dom", address)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	dom, err := cmd.Output()
	if ctx.Err() != nil {
		t.Fatal("the browser did not end within a minute: a dialog, or a page that never rests")
	}
	if err != nil {
		t.Fatalf("%v: %.2000s", err, &stderr)
	}
	return dom
}

// browser returns the path of Chromium, or skips the test.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("slow: opens a browser")
	}
	for _, name := range [...]string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("needs chromium on PATH")
	return ""
}

// textOf returns the text of the element with an id.
func textOf(t *testing.T, document []byte, id string) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" && a.Val == id && n.FirstChild != nil {
				return n.FirstChild.Data
			}
		}
	}
	return ""
}
