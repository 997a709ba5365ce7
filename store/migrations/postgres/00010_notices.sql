-- +goose Up

-- Whoever listens is told when a transaction that has touched a topic is committed: something new may be published.
-- +goose StatementBegin
create function wireroom_notice() returns trigger language plpgsql as $$
begin
  perform pg_notify('wireroom', '');
  return null;
end
$$;
-- +goose StatementEnd
create trigger topics_notice after insert or update or delete on topics for each statement execute function wireroom_notice();

-- +goose Down
drop trigger topics_notice on topics;
drop function wireroom_notice();
