package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"wireroom/news"
)

// Grouping returns how an Item was placed. It fails with [news.ErrNotFound] for an Item that is not there or not yet
// placed. Items placed before groupings were kept have founded their Stories.
func (db *DB) Grouping(ctx context.Context, item string) (news.Grouping, error) {
	var g news.Grouping
	b, err := idBytes(item)
	if err != nil {
		return g, fmt.Errorf("grouping of item %s: %w", item, news.ErrNotFound)
	}
	var original, against, rival []byte
	err = db.read.row(ctx, `
		select i.duplicate_why, o.id, coalesce(g.copy_score, 0),
			coalesce(g.method, case when o.id is null then 'founder' else 'copy' end),
			coalesce(g.score, 0), coalesce(g.need, 0), a.id, r.id, coalesce(g.rival_score, 0), coalesce(g.held, 0)
		from items i
		left join items o on o.n = i.duplicate_of
		left join groupings g on g.item = i.n
		left join items a on a.n = g.against
		left join items r on r.n = g.rival
		where i.id = $1 and i.story is not null`, b).
		Scan(&g.Copy.Method, &original, &g.Copy.Score, &g.Story.Method, &g.Story.Score, &g.Story.Need, &against, &rival,
			&g.Rival.Score, &g.Held)
	if errors.Is(err, sql.ErrNoRows) {
		err = news.ErrNotFound
	}
	if err != nil {
		return g, fmt.Errorf("grouping of item %s: %w", item, err)
	}
	g.Copy.Against, g.Story.Against, g.Rival.Against = idText(original), idText(against), idText(rival)
	if rival != nil {
		g.Rival.Method = news.MethodJoined
	}
	return g, nil
}
