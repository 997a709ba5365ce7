-- +goose Up
alter table items add column words tsvector; -- titles have the weight A
create index items_words on items using gin (words);

create table unsearched (through bigint primary key);
insert into unsearched (through) select coalesce(max(n), 0) from items;

-- +goose Down
drop table unsearched;
drop index items_words;
alter table items drop column words;
