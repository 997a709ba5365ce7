package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
)

// TestPlaces spoils every URL of the shipped file's sources, and wants each fault at its URL: comments, entries over
// several lines, quotes and letters of several bytes stand before them.
func TestPlaces(t *testing.T) {
	data, err := os.ReadFile("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, tail, ok := strings.Cut(string(data), "\nsources:\n")
	if !ok {
		t.Fatal("config.yaml has no sources")
	}
	spoilt := head + "\nsources:\n" + strings.ReplaceAll(strings.ReplaceAll(tail, "https://", "spoil://"), "http://", "spoil://")

	type place struct{ Line, Column int }
	var want []place
	for i, line := range strings.Split(spoilt, "\n") {
		if at := strings.Index(line, "spoil://"); at >= 0 {
			if line[at-1] == '"' {
				at--
			}
			want = append(want, place{i + 1, utf8.RuneCountInString(line[:at]) + 1})
		}
	}
	_, err = config.Parse("config.yaml", []byte(spoilt), nil)
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want Faults", err)
	}
	var got []place
	for _, f := range faults {
		got = append(got, place{f.Line, f.Column})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places of the faults (-want +got):\n%s", diff)
	}
}
