-- +goose Up

-- item_words is what Items are found by: of each original its title and the beginning of its text, in the form of
-- news.AppendWords. It keeps the index alone and no text. rowid is items.n.
create virtual table item_words using fts5(title, body, content = '', contentless_delete = 1, tokenize = 'ascii');

-- A first ingest spends half as much on the index when its parts are merged seldom and begun large.
insert into item_words (item_words, rank) values ('automerge', 16), ('hashsize', 4194304);

-- Items up to this n came into the store by another way than the Sorter's, or before there was a search, and are taken in
-- bit by bit, from the newest; 0: all are.
create table unsearched (through integer primary key);
insert into unsearched (through) select coalesce(max(n), 0) from items;

-- +goose Down
drop table unsearched;
drop table item_words;
