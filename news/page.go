package news

import "time"

// PageWait is how long an Item waits for its page at most, in the time of the news. Then it is sorted by what its Source
// said of it, and a text that comes later is not used: what was decided stays what can be decided again.
const PageWait = 15 * time.Minute

// PageOutcome is how the fetch of an Item's page ended.
type PageOutcome string

// The outcomes of a page. Each but PageFetched and PageShorter leaves the Item with what its Source said of it.
const (
	PageWaiting     PageOutcome = ""            // not ended: the Item is not sorted yet
	PageFetched     PageOutcome = "fetched"     // its text is the Item's full text
	PageShorter     PageOutcome = "shorter"     // says no more than the Source itself did: that was kept
	PageUnreadable  PageOutcome = "unreadable"  // no HTML, no article in it, or too large
	PageForbidden   PageOutcome = "forbidden"   // by robots.txt
	PageRefused     PageOutcome = "refused"     // 4xx: gone, not found, not for us
	PageFailed      PageOutcome = "failed"      // no good answer, as often as was tried
	PageLate        PageOutcome = "late"        // not in time
	PageInterrupted PageOutcome = "interrupted" // the process ended meanwhile; nobody is asked twice for one version
	PageSuperseded  PageOutcome = "superseded"  // the Item has a newer version
)

// A PageRequest says which pages to lease.
type PageRequest struct {
	At      time.Time // now, in the time of the news
	Limit   int       // at most so many
	PerHost int       // requests at a time to one host; at least 1
	Lease   time.Duration
}

// A PageClaim is the page of one version of an Item, leased to the caller together with a slot of its host.
type PageClaim struct {
	Ref    int64 // the store's own number of the Item
	Item   Item
	Source Source
	Tries  int       // that failed before
	Until  time.Time // the Item waits no longer
	Lease  Lease
}

// A PageVisit is what came of a PageClaim, as it is saved: all of it or nothing.
type PageVisit struct {
	Ref     int64
	Version int
	Lease   Lease
	Outcome PageOutcome // PageWaiting: it is tried again at NextTry
	Reason  string      // a sentence; empty for PageFetched
	Text    string      // of PageFetched: sanitised HTML
	// Canonical is the address that the page gives itself (rel=canonical), where that is another than the Item's; empty: none.
	Canonical string
	NextTry   time.Time // in the time of the news

	HoldHost    string        // host:port that Hold is of; it may be where a redirect led
	Hold        time.Time     // no page of the Source there, and no Poll of it, before this; zero for none
	HeldHost    string        // as [Poll.HeldHost]
	HostHold    time.Time     // no request to HeldHost before this; zero for none
	HostSpacing time.Duration // no request to Lease.Host before this has passed since the save
}
