package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// tableHead belongs above the rows. MB is 10⁶ bytes.
const tableHead = `| phase | wall s | CPU s | CPU ms a source | peak RSS MB | database MB | kept MB | written MB | written ÷ kept | answers | most at a time: all, host, source | unconditional again | other paths |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|---:|---|
`

// row is one line of the table.
type row struct {
	name           string
	sources        int
	cost           cost
	database, kept int64 // bytes
	asked          asked
	err            error // of the command
}

// asked is what the row shows of the origin's stats.
type asked struct {
	Status             map[int]int    `json:"status"`
	UnconditionalAgain int            `json:"unconditional_again"`
	UnknownPaths       map[string]int `json:"unknown_paths"`
	MaxConcurrent      int            `json:"max_concurrent"`
	MaxPerHost         int            `json:"max_per_host"`
	MaxPerSource       int            `json:"max_per_source"`
}

// String is the row in Markdown, with a line end.
func (r row) String() string {
	cpu := r.cost.user + r.cost.system
	cells := []string{
		r.name,
		fmt.Sprintf("%.2f", r.cost.wall.Seconds()),
		fmt.Sprintf("%.2f", cpu.Seconds()),
		fmt.Sprintf("%.2f", float64(cpu)/float64(time.Millisecond)/float64(r.sources)),
		megabytes(r.cost.peak), megabytes(r.database), megabytes(r.kept), megabytes(r.cost.written),
		ratio(r.cost.written, r.kept),
		r.asked.answers(),
		fmt.Sprintf("%d, %d, %d", r.asked.MaxConcurrent, r.asked.MaxPerHost, r.asked.MaxPerSource),
		fmt.Sprint(r.asked.UnconditionalAgain),
		fmt.Sprint(len(r.asked.UnknownPaths)),
	}
	if r.err != nil {
		cells[0] += " (FAILED)"
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }

// ratio is empty where next to nothing was kept: under 100 kB the growth is a matter of a few pages.
func ratio(written, kept int64) string {
	if kept < 100_000 {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(written)/float64(kept))
}

// answers lists how many of which status, those that a poll should see first.
func (a asked) answers() string {
	var parts []string
	other := 0
	for status, n := range a.Status {
		if status != http.StatusOK && status != http.StatusNotModified {
			other += n
		}
	}
	for _, s := range []struct {
		name string
		n    int
	}{{"200", a.Status[http.StatusOK]}, {"304", a.Status[http.StatusNotModified]}, {"other", other}} {
		if s.n > 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", s.n, s.name))
		}
	}
	return strings.Join(parts, ", ")
}

// resetOrigin lets the origin count from zero. An empty url does nothing.
func resetOrigin(ctx context.Context, url string) error {
	if url == "" {
		return nil
	}
	_, err := askOrigin(ctx, http.MethodPost, url+"?reset=1")
	return err
}

// readOrigin reads what was asked of the origin. An empty url is nothing asked.
func readOrigin(ctx context.Context, url string) (asked, error) {
	if url == "" {
		return asked{}, nil
	}
	return askOrigin(ctx, http.MethodGet, url+"/stats")
}

func askOrigin(ctx context.Context, method, url string) (asked, error) {
	var a asked
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return a, fmt.Errorf("ask origin: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, fmt.Errorf("ask origin: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("ask origin %s: %s", url, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return a, fmt.Errorf("ask origin %s: %w", url, err)
	}
	return a, nil
}
