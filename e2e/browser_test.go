package e2e_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A browser is one tab of Chromium, which notes what it asks for and complains of.
type browser struct {
	*testing.T
	ctx context.Context

	mu         sync.Mutex
	requests   []string
	complaints []string
}

// open starts a browser without windows.
func open(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{T: t, ctx: ctx}
	b.do(b.call("Network.enable", nil), b.call("Log.enable", nil), b.call("Page.enable", nil),
		// What the page's own policy forbids is told to the page alone.
		b.call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": `
			window.violations = [];
			document.addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + ' ' + e.blockedURI));`}))
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	return b
}

// call is a command of the DevTools protocol.
func (b *browser) call(method string, params any) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		if params == nil {
			params = map[string]any{}
		}
		return none, t.Call(ctx, method, params, nil)
	}
}

func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Level)+": "+e.Entry.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// look opens a page at a size, in light or dark.
func (b *browser) look(address string, width, height int64, dark bool) {
	b.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(width, height),
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}),
		chromedp.Navigate(address))
}

// eval returns what an expression gives on the page.
func eval[T any](b *browser, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// press presses keys.
func (b *browser) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// checkQuiet fails if the page asked another host for anything, or the browser complained.
func (b *browser) checkQuiet(base string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	own, err := url.Parse(base)
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range b.requests {
		if u, err := url.Parse(r); err != nil || u.Host != own.Host {
			b.Errorf("the page asked for %s", r)
		}
	}
	for _, c := range b.complaints {
		b.Errorf("the browser says: %s", c)
	}
}

// picture takes one of what is seen.
func (b *browser) picture(path string) {
	b.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// runScript runs a script on the page, past its policy, as the developer tools do.
func runScript(b *browser, script string) error {
	b.Helper()
	return chromedp.Do(b.ctx, b.call("Runtime.evaluate", map[string]any{"expression": script}))
}

// evalAsync is eval of a promise.
func evalAsync[T any](b *browser, expression string) T {
	b.Helper()
	var answer struct {
		Result struct {
			Value T `json:"value"`
		} `json:"result"`
		Exception any `json:"exceptionDetails"`
	}
	err := chromedp.Do(b.ctx, func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		return none, t.Call(ctx, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &answer)
	})
	if err != nil || answer.Exception != nil {
		b.Fatalf("%.80s: %v %v", expression, err, answer.Exception)
	}
	return answer.Result.Value
}

// awaitPage waits until the browser is at a path, and the page there is ready.
func awaitPage(b *browser, path string) {
	b.Helper()
	evalAsync[bool](b, `1 + 1 == 2`)
	for range 200 {
		ready, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`location.pathname + location.search == `+strconv.Quote(path)+` && document.readyState == 'complete'`))
		if err == nil && ready {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatalf("the browser never came to %s", path)
}
