package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

// A node is the part of a schema that the tests look at.
type node struct {
	Properties map[string]node
	Items      *node
	Ref        string `json:"$ref"`
	Enum       []string
	Defs       map[string]node `json:"$defs"`
}

func schema(t *testing.T) node {
	t.Helper()
	var root node
	if err := json.Unmarshal(config.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestSchemaHasTheReadersKeys asks the reader for the keys of each mapping, by one that it cannot know.
func TestSchemaHasTheReadersKeys(t *testing.T) {
	root := schema(t)
	const stranger = "qqqqqqqqqqqqqqqq: 1"
	tests := []struct {
		name, text string
		node       node
	}{
		{"root", stranger, root},
		{"server", "server: {" + stranger + "}", root.Properties["server"]},
		{"schedule", "schedule: {" + stranger + "}", root.Properties["schedule"]},
		{"fetch", "fetch: {" + stranger + "}", root.Properties["fetch"]},
		{"plan", "plan: {" + stranger + "}", root.Properties["plan"]},
		{"retention", "retention: {" + stranger + "}", root.Properties["retention"]},
		{"metrics", "metrics: {" + stranger + "}", root.Properties["metrics"]},
		{"source", "sources: [{" + stranger + "}]", root.Defs["source"]},
		{"selectors", "sources: [{selectors: {" + stranger + "}}]", root.Defs["source"].Properties["selectors"]},
		{"topic", "topics: [{" + stranger + "}]", root.Defs["topic"]},
		{"except", "topics: [{except: {" + stranger + "}}]", root.Defs["topic"].Properties["except"]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Parse("config.yaml", []byte(tt.text), nil)
			got := slices.Sorted(maps.Keys(tt.node.Properties))
			if diff := cmp.Diff(known(t, err), got); diff != "" {
				t.Errorf("keys (-reader +schema):\n%s", diff)
			}
		})
	}
}

// known returns the keys that the fault about the stranger lists.
func known(t *testing.T, err error) []string {
	t.Helper()
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want Faults", err)
	}
	for _, f := range faults {
		if keys, ok := strings.CutPrefix(f.Suggestion, "the keys here are: "); ok {
			return strings.Split(keys, ", ")
		}
	}
	t.Fatalf("no fault lists the keys:\n%v", err)
	return nil
}

func TestSchemaHasTheValues(t *testing.T) {
	source := schema(t).Defs["source"].Properties
	for key, want := range map[string]string{
		"kind": fmt.Sprint(news.Kinds), "owner": fmt.Sprint(news.Owners),
		"republish": fmt.Sprint(news.AllRights), "format": fmt.Sprint(news.Formats),
	} {
		if got := fmt.Sprint(source[key].Enum); got != want {
			t.Errorf("%s in the schema: %s, want %s", key, got, want)
		}
	}
}

func TestSchemaIsACopy(t *testing.T) {
	config.Schema()[0] = 'x'
	if got := config.Schema()[0]; got != '{' {
		t.Errorf("the schema begins with %q after a caller wrote to it", got)
	}
}
