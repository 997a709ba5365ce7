-- +goose Up

-- PostgreSQL counts for itself.
select 1;

-- +goose Down
select 1;
