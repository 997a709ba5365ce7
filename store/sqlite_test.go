package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"wireroom/store"
	"wireroom/store/storetest"
)

func TestSQLite(t *testing.T) {
	folders := make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) *store.DB {
		if folders[name] == "" {
			folders[name] = t.TempDir()
		}
		db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(folders[name], "a #?%& store.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}

func TestOpenSaysWhatToDo(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, []byte("this is no database, and longer than a header of one hundred bytes, so that it is looked at as a whole page"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ dsn, want string }{
		"a folder":       {"sqlite:" + folder, "name a file"},
		"another's":      {"sqlite:" + anothers(t, folder), "another program's database"},
		"damaged":        {"sqlite:" + damaged(t, folder), "put a backup in its place"},
		"no such folder": {"sqlite:" + filepath.Join(folder, "none", "x.db"), "create it"},
		"folder is file": {"sqlite:" + filepath.Join(file, "x.db"), "is no folder"},
		"no database":    {"sqlite:" + file, "it is no store"},
		"unknown engine": {"mysql:x", "use sqlite:PATH"},
		"no path":        {"sqlite:", "no file named"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Open(t.Context(), test.dsn)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("open %s: got error %v, want one that says %q", test.dsn, err, test.want)
			}
		})
	}
}

// Whoever starts the halves of the program starts them at once, after an upgrade too.
func TestManyOpenANewStoreAtOnce(t *testing.T) {
	for range 2 {
		path := filepath.Join(t.TempDir(), "new.db")
		var group errgroup.Group
		for range 4 {
			group.Go(func() error {
				db, err := store.Open(t.Context(), "sqlite:"+path)
				if err != nil {
					return err
				}
				return db.Close()
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

// anothers is a database that some other program has made.
func anothers(t *testing.T, folder string) string {
	path := filepath.Join(folder, "anothers.db")
	exec(t, path, `create table items (name text)`)
	return path
}

// damaged is a store whose pages were overwritten from the second on.
func damaged(t *testing.T, folder string) string {
	path := filepath.Join(folder, "damaged.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(whole); i++ {
		whole[i] = 0xAA
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNewerStoreIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	exec(t, path, `insert into goose_db_version (version_id, is_applied) values (9999, 1)`)
	if _, err := store.Open(t.Context(), "sqlite:"+path); !errors.Is(err, store.ErrTooNew) {
		t.Errorf("open a newer store: got error %v, want ErrTooNew", err)
	}
}
