-- +goose Up
create table tags (
  item      bigint not null,
  version   bigint not null,
  countries text collate "C" not null,
  primary key (item, version)
);

-- +goose Down
drop table tags;
