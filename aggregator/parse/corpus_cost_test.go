package parse_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// maxCorpusAllocation is what one document of the corpus may allocate, in bytes in all, which bounds the peak. The largest
// allocates 24 MB. Times are logged and not held: they are the machine's as much as ours.
const maxCorpusAllocation = 100e6

// costliest is the dearest document by one measure.
type costliest[N int64 | uint64] struct {
	path string
	cost N
}

func (c *costliest[N]) see(path string, cost N) {
	if cost > c.cost {
		c.path, c.cost = path, cost
	}
}

// TestCorpusCost holds that no document of the corpus, read and made items of, allocates 100 MB. The dearest two are
// logged.
func TestCorpusCost(t *testing.T) {
	root := filepath.Join(corpus, "files")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus of feeds is not here:", err)
	}
	var slowest costliest[int64]
	var largest costliest[uint64]
	documents, seen, total := 0, 0, time.Duration(0)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if seen++; seen%raceFactor != 0 {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		took, allocated := cost(t, data)
		documents, total = documents+1, total+took
		slowest.see(path, int64(took))
		largest.see(path, allocated)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents in %v", documents, total.Round(time.Millisecond))
	t.Logf("slowest: %v, %s", time.Duration(slowest.cost).Round(time.Millisecond), slowest.path)
	t.Logf("largest: %.1f MB allocated in all, %s", float64(largest.cost)/1e6, largest.path)
	if largest.cost > maxCorpusAllocation {
		t.Errorf("%s: allocated %d MB", largest.path, largest.cost/1e6)
	}
}
