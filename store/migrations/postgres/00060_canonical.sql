-- +goose Up
alter table page_fetches add column canonical text collate "C" not null default '';

create table addresses (
  print  bytea  not null,
  source bigint not null,
  items  bigint not null,
  primary key (print, source)
);

-- +goose Down
drop table addresses;
alter table page_fetches drop column canonical;
