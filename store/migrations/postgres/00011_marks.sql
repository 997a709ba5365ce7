-- +goose Up

-- marks hold what the last document of a source carried, as a list of news.Mark.
create table marks (
  source bigint primary key,
  body   bytea not null
);

-- +goose Down
drop table marks;
