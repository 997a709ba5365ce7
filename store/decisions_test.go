package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

// Spans of every role and place come back as they were written.
func TestSpansComeBack(t *testing.T) {
	var want []news.Span
	for _, role := range []news.Role{news.RoleStrong, news.RoleWeak, news.RoleExclude, news.RoleRequire, news.RoleWhen, news.RoleGlobal} {
		for i, place := range news.Places {
			want = append(want, news.Span{Term: "title:kyiv", Role: role, Place: place, Start: i, End: i + 4, Points: 6})
		}
	}
	want = append(want, news.Span{Term: "talks", Role: news.RoleWhen, Group: "event", Place: news.PlaceLead, End: 5})
	got, err := decodeSpans(encodeSpans(want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}
