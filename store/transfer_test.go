package store_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/store"
	"wireroom/store/pgtest"
)

// leftBehind is what no export has: it binds processes to one database and its clock.
var leftBehind = []string{
	"hosts.free_at", "hosts.lease_owner", "hosts.lease_until", "leases.holder", "leases.name", "leases.until",
	"page_fetches.lease_owner", "page_fetches.lease_until", "sources.lease_owner", "sources.lease_until", "sources.pass", "unsearched.through",
	"subscriptions.lease_owner", "subscriptions.lease_until",
}

// Every table and column there is goes from either engine to the other and back, whatever is in it.
func TestExportHasEveryColumn(t *testing.T) {
	server := pgtest.Start(t)
	path := filepath.Join(t.TempDir(), "from.db")
	from := openStore(t, "sqlite:"+path)
	columns := texts(t, "sqlite", path, sqliteColumns)
	fill(t, path, columns)
	first := export(t, from)

	address := server.Database(t)
	over := openStore(t, address)
	load(t, over, first)
	second := export(t, over)
	back := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "back.db"))
	load(t, back, second)
	third := export(t, back)
	if !bytes.Equal(first, second) || !bytes.Equal(first, third) {
		t.Errorf("SQLite, PostgreSQL and SQLite again export %d, %d and %d bytes, which differ:\n%s",
			len(first), len(second), len(third), cmp.Diff(string(first), string(second)))
	}

	var want []string
	for _, c := range columns {
		name, _, _ := strings.Cut(c, " ")
		want = append(want, name)
	}
	got := append(exported(t, first), leftBehind...)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-store +export and what is left behind):\n%s", diff)
	}
	for _, value := range []string{`a \u0026 \"b\" é 🇧🇩`, `"AAH//j`, `,-9007199`} {
		if !bytes.Contains(first, []byte(value)) {
			t.Errorf("the export has no %s", value)
		}
	}
}

// fill puts two rows into every table, with a value of its own in every column.
func fill(t *testing.T, path string, columns []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	byTable := make(map[string][]string)
	for _, c := range columns {
		table, column, _ := strings.Cut(c, ".")
		byTable[table] = append(byTable[table], column)
	}
	n := int64(100)
	for table, columns := range byTable {
		for range 2 {
			var names, marks []string
			var values []any
			for _, c := range columns {
				fields := strings.Fields(c)
				n++
				names, marks, values = append(names, fields[0]), append(marks, "?"), append(values, valueOf(fields[0], fields[1], n))
			}
			insert := fmt.Sprintf(`insert into %s (%s) values (%s)`, table, strings.Join(names, ","), strings.Join(marks, ","))
			if _, err := db.ExecContext(t.Context(), insert, values...); err != nil {
				t.Fatalf("%s: %v", insert, err)
			}
		}
	}
}

// valueOf makes a value for a column: texts and bytes with what is hard to quote, numbers that no float holds.
func valueOf(name, kind string, n int64) any {
	switch {
	case kind == "bytea":
		return fmt.Append([]byte{0, 1, 255, 254}, n)
	case kind == "text":
		return fmt.Sprintf("a & \"b\" é 🇧🇩\n%d", n)
	}
	if name == "n" { // a row's own number
		return n
	}
	return -9007199254740993 - n*1000
}

// exported lists the columns that an export has.
func exported(t *testing.T, export []byte) (all []string) {
	t.Helper()
	for line := range bytes.Lines(export) {
		var heading struct {
			Table   string
			Columns []string
		}
		if line[0] == '{' {
			if err := json.Unmarshal(line, &heading); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range heading.Columns {
			all = append(all, heading.Table+"."+c)
		}
	}
	return all
}

func export(t *testing.T, db *store.DB) []byte {
	t.Helper()
	var out bytes.Buffer
	rows, err := db.Export(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(bytes.Count(out.Bytes(), []byte("\n["))); rows != want {
		t.Errorf("%d rows exported, there are %d", rows, want)
	}
	return out.Bytes()
}

func load(t *testing.T, db *store.DB, export []byte) {
	t.Helper()
	if _, err := db.Import(t.Context(), bytes.NewReader(export)); err != nil {
		t.Fatal(err)
	}
}

// What is no whole export of this version's changes nothing, and the error says what to do.
func TestImportRefuses(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "from.db")
	from := openStore(t, "sqlite:"+path)
	exec(t, path, `insert into configs (n, hash, applied, document) values (1, 'h', 2, '{}'), (2, 'i', 3, '{}')`)
	good := string(export(t, from))
	lines := strings.SplitAfter(good, "\n")
	db := openStore(t, "sqlite:"+filepath.Join(folder, "to.db"))
	for name, test := range map[string]struct{ text, want string }{
		"nothing":         {"", "no export"},
		"something else":  {`{"items": []}`, "no export"},
		"another format":  {strings.Replace(good, `"format":1`, `"format":2`, 1), "format 2"},
		"another schema":  {strings.Replace(good, `"schema":`, `"schema":9`, 1), "same version"},
		"cut at a line":   {strings.Join(lines[:len(lines)-2], ""), "cut short"},
		"cut in a line":   {good[:len(good)-30], "cut short"},
		"a row left out":  {strings.Replace(good, lines[rowOf(lines)], "", 1), "cut short"},
		"a table unknown": {strings.Replace(good, `"table":"configs"`, `"table":"confits"`, 1), "confits"},
		"a column more":   {strings.Replace(good, `"applied",`, `"applied","applied2",`, 1), "applied2"},
		"a value more":    {strings.Replace(good, "\n[", "\n[1,", 1), "damaged"},
		"a value wrong":   {strings.Replace(good, "\n[2,", "\n[\"2\",", 1), "invalid syntax"},
		"no JSON":         {strings.Replace(good, "\n[", "\n]", 1), "invalid character"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Import(t.Context(), strings.NewReader(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
	load(t, db, []byte(good)) // still empty
	if _, err := db.Import(t.Context(), strings.NewReader(good)); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("import once more: got error %v, want ErrNotEmpty", err)
	}
}

// rowOf is the first line that is a row.
func rowOf(lines []string) int {
	return slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "[") })
}

func TestBackupIsAStore(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a store.db")
	db := openStore(t, "sqlite:"+path)
	exec(t, path, `insert into configs (n, hash, applied, document) values (1, 'h', 2, '{}')`)
	copied := filepath.Join(folder, "it's a #?%& copy.db")
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if got, want := export(t, openStore(t, "sqlite:"+copied)), export(t, db); !bytes.Equal(got, want) {
		t.Errorf("the copy differs:\n%s", cmp.Diff(string(want), string(got)))
	}
	if err := openStore(t, pgtest.Start(t).Database(t)).Backup(t.Context(), copied); !errors.Is(err, store.ErrNoFile) {
		t.Errorf("of PostgreSQL: got error %v, want ErrNoFile", err)
	}
}
