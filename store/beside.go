package store

import (
	"context"

	"wireroom/news"
)

// Of a report beside the lead a head shows who it is of and where it stands: an edit of anything else there is none.

// editedUnseen reports whether heads say of an Item, where it does not lead, what they have said of each of its versions. Which of these
// they showed last is not asked. Of an Item that is beside no lead, or has many versions, it reports false.
func (db *DB) editedUnseen(ctx context.Context, t *tx, item int64) (bool, error) {
	var beside bool
	if err := t.row(ctx, `
		select exists (
			select 1 from items i join entries e on e.shows = i.story join stories st on st.n = e.story
			where i.n = $1 and e.page = 0 and e.removed = 0 and st.lead <> i.n)`, item).Scan(&beside); err != nil || !beside {
		return false, err
	}
	sources, err := facts(ctx, t)
	if err != nil {
		return false, err
	}
	rows, err := t.query(ctx, reportQuery+`join versions v on v.item = i.n and v.version = i.version where i.n = $1`, item)
	now, err := collect(rows, err, func(r scanner) (reportRow, error) { return scanReport(r, sources) })
	if err != nil || len(now) != 1 {
		return false, err
	}
	if err := db.fillReports(ctx, t, now); err != nil {
		return false, err
	}
	earlier, err := db.earlierVersions(ctx, t, item)
	if err != nil || len(earlier) == versionsKept {
		return false, err
	}
	for _, was := range earlier {
		if !saysBeside(was.Item, now[0].report.Item) {
			return false, nil
		}
	}
	return true, nil
}

// saysBeside reports whether two versions are one beside a lead. One without a title shows of its text.
func saysBeside(a, b news.Item) bool {
	return a.Title != "" && a.Title == b.Title && a.URL == b.URL && a.Language == b.Language
}
