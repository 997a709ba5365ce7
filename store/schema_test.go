package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"wireroom/store/pgtest"
)

// What each engine's text search is made of is its own: SQLite keeps virtual tables with shadows, PostgreSQL columns of type
// tsvector. All else is the same, so that one set of SQL serves both.
const (
	sqliteColumns = `
		select l.name || '.' || c.name || ' ' || lower(c.type) || case when c.pk > 0 then ' key' when c."notnull" = 1 then ' not null' else '' end
			|| coalesce(' default ' || c.dflt_value, '')
		from pragma_table_list l join pragma_table_info(l.name) c
		where l.schema = 'main' and l.type = 'table' and l.name not like 'sqlite\_%' escape '\' and l.name not like 'goose\_%' escape '\'
		order by 1`
	postgresColumns = `
		select c.table_name || '.' || c.column_name || ' ' || c.data_type || case
			when exists (
				select 1 from information_schema.table_constraints t join information_schema.key_column_usage k using (constraint_name, table_name)
				where t.constraint_type = 'PRIMARY KEY' and k.table_name = c.table_name and k.column_name = c.column_name) then ' key'
			when c.is_nullable = 'NO' then ' not null' else '' end || coalesce(' default ' || replace(c.column_default, '::text', ''), '')
		from information_schema.columns c
		where c.table_schema = 'public' and c.table_name not like 'goose\_%' and c.data_type <> 'tsvector'
		order by 1`

	sqliteIndexes = `
		select l.name || ' ' || i.name || case when i."unique" = 1 then ' unique' else '' end
		from pragma_table_list l join pragma_index_list(l.name) i
		where l.schema = 'main' and l.type = 'table' and i.origin = 'c' order by 1`
	postgresIndexes = `
		select i.tablename || ' ' || i.indexname || case when i.indexdef like 'CREATE UNIQUE%' then ' unique' else '' end
		from pg_indexes i
		where i.schemaname = 'public' and i.tablename not like 'goose\_%' and i.indexdef not like '% USING gin %'
		and not exists (select 1 from pg_constraint c where c.conname = i.indexname) order by 1`
)

// One name for what is the same in both.
var oneType = strings.NewReplacer(" integer", " bigint", " blob", " bytea")

func TestBothEnginesHaveTheSameTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schema.db")
	openStore(t, "sqlite:"+path)
	address := pgtest.Start(t).Database(t)
	openStore(t, address)
	for what, queries := range map[string][2]string{
		"columns": {sqliteColumns, postgresColumns}, "indexes": {sqliteIndexes, postgresIndexes},
	} {
		lite, post := texts(t, "sqlite", path, queries[0]), texts(t, "pgx", address, queries[1])
		if len(lite) < 5 {
			t.Errorf("%s: SQLite tells of %d only: the question is wrong", what, len(lite))
		}
		if diff := cmp.Diff(lite, post); diff != "" {
			t.Errorf("%s (-SQLite +PostgreSQL); every migration needs its twin:\n%s", what, diff)
		}
	}
}

// Every migration of one engine has a twin of the same name for the other.
func TestEveryMigrationHasATwin(t *testing.T) {
	names := func(engine string) (names []string) {
		entries, err := os.ReadDir(filepath.Join("migrations", engine))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("migrations (-sqlite +postgres):\n%s", diff)
	}
}

// texts reads one column of texts behind the store's back.
func texts(t *testing.T, driver, address, query string) (all []string) {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, oneType.Replace(text))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
