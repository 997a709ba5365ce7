package publish

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wireroom/news"
)

// dayStories is how many Stories of a day its page lists at most. A topic that takes everything has thousands on a full
// day (4,523 reports of 162 feeds, docs/measurements.md), which no one scrolls through.
const dayStories = 500

// dayView is the page of one day of a Topic, in UTC.
type dayView struct {
	Slug, Title   string
	Day           time.Time
	Stories       []storyView
	All           int    // Stories of that day
	Before, After string // the nearest days with Stories; empty where there is none
}

// dayOf reads a day as it stands in an address, and returns it as a number such as 20060102.
func dayOf(text string) (int64, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(t.Format("20060102"), 10, 64)
}

// dayTime is the beginning of a day.
func dayTime(day int64) time.Time {
	return time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 0, 0, 0, 0, time.UTC)
}

func dayPath(slug string, day int64) string {
	return topicPath(slug) + "/" + dayTime(day).Format(time.DateOnly)
}

// dayName is the name of the day that a time is in; empty for no time.
func dayName(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// renderDay makes the page of a day. A day without Stories has none: else there were no end to them.
func (s *Server) renderDay(ctx context.Context, k key, state listed) (*document, error) {
	from := dayTime(k.page)
	until := from.AddDate(0, 0, 1)
	edition, all, err := s.store.Day(ctx, k.slug, from, until, dayStories)
	switch {
	case err != nil:
		return nil, fmt.Errorf("day %s of %s: %w", from.Format(time.DateOnly), k.slug, err)
	case all == 0:
		return nil, news.ErrNotFound
	}
	before, after, err := s.store.DaysBeside(ctx, k.slug, from, until)
	if err != nil {
		return nil, err
	}
	feed := Feed{Site: s.site, Edition: edition, Interval: state.Interval}
	v := dayView{Slug: k.slug, Title: feed.title(), Day: from, All: all, Before: dayName(before), After: dayName(after)}
	for _, e := range feed.entries() {
		v.Stories = append(v.Stories, storyViewOf(e))
	}
	day := strings.TrimSpace(from.Format("2 January 2006"))
	return s.pages.document("day", pageView{
		Title: feed.title() + ", " + day + " · Wireroom", Description: feed.title() + ": reports of " + day + " (UTC).",
		Path: k.path(), Feeds: feedLinks(k.slug, feed.title()), Main: v,
	}, maxAge(state.Interval), time.Time{})
}
