package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// chromium finds the browser, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const required = "required"
	if os.Getenv("AUDITLOGS_INTEROP") == required {
		t.Fatalf("no chromium, and AUDITLOGS_INTEROP=%s", required)
	}
	t.Skipf("no chromium; AUDITLOGS_INTEROP=%s makes this a failure", required)
	return ""
}

// tab is a page in a browser, and what went wrong in it.
type tab struct {
	context.Context
	patience time.Duration
	doubted  string // the step that is expected to fail, for which there is less patience
	mu       sync.Mutex
	problems []string
}

// newBrowser starts Chromium, without a profile and what it asks its makers for.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(time.Minute),
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

func newTab(t *testing.T, browser context.Context) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	b := &tab{Context: ctx, patience: 30 * time.Second}
	require.NoError(t, chromedp.Listen(ctx, b.listen))
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
	} {
		require.NoError(t, enable())
	}
	return b
}

// listen notes exceptions, what is written to the console, and requests that fail or lead elsewhere.
func (b *tab) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.note("exception: %s %s", e.ExceptionDetails.Text, described(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		b.note("console.%s", e.Type)
	case *log.EventEntryAdded:
		b.note("%s: %s", e.Entry.Level, e.Entry.Text)
	case *network.EventLoadingFailed:
		b.note("request failed: %s", e.ErrorText)
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest {
			b.note("status %d", e.Response.Status)
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, "http://127.0.0.1:") && !strings.HasPrefix(u, "data:") {
			b.note("request to %s", u)
		}
	}
}

func (b *tab) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// trouble is what went wrong so far.
func (b *tab) trouble() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.problems) > 0 {
		return fmt.Errorf("the browser tells: %s", strings.Join(b.problems, "; "))
	}
	return nil
}

func described(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

// do takes actions, which wait for what they need.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(b, b.patience)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// until waits for a condition in the page. What it looks at may not be there yet.
func (b *tab) until(condition string) error { return b.within(b.patience, condition) }

func (b *tab) within(patience time.Duration, condition string) error {
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	wait := `new Promise(done => {
		const so = () => { try { return ` + condition + `; } catch { return false; } };
		const look = () => so() ? done(true) : setTimeout(look, 20);
		look();
	})`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise)); err != nil {
		return fmt.Errorf("not so: %s: %w", condition, err)
	}
	return nil
}
