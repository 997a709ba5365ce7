package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

func TestExpand(t *testing.T) {
	lookup := environment(map[string]string{"NAME": "value", "EMPTY": "", "NESTED": "${NAME}", "_a1": "x"})
	tests := []struct{ name, in, want, err string }{
		{name: "nothing to do", in: "plain", want: "plain"},
		{name: "empty", in: "", want: ""},
		{name: "one", in: "a ${NAME} b", want: "a value b"},
		{name: "two side by side", in: "${NAME}${NAME}", want: "valuevalue"},
		{name: "empty is set", in: "[${EMPTY}]", want: "[]"},
		{name: "values are not expanded again", in: "${NESTED}", want: "${NAME}"},
		{name: "underscore and digit", in: "${_a1}", want: "x"},
		{name: "literal", in: "$${NAME}", want: "${NAME}"},
		{name: "literal after text and before a variable", in: "a$${b}${NAME}", want: "a${b}value"},
		{name: "other dollars", in: "$5 $NAME $$ 100$", want: "$5 $NAME $$ 100$"},
		{name: "unset", in: "x${MISSING}", err: "MISSING is not set"},
		{name: "unclosed", in: "${NAME", err: "without its }"},
		{name: "no name", in: "${}", err: "names no variable"},
		{name: "digit first", in: "${1a}", err: "names no variable"},
		{name: "blank in the name", in: "${NAME }", err: "names no variable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.Expand(tt.in, lookup)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("Expand(%q) = %q, %v: want an error with %q", tt.in, got, err, tt.err)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("Expand(%q) = %q, %v: want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestExpandSource(t *testing.T) {
	s := news.Source{
		ID: "quay", Name: "${KEY}", URL: "https://${USER}:${KEY}@quay.example/", UserAgent: "u/${KEY}",
		Headers: map[string]string{"X-Key": "${KEY}"}, BasicAuth: "${USER}:${KEY}", Bearer: "${KEY}", Rights: "${KEY}",
	}
	before := s.Headers["X-Key"]
	got, err := config.ExpandSource(s, environment(map[string]string{"USER": "me", "KEY": "k"}))
	if err != nil {
		t.Fatal(err)
	}
	want := news.Source{
		ID: "quay", Name: "${KEY}", URL: "https://me:k@quay.example/", UserAgent: "u/k",
		Headers: map[string]string{"X-Key": "k"}, BasicAuth: "me:k", Bearer: "k", Rights: "${KEY}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("expanded (-want +got):\n%s", diff)
	}
	if s.Headers["X-Key"] != before {
		t.Error("the source that was handed in has changed")
	}
}

func TestExpandSourceNamesAllThatFails(t *testing.T) {
	s := news.Source{ID: "quay", URL: "https://${A}/", Bearer: "${B}", Headers: map[string]string{"X-Key": "${C}"}}
	got, err := config.ExpandSource(s, nil)
	if err == nil {
		t.Fatalf("ExpandSource = %+v, want an error", got)
	}
	for _, want := range []string{"url of source quay", "bearer of source quay", "header X-Key of source quay", "A is not set", "B is", "C is"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
