-- +goose Up

-- consents are the configurations, by their hash, that someone agreed to although they change a lot at once.
create table consents (
  hash text   primary key,
  at   bigint not null
) without rowid;

-- +goose Down
drop table consents;
