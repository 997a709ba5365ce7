-- +goose Up

-- canonical is the address that the page gives itself, where that is another than its Item's; empty: none.
alter table page_fetches add column canonical text not null default '';

-- addresses count the items of a source that stand under an address which is not one item's own, as they were sorted: the one that
-- their pages give themselves, or one that they share. print is as in prints.
create table addresses (
  print  blob    not null,
  source integer not null,
  items  integer not null,
  primary key (print, source)
) without rowid;

-- +goose Down
drop table addresses;
alter table page_fetches drop column canonical;
