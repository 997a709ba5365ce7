-- +goose Up

-- marks hold what the last document of a source carried, as a list of news.Mark.
create table marks (
  source integer primary key,
  body   blob not null
);

-- +goose Down
drop table marks;
