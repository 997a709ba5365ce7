-- +goose Up

-- tags are the countries that a version of an item is about, as they were found when it was sorted, for good.
create table tags (
  item      integer not null,
  version   integer not null,
  countries text    not null, -- ISO 3166-1 codes with blanks between, the strongest first
  primary key (item, version)
) without rowid;

-- +goose Down
drop table tags;
