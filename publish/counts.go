package publish

import (
	"strconv"

	"wireroom/news"
)

// storyCounts says how many tell a Story, and how many of these by themselves. It is counted from the reports that are shown,
// so a sealed entry keeps the counts that it was sealed with.
type storyCounts struct {
	Reports, Sources, Countries int
	Independent                 int // Sources with a report that is no copy of another's; at least 1: a text counts once
}

func countsOf(story news.Story) storyCounts {
	sources, countries, independent := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	count := func(r news.Report) {
		sources[r.Source.ID] = true
		if r.Source.Country != "" {
			countries[r.Source.Country] = true
		}
		if r.DuplicateOf == "" {
			independent[r.Source.ID] = true
		}
	}
	count(story.Lead)
	for _, r := range story.Also {
		count(r)
	}
	return storyCounts{1 + len(story.Also), len(sources), len(countries), max(1, len(independent))}
}

// html is the line of an entry's body that tells of more than one report; "" where there is but one.
func (c storyCounts) html() string {
	if c.Reports < 2 {
		return ""
	}
	told := "one source tells it in its own words"
	if c.Independent > 1 {
		told = strconv.Itoa(c.Independent) + " sources tell it in their own words"
	}
	return `<p lang="en">` + strconv.Itoa(c.Reports) + " reports; " + told + ".</p>"
}
