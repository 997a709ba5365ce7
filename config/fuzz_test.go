package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"wireroom/config"
)

// FuzzParse: whatever the file holds, there is a whole configuration or there are faults with places in the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/valid/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte(minimal))
	f.Add([]byte("a: &a [*a, *a]\nsources: *a\n<<: *a\n"))
	f.Add([]byte("? !!map &x {? *x : *x}\n: |-\n\t\n"))
	lookup := environment(map[string]string{"PASSWORD": "p", "KEY": "k"})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("config.yaml", data, lookup)
		if err == nil {
			whole(t, c)
			return
		}
		var faults config.Faults
		if c != nil || !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("Parse = %v, %v: want faults alone", c, err)
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Column < 1 || fault.Column > utf8.RuneCountInString(fault.Source)+1 {
				t.Errorf("a place outside the file: %+v", fault)
			}
		}
		_ = err.Error() // must not panic either
	})
}

func whole(t *testing.T, c *config.Config) {
	t.Helper()
	if len(c.Sources) == 0 || len(c.Topics) == 0 || c.Store == "" || c.Server.BaseURL == "" || c.Fetch.Ceiling < c.Fetch.Floor {
		t.Errorf("a configuration that is not whole: %+v", c)
	}
	for _, s := range c.Sources {
		for _, err := range []error{s.Kind.Validate(), s.Owner.Validate(), s.Republish.Validate(), s.Format.Validate()} {
			if err != nil {
				t.Errorf("source %q: %v", s.ID, err)
			}
		}
		if s.ID == "" || s.Name == "" || s.URL == "" {
			t.Errorf("source %+v is not whole", s)
		}
	}
	for _, topic := range c.Topics {
		if topic.Slug == "" || topic.Title == "" || topic.Rule.All == (len(topic.Rule.Strong)+len(topic.Rule.Weak) > 0) {
			t.Errorf("topic %+v is not whole", topic)
		}
	}
}
