package store

import (
	"context"

	"wireroom/news"
)

// Brought lists the Items that a Source has brought, the newest published first and at most limit of them, without those
// that are withdrawn.
func (db *DB) Brought(ctx context.Context, source string, limit int) ([]news.Brought, error) {
	rows, err := db.Items(ctx, source, "", limit)
	if err != nil {
		return nil, err
	}
	all := make([]news.Brought, len(rows))
	for i, r := range rows {
		all[i] = news.Brought{Title: r.Title, URL: r.URL, Language: r.Language, Published: r.Published, Story: r.Story}
	}
	return all, nil
}

// versionsKept is how many earlier versions of a report its Story's page compares. Live reports are edited all day; nobody
// reads more.
const versionsKept = 20

// earlierVersions reads the versions that an Item had before its present one, the newest first.
func (db *DB) earlierVersions(ctx context.Context, t *tx, item int64) ([]news.Report, error) {
	sources, err := facts(ctx, t)
	if err != nil {
		return nil, err
	}
	rows, err := t.query(ctx, reportQuery+`
		join versions v on v.item = i.n and v.version < i.version
		where i.n = $1 order by v.version desc limit $2`, item, versionsKept)
	found, err := collect(rows, err, func(r scanner) (reportRow, error) { return scanReport(r, sources) })
	if err != nil {
		return nil, err
	}
	if err := db.fillReports(ctx, t, found); err != nil {
		return nil, err
	}
	reports := make([]news.Report, len(found))
	for i, r := range found {
		reports[i] = r.report
	}
	return reports, nil
}
