-- +goose Up

-- What the planner is to believe of tables whose indexes it would choose wrongly without knowing how the rows are spread: a topic has
-- thousands of entries and its head a hundred, a story is in few topics, and an act touches few stories. The figures are of
-- that order, and are never counted: the same statements run the same way on every store.
analyze meta;
delete from sqlite_stat1 where tbl in ('entries', 'sealed_reports', 'desk_scope');
insert into sqlite_stat1 (tbl, idx, stat) values
  ('entries', 'entries', '1000000 5000 1'),
  ('entries', 'entries_page', '1000000 5000 60 1'),
  ('entries', 'entries_story', '1000000 2 1'),
  ('entries', 'entries_shows', '1000000 2 1'),
  ('entries', 'entries_published', '1000000 5000 2'),
  ('sealed_reports', 'sealed_reports', '1000000 5000 2 1'),
  ('desk_scope', null, '4');
analyze sqlite_schema;

-- +goose Down
delete from sqlite_stat1 where tbl in ('entries', 'sealed_reports', 'desk_scope');
