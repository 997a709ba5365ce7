package store

import (
	"context"

	"wireroom/news"
)

// A sealed page shows what it was sealed with, less what is withdrawn since. Nothing else that is done to its Stories reaches
// it: an entry of which nothing is left is gone, whatever the Story has then.

// sealedItems are the Items that an entry was sealed with, by its table's name.
func sealedItems(entry string) string {
	return `select ` + entry + `.lead union all select r.item from sealed_reports r where r.topic = ` + entry + `.topic and r.number = ` + entry + `.number`
}

// isShown is the condition that a report is withdrawn neither by itself, nor with its Source, nor with its Story.
func isShown(item string) string {
	return `(` + item + `.withdrawn = 0 and not exists (select 1 from stories gone where gone.n = ` + item + `.story and gone.withdrawn > 0))`
}

// sealedGone is since when nothing is left of what a sealed entry shows, over the table entries; 0 where something is.
var sealedGone = `
	case when exists (select 1 from items i where i.n in (` + sealedItems("entries") + `) and ` + isShown("i") + `) then 0
	else (select max(case when i.withdrawn > 0 then i.withdrawn else st.withdrawn end)
		from items i join stories st on st.n = i.story where i.n in (` + sealedItems("entries") + `)) end`

// fillSealed puts into desk_scope the Stories under which sealed pages show an Item of those there: once split off, it may be
// in another. That matters where something is or was withdrawn alone.
func (d *desk) fillSealed(ctx context.Context) error {
	withdrawn := 1
	if d.act.Kind != news.ActWithdraw {
		err := d.t.row(ctx, `
			select count(*) from desk_scope s join stories st on st.n = s.story where st.withdrawn > 0`).Scan(&withdrawn)
		if err != nil || withdrawn == 0 {
			return err
		}
	}
	const items = `select i.n from items i join desk_scope s on s.story = i.story` // found once, and not for each entry
	_, err := d.t.exec(ctx, `
		insert into desk_scope (story, shows)
		select e.story, 0 from entries e where e.page > 0 and e.lead in (`+items+`)
		union
		select e.story, 0 from sealed_reports r join entries e on e.topic = r.topic and e.number = r.number where r.item in (`+items+`)
		on conflict do nothing`)
	return err
}
