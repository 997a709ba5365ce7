package store

import (
	"context"
	"fmt"

	"wireroom/news"
)

// insertAlert logs that a Source's health has changed. Alerts of one moment are set a millisecond apart, since readers of
// feeds tell entries by their dates; an id that is there already is the same Alert.
func insertAlert(ctx context.Context, t *tx, a news.Alert) error {
	id, err := idBytes(a.ID)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		insert into alerts (id, source, name, at, was, state, why)
		select $1, $2, $3, case when m.at >= $4 then m.at + 1 else $4 end, $5, $6, $7
		from (select coalesce(max(at), 0) as at from alerts) m
		where true
		on conflict (id) do nothing`,
		id, a.Source, a.Name, millis(a.At), string(a.Was), string(a.State), a.Why)
	return err
}

// Alerts returns the newest Alerts, the newest first.
func (db *DB) Alerts(ctx context.Context, limit int) ([]news.Alert, error) {
	rows, err := db.read.query(ctx, `select id, source, name, at, was, state, why from alerts order by at desc, n desc limit $1`, limit)
	all, err := collect(rows, err, func(r scanner) (a news.Alert, err error) {
		var id []byte
		var at int64
		err = r.Scan(&id, &a.Source, &a.Name, &at, &a.Was, &a.State, &a.Why)
		a.ID, a.At = idText(id), fromMillis(at)
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return all, nil
}

// keepAlerts is how many Alerts outlive housekeeping: ten times what a reader is shown.
const keepAlerts = 1000

// pruneAlerts deletes the oldest, by their number and not by their age, so that what is shown does not change.
func pruneAlerts(ctx context.Context, t *tx) error {
	_, err := t.exec(ctx, `delete from alerts where n <= (select max(n) from alerts) - $1`, keepAlerts)
	return err
}
