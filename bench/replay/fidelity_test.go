package main

import (
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	in := []feed{{id: "feed001", items: []item{
		{Title: "Ships &amp;  boats", Link: "http://a.example/1", Published: noon.Add(time.Microsecond)},
		{Title: "Rain", Link: "http://a.example/2", Published: noon},
	}}}
	same := []listed{
		{Source: "feed001", URL: "http://a.example/1", Title: "Ships & boats", Published: noon},
		{Source: "feed001", URL: "http://a.example/2", Title: "Rain", Published: noon},
	}
	for _, c := range []struct {
		name  string
		alter func(*listed)
		want  fidelity
	}{
		{"as it went in", func(*listed) {}, fidelity{}},
		{"another link", func(l *listed) { l.URL += "?from=feed" }, fidelity{links: 1}},
		{"another source", func(l *listed) { l.Source = "feed002" }, fidelity{links: 1}},
		{"another title", func(l *listed) { l.Title = "Ships &amp; boats" }, fidelity{titles: 1}},
		{"another date", func(l *listed) { l.Published = noon.Add(time.Hour) }, fidelity{dates: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stored := append([]listed(nil), same...)
			c.alter(&stored[0])
			if got := compare(in, stored); got != c.want {
				t.Errorf("compare is %+v, want %+v", got, c.want)
			}
		})
	}
}
