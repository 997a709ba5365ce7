package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"wireroom/news"
)

// everything is the slug of the one topic that has every story.
const everything = "everything"

// sourceOf is a source of the world. Each has a host of its own or shares it with those a multiple of hosts away.
func (s *simulation) sourceOf(n int) news.Source {
	return news.Source{ID: fmt.Sprintf("s%07d", n), URL: fmt.Sprintf("http://%s/feed/%d", s.host(n), n), Name: fmt.Sprintf("Source %d", n),
		Language: "en", Country: "GB", Kind: news.KindNews, Owner: news.OwnerPrivate, Tier: 2, Republish: news.RightsSummary}
}

func (s *simulation) host(n int) string { return fmt.Sprintf("h%07d.example:80", n%s.hosts) }

// fill makes one source and the topics the configuration, and puts the other sources beside it behind the store's back: no file
// holds a million.
func (s *simulation) fill(ctx context.Context) (err error) {
	db := s.stores[0]
	seat, free, err := db.TakeSeat(ctx, "sorter", time.Minute)
	if err != nil || !free {
		return errors.Join(err, errors.New("the store is in use"))
	}
	c := news.Configuration{Sources: []news.Source{s.sourceOf(0)}, Topics: []news.Topic{
		{Slug: everything, Title: "Everything", Rule: news.Rule{All: true}},
		{Slug: "strait", Title: "Strait", Rule: news.Rule{Strong: []string{"strait*", "tanker*"}, Weak: []string{"navy"}, MinScore: 5}},
	}}
	if _, err := db.Apply(ctx, seat, c, begin, func(string) (string, error) { return s.host(0), nil }); err != nil {
		return err
	}
	if err := db.LeaveSeat(ctx, seat); err != nil {
		return err
	}
	driver, address := "pgx", s.store
	if path, ok := strings.CutPrefix(s.store, "sqlite:"); ok {
		driver, address = "sqlite", path
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	return s.fillRows(ctx, raw)
}

func (s *simulation) fillRows(ctx context.Context, raw *sql.DB) error {
	tx, err := raw.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit this does nothing
	for n := 1; n < s.sources; n += together {
		statement, args, err := s.insert(n, min(n+together, s.sources))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// together is how many rows one statement inserts.
const together = 500

// insert is a statement with its arguments for the sources from a number to below another, due evenly over the time.
func (s *simulation) insert(from, below int) (statement string, args []any, err error) {
	var rows []string
	for n := from; n < below; n++ {
		source := s.sourceOf(n)
		facts, err := json.Marshal(source)
		if err != nil {
			return "", nil, err
		}
		due := begin.Add(time.Duration(rand.New(rand.NewPCG(s.seed, uint64(n))).Int64N(int64(s.every))))
		at := len(args)
		rows = append(rows, fmt.Sprintf("($%d, $%d, 1, $%d, $%d, $%d)", at+1, at+2, at+3, at+4, at+5))
		args = append(args, source.ID, n, string(facts), s.host(n), due.UnixMilli())
	}
	return `insert into sources (id, position, active, facts, host, next_poll) values ` + strings.Join(rows, ","), args, nil
}

// answer is what a source answers: mostly that nothing is new.
func (s *simulation) answer(c news.Claim, at time.Time) news.Poll {
	st := c.State
	st.LastPoll, st.NextPoll, st.Earliest = at, at.Add(s.every), at.Add(15*time.Minute)
	st.Outcome, st.HTTPStatus, st.Reason, st.ETag = news.OutcomeUnchanged, 304, "learned: an item every 4 h", `"0123456789abcdef"`
	p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: at, Took: 300 * time.Millisecond, Outcome: st.Outcome, State: st}
	chance := rand.New(rand.NewPCG(s.seed^uint64(at.Unix()), hash(c.Source.ID)))
	if chance.Float64() >= s.share {
		p.Unchanged = 30
		return p
	}
	p.Outcome, p.State.Outcome, p.State.HTTPStatus, p.Bytes = news.OutcomeChanged, news.OutcomeChanged, 200, 30_000
	for i := range s.items {
		p.New = append(p.New, s.item(chance, c.Source, at, i))
	}
	return p
}

var seed = maphash.MakeSeed()

func hash(text string) uint64 { return maphash.String(seed, text) }

// words are what invented reports are made of.
var words = strings.Fields(`strait tanker navy minister talks ceasefire border troops election parliament court sanctions grain
	harbour pipeline summit envoy protest union budget island coast guard patrol missile drone convoy refugees aid treaty
	vote coalition president general strike airport bridge river dam power grid prices bank trade tariff export embargo`)

func (s *simulation) item(chance *rand.Rand, from news.Source, at time.Time, place int) news.Item {
	guid := fmt.Sprintf("%s/%d/%d", from.ID, at.Unix(), place)
	key := news.KeyOf("guid", guid)
	return news.Item{
		ID: news.ItemID(from.ID, key, 0), Source: from.ID, Version: 1, Place: place, GUID: guid, URL: "http://news.example/" + guid,
		Title: sentence(chance, 9), Summary: "<p>" + sentence(chance, 60) + "</p>", Language: "en",
		Published: at.Add(-10 * time.Minute), Stated: at.Add(-10 * time.Minute), FirstSeen: at, Seen: at,
		Keys: []news.Key{key, news.KeyOf("url", guid)}, Fingerprint: news.FingerprintOf(guid),
	}
}

func sentence(chance *rand.Rand, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = words[chance.IntN(len(words))]
		if chance.IntN(3) == 0 { // names and numbers, of which there is no end
			parts[i] = fmt.Sprintf("%s%d", parts[i], chance.IntN(5000))
		}
	}
	return strings.Join(parts, " ")
}
