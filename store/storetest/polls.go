package storetest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"wireroom/news"
	"wireroom/store"
)

func claimIsExclusive(b *bench) {
	b.sources(40)
	var mu sync.Mutex
	owners := make(map[string]int)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for {
				claims, _, err := b.db.Claim(b.ctx, news.ClaimRequest{At: b.now, Limit: 3, PerHost: 1, Lease: time.Minute})
				if err != nil {
					b.Error(err)
				}
				if len(claims) == 0 {
					return
				}
				mu.Lock()
				for _, c := range claims {
					owners[c.Source.ID]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(owners) != 40 {
		b.Errorf("got %d sources claimed, want 40", len(owners))
	}
	for id, n := range owners {
		if n != 1 {
			b.Errorf("source %s was claimed %d times, want once", id, n)
		}
	}
}

func heldByAnother(b *bench) {
	b.sources(1)
	held := b.claim(news.ClaimRequest{Pass: "one"})
	claims, wait, err := b.db.Claim(b.ctx, news.ClaimRequest{At: b.now, Limit: 9, PerHost: 9, Lease: time.Minute, Pass: "two"})
	b.must(err)
	if len(claims) != 0 || wait <= 0 {
		b.Errorf("got %d claims and wait %v of a source that another pass holds; want none, and more than 0", len(claims), wait)
	}
	if _, wait, err = b.db.Claim(b.ctx, news.ClaimRequest{At: b.now, Limit: 9, PerHost: 9, Lease: time.Minute, Pass: "one"}); err != nil || wait != 0 {
		b.Errorf("got wait %v (%v) in the pass that holds all there is, want 0", wait, err)
	}
	b.must(b.db.Release(b.ctx, held[0].Source.ID, held[0].Lease, 0))
}

func oneHostAtATime(b *bench) {
	c := news.Configuration{Topics: []news.Topic{everything()}}
	for i := range 3 {
		s := source(i)
		s.URL = "http://one.example/" + s.ID
		c.Sources = append(c.Sources, s)
	}
	seat := b.seat()
	_, err := b.db.Apply(b.ctx, seat, c, b.now, func(string) (string, error) { return "one.example:80", nil })
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))

	first := b.claim(news.ClaimRequest{PerHost: 1})
	if len(first) != 1 {
		b.Fatalf("got %d claims of one host, want 1", len(first))
	}
	_, wait, err := b.db.Claim(b.ctx, news.ClaimRequest{At: b.now, Limit: 9, PerHost: 1, Lease: time.Minute})
	b.must(err)
	if wait <= 0 {
		b.Errorf("got wait %v with sources left behind a busy host, want more than 0", wait)
	}
	if got := b.claim(news.ClaimRequest{PerHost: 2}); len(got) != 1 {
		b.Errorf("got %d claims with a second slot, want 1", len(got))
	}
	p := news.Poll{Source: first[0].Source.ID, Lease: first[0].Lease, At: b.now, State: b.polled(first[0].State), HostSpacing: time.Hour}
	b.must(b.trySave(p))
	if got := b.claim(news.ClaimRequest{PerHost: 5}); len(got) != 0 {
		b.Errorf("got %d claims of a spaced host, want none", len(got))
	}
}

func passClaimsOnce(b *bench) {
	b.sources(1)
	first := b.claim(news.ClaimRequest{Due: news.DueForced, Pass: "one"})
	b.save(first[0])
	if again := b.claim(news.ClaimRequest{Due: news.DueForced, Pass: "one"}); len(again) != 0 {
		b.Errorf("got %d claims in the same pass, want none", len(again))
	}
	if other := b.claim(news.ClaimRequest{Due: news.DueForced, Pass: "two"}); len(other) != 1 {
		b.Errorf("got %d claims in another pass, want 1", len(other))
	}
}

func holdIsNeverIgnored(b *bench) {
	b.sources(2)
	for _, c := range b.claim(news.ClaimRequest{}) {
		p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
		p.State.Earliest = b.now.Add(30 * time.Minute)
		switch c.Source.ID {
		case "s00":
			p.State.Hold = b.now.Add(10 * time.Minute)
		case "s01":
			p.HostHold = b.now.Add(10 * time.Minute)
		}
		b.must(b.trySave(p))
	}
	for _, test := range []struct {
		due   news.Due
		after time.Duration
		want  int
	}{
		{news.DueForced, 0, 0}, {news.DueForced, 9 * time.Minute, 0}, {news.DueForced, 10 * time.Minute, 2},
		{news.DueAll, 29 * time.Minute, 0}, {news.DueAll, 30 * time.Minute, 2},
		{news.DueScheduled, 59 * time.Minute, 0}, {news.DueScheduled, time.Hour, 2},
	} {
		claims := b.claim(news.ClaimRequest{Due: test.due, At: b.now.Add(test.after)})
		if len(claims) != test.want {
			b.Errorf("due %q after %v: got %d claims, want %d", test.due, test.after, len(claims), test.want)
		}
		for _, c := range claims {
			b.must(b.db.Release(b.ctx, c.Source.ID, c.Lease, 0))
		}
	}
}

func wrongClockIsPutRight(b *bench) {
	b.sources(4)
	ahead := 3 * 365 * 24 * time.Hour
	for _, c := range b.claim(news.ClaimRequest{}) {
		p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
		st := &p.State
		st.LastPoll, st.NextPoll, st.Earliest = b.now.Add(ahead), b.now.Add(ahead+2*time.Hour), b.now.Add(ahead+time.Hour)
		switch c.Source.ID {
		case "s01":
			st.Hold = st.NextPoll
		case "s02":
			st.Gone, st.NextPoll = true, time.Time{}
		case "s03": // the clock of another machine
			st.LastPoll, st.NextPoll = b.now.Add(time.Minute), b.now.Add(time.Hour)
		}
		b.must(b.trySave(p))
	}
	n, err := b.db.Rewind(b.ctx, b.now)
	b.must(err)
	again, err := b.db.Rewind(b.ctx, b.now)
	b.must(err)
	if n != 2 || again != 0 {
		b.Errorf("got %d sources put right, then %d; want 2, then none", n, again)
	}
	for _, test := range []struct {
		due   news.Due
		after time.Duration
		want  string
	}{
		{news.DueForced, 0, "s00 s03"}, {news.DueAll, time.Hour - time.Second, ""}, {news.DueAll, time.Hour, "s00"},
		{news.DueScheduled, time.Hour, "s03"}, {news.DueScheduled, 2 * time.Hour, "s00 s01 s03"},
	} {
		var got []string
		for _, c := range b.claim(news.ClaimRequest{Due: test.due, At: b.now.Add(test.after)}) {
			got = append(got, c.Source.ID)
			b.must(b.db.Release(b.ctx, c.Source.ID, c.Lease, 0))
		}
		if slices.Sort(got); strings.Join(got, " ") != test.want {
			b.Errorf("due %q after %v: got claims of %v, want %s", test.due, test.after, got, test.want)
		}
	}
}

func pollIsSavedOnce(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), New: []news.Item{b.item(c.Source, 1, b.now)}}
	b.must(b.trySave(p))
	b.wantError(b.trySave(p), store.ErrLeaseLost)
	items, err := b.db.Items(b.ctx, "", "", 0)
	b.must(err)
	if len(items) != 1 {
		b.Errorf("got %d items, want 1", len(items))
	}
}

func pollIsWhole(b *bench) {
	b.sources(2)
	claims := b.claim(news.ClaimRequest{})
	bad, good := claims[0], claims[1]
	twice := b.item(bad.Source, 1, b.now)
	each, err := b.db.SavePolls(b.ctx, []news.Poll{
		{Source: bad.Source.ID, Lease: bad.Lease, At: b.now, State: b.polled(bad.State), New: []news.Item{b.item(bad.Source, 2, b.now), twice, twice}},
		{Source: good.Source.ID, Lease: good.Lease, At: b.now, State: b.polled(good.State), New: []news.Item{b.item(good.Source, 3, b.now)}},
	})
	b.must(err)
	if each[0] == nil || each[1] != nil {
		b.Errorf("got errors %v, want one for the first poll alone", each)
	}
	items, err := b.db.Items(b.ctx, "", "", 0)
	b.must(err)
	if len(items) != 1 || items[0].Source != good.Source.ID {
		b.Errorf("got items %v, want the one of the good poll", items)
	}
	all, err := b.db.Sources(b.ctx)
	b.must(err)
	if !all[0].State.LastPoll.IsZero() {
		b.Error("the state of a poll that was not saved was saved")
	}
}

func savedIsKnown(b *bench) {
	b.sources(2)
	var ids []string
	for _, c := range b.claim(news.ClaimRequest{}) {
		it := b.item(c.Source, 7, b.now)
		ids = append(ids, it.ID)
		b.save(c, it)
	}
	known, err := b.db.Known(b.ctx, "s00", []news.Key{news.KeyOf("guid", "7"), news.KeyOf("guid", "8")})
	b.must(err)
	k, ok := known[news.KeyOf("guid", "7")]
	if len(known) != 1 || !ok || k.ID != ids[0] || k.Version != 1 || k.Fingerprint != news.FingerprintOf("7") {
		b.Errorf("got known %v, want item %s in version 1 alone", known, ids[0])
	}
	got, err := b.db.Item(b.ctx, k.Ref)
	b.must(err)
	want := b.item(source(0), 7, b.now)
	want.Keys, want.Fingerprint = nil, news.Fingerprint{}
	b.same("item as read", got, want)
}

func editIsVersion(b *bench) {
	b.sources(1)
	b.bring(1, 3, 0)
	before := b.edition(0)
	edited := before.Entries[0].Story.Lead.Item
	edited.Version, edited.Title, edited.Seen = 2, "A new title", b.now.Add(time.Hour)
	edited.Fingerprint = news.FingerprintOf("new")
	b.now = b.now.Add(time.Hour)
	c := b.claim(news.ClaimRequest{Due: news.DueForced})[0]
	b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{edited}}))
	b.sort()

	after := b.edition(0)
	if len(after.Entries) != len(before.Entries) {
		b.Fatalf("got %d entries after an edit, want %d", len(after.Entries), len(before.Entries))
	}
	was, is := before.Entries[0], after.Entries[0]
	if is.Story.ID != was.Story.ID || is.Number != was.Number || !is.Published.Equal(was.Published) {
		b.Errorf("an edit moved its entry: got %v, was %v", is, was)
	}
	if is.Story.Lead.Item.Title != "A new title" || !is.Updated.After(was.Updated) || after.Revision <= before.Revision {
		b.Errorf("an edit does not show: title %q, updated %v (was %v), revision %d (was %d)",
			is.Story.Lead.Item.Title, is.Updated, was.Updated, after.Revision, before.Revision)
	}
}

// A hold binds the host that asked for it, which need not be the one that was polled.
func holdOfAnotherHost(b *bench) {
	b.sources(3)
	until := b.now.Add(2 * time.Hour)
	claims := b.claim(news.ClaimRequest{})
	slices.Reverse(claims) // what is polled meanwhile has a next poll of its own
	for _, c := range claims {
		p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
		if c.Source.ID == "s00" {
			p.HostHold, p.HeldHost = until, "host1.example/feed"
		}
		b.must(b.trySave(p))
	}
	var got []string
	for _, c := range b.claim(news.ClaimRequest{Due: news.DueForced, At: until.Add(-time.Millisecond)}) {
		got = append(got, c.Source.ID)
	}
	slices.Sort(got)
	b.same("claims while host1 is held", got, []string{"s00", "s02"})
	all, err := b.db.Sources(b.ctx)
	b.must(err)
	if st := all[1].State; !st.NextPoll.Equal(until) || !strings.Contains(st.Reason, "Retry-After") {
		b.Errorf("got next poll %v (%s) of a source whose host is held, want %v and why", st.NextPoll, st.Reason, until)
	}
	if _, wait, err := b.db.TakeHost(b.ctx, "host1.example/feed", 1, time.Minute, b.now); err != nil || wait != 2*time.Hour {
		b.Errorf("got wait %v (%v) for a slot of a held host, want 2h", wait, err)
	}
}

func holdOfADomain(b *bench) {
	c := news.Configuration{Topics: []news.Topic{everything()}}
	for i := range 4 {
		c.Sources = append(c.Sources, source(i))
	}
	hosts := []string{"a.example.org:443", "example.org:80", "notexample.org:443", "a.example.org.other.example:443"}
	seat := b.seat()
	_, err := b.db.Apply(b.ctx, seat, c, b.now, func(url string) (string, error) { return hosts[url[len("http://host")]-'0'], nil })
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
	first := b.claim(news.ClaimRequest{Source: "s00"})[0]
	until := b.now.Add(2 * time.Hour)
	b.must(b.trySave(news.Poll{Source: "s00", Lease: first.Lease, At: b.now, State: b.polled(first.State), HostHold: until, HeldHost: ".example.org"}))
	var got []string
	for _, c := range b.claim(news.ClaimRequest{Due: news.DueForced}) {
		got = append(got, c.Source.ID)
		b.must(b.db.Release(b.ctx, c.Source.ID, c.Lease, 0))
	}
	slices.Sort(got)
	b.same("claims while example.org is held", got, []string{"s02", "s03"})
	if _, wait, err := b.db.TakeHost(b.ctx, "b.example.org:443", 1, time.Minute, b.now); err != nil || wait != 2*time.Hour {
		b.Errorf("got wait %v (%v) for a slot in a held domain, want 2h", wait, err)
	}
	if got := b.claim(news.ClaimRequest{Due: news.DueForced, At: until}); len(got) != 4 {
		b.Errorf("got %d claims when the hold is over, want 4", len(got))
	}
}

func postponed(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	b.must(b.db.Postpone(b.ctx, c.Source.ID, c.Lease, b.now.Add(time.Hour), "later"))
	all, err := b.db.Sources(b.ctx)
	b.must(err)
	if st := all[0].State; !st.NextPoll.Equal(b.now.Add(time.Hour)) || st.Reason != "later" {
		b.Errorf("got next poll %v (%s), want in an hour", st.NextPoll, st.Reason)
	}
	for after, want := range map[time.Duration]int{0: 0, time.Hour: 1} {
		if got := b.claim(news.ClaimRequest{At: b.now.Add(after)}); len(got) != want {
			b.Errorf("got %d claims after %v, want %d", len(got), after, want)
		}
	}
}

// Who gives a claim back may have sent its request.
func releasedHostIsSpaced(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	b.must(b.db.Release(b.ctx, c.Source.ID, c.Lease, time.Hour))
	claims, wait, err := b.db.Claim(b.ctx, news.ClaimRequest{At: b.now, Limit: 9, PerHost: 9, Lease: time.Minute})
	b.must(err)
	if len(claims) != 0 || wait < 59*time.Minute {
		b.Errorf("got %d claims, wait %v of a host whose claim was just given back; want none for an hour", len(claims), wait)
	}
}

// Validators go back as they came, whatever their bytes; a message that quotes what is no text is no reason to lose a Poll.
func oddBytes(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
	p.State.ETag, p.State.LastModified = "\"caf\xe9 \xff\"", "Mär\xe4"
	p.State.Error = "a document that begins with \x00\xfe\xff"
	b.must(b.trySave(p))
	all, err := b.db.Sources(b.ctx)
	b.must(err)
	if got := all[0].State; got.ETag != p.State.ETag || got.LastModified != p.State.LastModified || got.Error == "" {
		b.Errorf("got ETag %q, Last-Modified %q, error %q; want %q, %q and some", got.ETag, got.LastModified, got.Error, p.State.ETag, p.State.LastModified)
	}
	b.apply(news.Configuration{Sources: []news.Source{source(0), source(1)}, Topics: []news.Topic{everything()}})
	all, err = b.db.Sources(b.ctx)
	b.must(err)
	if got := all[0].State.ETag; got != p.State.ETag {
		b.Errorf("after another configuration: ETag %q, want %q", got, p.State.ETag)
	}
}
