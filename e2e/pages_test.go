package e2e_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

var screenshots = flag.String("screenshots", "", "take the pictures of the documentation into this `folder`")

// paths are a page of each kind, by name.
func paths(t *testing.T, base string) map[string]string {
	front := fetch(t, base+"/")
	topic := firstLink(t, front, `/topics/[a-z-]+`)
	return map[string]string{
		"front": "/", "topic": topic, "story": storyWithCopy(t, base, front), "day": firstLink(t, fetch(t, base+topic), `/topics/[a-z-]+/[0-9-]+`),
		"sources": "/sources", "source": firstLink(t, fetch(t, base+"/sources"), `/sources/[a-z0-9-]+`), "subscribe": "/subscribe", "about": "/about",
		"search": "/search?q=talks", "search help": "/search", "nothing there": "/nothing-there",
	}
}

// storyWithCopy returns a Story that several Sources tell, if the front page shows one.
func storyWithCopy(t *testing.T, base, front string) string {
	if i := strings.Index(front, " more report"); i > 0 {
		if j := strings.LastIndex(front[:i], `href="/stories/`); j > 0 {
			return front[j+len(`href="`) : j+len(`href="/stories/`)+36]
		}
	}
	return firstLink(t, fetch(t, base+firstLink(t, front, `/topics/[a-z-]+`)), `/stories/[0-9a-f-]+`)
}

// Every page, wide and at 320 pixels, light and dark: nothing sticks out, no policy is broken, nobody else is asked, and
// axe-core finds nothing serious.
func TestPagesInABrowser(t *testing.T) {
	base := demo(t)
	axe := readAxe(t)
	for name, path := range paths(t, base) {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			for _, size := range []int64{1280, 320} {
				for _, dark := range []bool{false, true} {
					b.look(base+path, size, 900, dark)
					checkFits(b, size)
					checkColours(b, dark)
					if dark == (size == 320) {
						checkAxe(b, axe, fmt.Sprintf("%d wide, dark %v", size, dark))
					}
				}
			}
			if broken := eval[[]string](b, `violations`); len(broken) > 0 {
				t.Errorf("the page's own policy forbids %v", broken)
			}
			if name == "nothing there" {
				b.complaints = nil // of the status
			}
			b.checkQuiet(base)
		})
	}
}

// checkFits fails if a page of that width has to be scrolled sideways, and names what sticks out: not the heads of tables,
// which are out of sight where they have no room.
func checkFits(b *browser, width int64) {
	b.Helper()
	out := eval[[]string](b, `[...document.querySelectorAll('body *')]
		.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && getComputedStyle(e).position != 'absolute' && !e.closest('thead'))
		.map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))`)
	if len(out) > 0 || eval[int64](b, `document.documentElement.scrollWidth`) > width {
		b.Errorf("at %d pixels these stick out: %q", width, out)
	}
}

// checkColours fails if the ground is not dark where that is wanted, or light.
func checkColours(b *browser, dark bool) {
	b.Helper()
	ground := eval[[]float64](b, `getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)`)
	if is := ground[0]+ground[1]+ground[2] < 3*128; is != dark {
		b.Errorf("the ground is rgb%v, want dark %v", ground, dark)
	}
}

// readAxe reads axe-core; without it the pages are not judged by it.
func readAxe(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Log("no axe-core here: run npm ci")
	}
	return string(text)
}

// checkAxe fails for what axe-core calls serious or critical.
func checkAxe(b *browser, axe, how string) {
	b.Helper()
	if axe == "" {
		return
	}
	if err := runScript(b, axe); err != nil {
		b.Fatal(err)
	}
	faults := evalAsync[[]string](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations
		.filter(v => ['serious', 'critical'].includes(v.impact))
		.map(v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 120)).slice(0, 3).join(' | ')))`)
	for _, fault := range faults {
		b.Errorf("%s: %s", how, fault)
	}
}

// With the keyboard alone: the first stop leads past the head to the content, every stop can be seen, and a search is
// made by typing it.
func TestKeyboardAlone(t *testing.T) {
	base := demo(t)
	b := open(t)
	b.look(base+"/", 1280, 900, false)
	b.press(kb.Tab)
	if focus := eval[string](b, `document.activeElement.textContent`); focus != "Skip to the content" {
		t.Fatalf("the first stop is %q", focus)
	}
	if !eval[bool](b, `document.activeElement.getBoundingClientRect().left >= 0`) {
		t.Error("the first stop is out of sight")
	}
	b.press(kb.Enter)
	b.press(kb.Tab)
	if !eval[bool](b, `document.querySelector('main').contains(document.activeElement)`) {
		t.Error("the first stop after it is not in the content")
	}
	walkStops(b)

	b.look(base+"/about", 320, 900, false)
	for range 20 {
		b.press(kb.Tab)
		if eval[bool](b, `document.activeElement.id == 'q'`) {
			break
		}
	}
	b.press("talks")
	b.press(kb.Enter)
	awaitPage(b, "/search?q=talks")
	if n := eval[int](b, `document.querySelectorAll('.story mark').length`); n == 0 {
		t.Error("nothing that was searched for is marked")
	}
	b.checkQuiet(base)
}

// walkStops tabs through a page from its top and fails for a stop that cannot be seen, or if some cannot be reached.
func walkStops(b *browser) {
	b.Helper()
	want := eval[int](b, `document.querySelectorAll('a[href], input, button').length`)
	eval[bool](b, `document.activeElement.blur(), scrollTo(0, 0), window.stops = new Set(), true`)
	b.do(b.call("Page.reload", nil))
	awaitPage(b, "/")
	eval[bool](b, `window.stops = new Set(), true`)
	for range want {
		b.press(kb.Tab)
		unseen := eval[string](b, `(e => { stops.add(e); const s = getComputedStyle(e), r = e.getBoundingClientRect();
			const seen = (s.outlineStyle != 'none' && parseFloat(s.outlineWidth) > 1) && r.width > 0 && r.bottom > 0 && r.top < innerHeight;
			return seen ? '' : e.outerHTML.slice(0, 120); })(document.activeElement)`)
		if unseen != "" {
			b.Errorf("a stop cannot be seen: %s", unseen)
		}
	}
	if got := eval[int](b, `stops.size`); got != want {
		b.Errorf("%d stops are reached, want all %d", got, want)
	}
}

// On paper there is nothing to click.
func TestPrinted(t *testing.T) {
	base := demo(t)
	b := open(t)
	b.look(base+"/", 800, 900, true)
	b.do(b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print", "features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}}))
	if n := eval[int](b, `[...document.querySelectorAll('nav, .search, .feeds')].filter(e => e.offsetParent).length`); n > 0 {
		t.Errorf("%d things to click are printed", n)
	}
	checkColours(b, false)
}

func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots")
	}
	base := demo(t)
	all := paths(t, base)
	b := open(t)
	for _, shot := range []struct {
		name, path    string
		width, height int64
		dark          bool
	}{
		{"front", all["front"], 1280, 860, false}, {"story", all["story"], 1280, 860, false}, {"narrow-dark", all["topic"], 390, 860, true},
	} {
		b.look(base+shot.path, shot.width, shot.height, shot.dark)
		b.picture(filepath.Join(*screenshots, shot.name+".png"))
	}
}
