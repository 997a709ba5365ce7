package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wireroom/news"
)

// Live says which configuration is in force, by its number, hash, and when it was applied in the time of the news; its
// zero value if none was applied yet.
func (db *DB) Live(ctx context.Context) (news.LiveConfiguration, error) {
	var live news.LiveConfiguration
	var applied int64
	err := db.read.row(ctx, `select n, hash, applied from configs order by n desc limit 1`).Scan(&live.Number, &live.Hash, &applied)
	if errors.Is(err, sql.ErrNoRows) {
		return live, nil
	}
	if err != nil {
		return live, fmt.Errorf("read which configuration is live: %w", err)
	}
	live.Since = fromMillis(applied)
	return live, nil
}

// Consent notes that someone agreed to a configuration of that hash, whatever it changes.
func (db *DB) Consent(ctx context.Context, hash string, at time.Time) error {
	return db.update(ctx, "note the consent", func(t *tx) error {
		_, err := t.exec(ctx, `insert into consents (hash, at) values ($1, $2) on conflict (hash) do nothing`, hash, millis(at))
		return err
	})
}

// Consented reports whether someone agreed to the configuration of that hash.
func (db *DB) Consented(ctx context.Context, hash string) (bool, error) {
	var n int
	if err := db.read.row(ctx, `select count(*) from consents where hash = $1`, hash).Scan(&n); err != nil {
		return false, fmt.Errorf("read consents: %w", err)
	}
	return n > 0, nil
}

// Standing returns what a change to the configuration of that hash starts from.
func (db *DB) Standing(ctx context.Context, hash string) (news.Standing, error) {
	s := news.Standing{Facts: map[string]news.Source{}, Blocked: map[int64]bool{}}
	err := db.view(ctx, "read what stands", func(t *tx) error {
		for _, read := range []func(context.Context, *tx, *news.Standing) error{readConfigured, readTopics, readHoldings, readBlocked} {
			if err := read(ctx, t, &s); err != nil {
				return err
			}
		}
		var consents int
		err := t.row(ctx, `
			select (select count(*) from items where unsorted = 1), (select count(*) from consents where hash = $1)`, hash).
			Scan(&s.Waiting, &consents)
		s.Consented = consents > 0
		return err
	})
	return s, err
}

func readConfigured(ctx context.Context, t *tx, s *news.Standing) error {
	var number int
	if err := t.row(ctx, `select coalesce(max(n), 0) from configs`).Scan(&number); err != nil {
		return err
	}
	var err error
	if s.Configuration, err = configuration(ctx, t, number); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	byNumber, err := facts(ctx, t)
	for _, source := range byNumber {
		s.Facts[source.ID] = source
	}
	return err
}

func readTopics(ctx context.Context, t *tx, s *news.Standing) error {
	rows, err := t.query(ctx, `select slug, refile is not null and removed = 0 from topics order by position, n`)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var slug string
		var deciding bool
		if err := r.Scan(&slug, &deciding); err != nil {
			return none, err
		}
		s.Topics = append(s.Topics, slug)
		if deciding {
			s.Deciding = append(s.Deciding, slug)
		}
		return none, nil
	})
	return err
}

// shownIf is notShown as it would be if the rule ruled the entry out (1) or took it (0), and with it another entry of the
// same head that shows the same Items.
func shownIf(ruledOut string) string {
	same := strings.NewReplacer("entries.ruled_out", ruledOut, "o.ruled_out", ruledOut)
	return `1 - (` + same.Replace(notShown) + `)`
}

func readHoldings(ctx context.Context, t *tx, s *news.Standing) error {
	rows, err := t.query(ctx, `
		select t.slug, entries.shows, entries.page = 0, entries.removed = 0, `+shownIf("0")+`, `+shownIf("1")+`
		from entries join topics t on t.n = entries.topic
		order by entries.topic, entries.number`)
	s.Holdings, err = collect(rows, err, func(r scanner) (h news.Holding, err error) {
		var ifIn, ifOut int
		err = r.Scan(&h.Topic, &h.Story, &h.Head, &h.Shown, &ifIn, &ifOut)
		h.IfIn, h.IfOut = ifIn == 1, ifOut == 1
		return h, err
	})
	return err
}

func readBlocked(ctx context.Context, t *tx, s *news.Standing) error {
	rows, err := t.query(ctx, `
		select n from stories where withdrawn > 0
		union select a.story from acts a where a.undone = 0 and a.kind = 'hide' and a.from_topic = 0 and a.story is not null`)
	blocked, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	for _, story := range blocked {
		s.Blocked[story] = true
	}
	return err
}

// StoryNames returns how Stories are listed, by the store's own numbers of them.
func (db *DB) StoryNames(ctx context.Context, stories []int64) (map[int64]news.StoryName, error) {
	names := make(map[int64]news.StoryName, len(stories))
	for chunk := range slices.Chunk(stories, refChunk) {
		rows, err := db.read.query(ctx, `
			select st.n, st.id, v.title from stories st join items i on i.n = st.lead
			join versions v on v.item = i.n and v.version = i.version
			where st.n in (`+placeholders(1, refChunk)+`)`, padded(chunk, refChunk)...)
		_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
			var n int64
			var id []byte
			var name news.StoryName
			if err := r.Scan(&n, &id, &name.Title); err != nil {
				return none, err
			}
			name.ID = idText(id)
			names[n] = name
			return none, nil
		})
		if err != nil {
			return nil, fmt.Errorf("read the names of stories: %w", err)
		}
	}
	return names, nil
}
