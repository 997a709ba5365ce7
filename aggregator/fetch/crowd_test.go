package fetch_test

import (
	"net/http"
	"runtime"
	"sync"
	"testing"

	"wireroom/aggregator/fetch"
)

// TestManyAtOnceInLittleMemory holds 200 answers open at once, each with a brotli body that uses its whole window, and
// looks at the heap while they wait: what a request in flight costs must not depend on how its body will be coded.
func TestManyAtOnceInLittleMemory(t *testing.T) {
	const requests = 200
	body := squeeze(t, "br", document(200_000))
	var waiting sync.WaitGroup
	waiting.Add(requests)
	release := make(chan struct{})
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		w.Write(body[:len(body)/2]) //nolint:errcheck // shows in the test
		w.(http.Flusher).Flush()
		waiting.Done()
		<-release
		w.Write(body[len(body)/2:]) //nolint:errcheck // shows in the test
	})
	c := newClient(t, fetch.Config{})
	before := heap()
	var all sync.WaitGroup
	for range requests {
		all.Go(func() {
			res, err := c.Get(t.Context(), fetch.Request{URL: o.URL})
			if err != nil || res.Damaged || len(res.Body) < 200_000 {
				t.Errorf("Get: %v, %v", res, err)
			}
		})
	}
	waiting.Wait()
	during := heap()
	close(release)
	all.Wait()
	each := (during - before) / requests
	t.Logf("%d KiB for each request in flight, both ends of its connection included", each>>10)
	if each > 150<<10 {
		t.Errorf("%d bytes for each request in flight, want 150 KiB at most", each)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
