package publish_test

import (
	"testing"

	"wireroom/news"
	"wireroom/publish"
)

func TestClassOfAnEdit(t *testing.T) {
	item := func(title, text string) news.Item { return news.Item{Title: title, Summary: text} }
	for name, tc := range map[string]struct {
		before, after news.Item
		want          publish.Class
	}{
		"nothing":                      {item("A", "<p>b</p>"), item("A", "<div>b</div>"), publish.ClassNone},
		"blanks":                       {item("A  b", "c"), item("A b", "c"), publish.ClassNone},
		"authors alone":                {news.Item{Title: "A", Authors: []string{"x"}}, item("A", ""), publish.ClassNone},
		"two letters exchanged":        {item("Envoys recieve the note", "x"), item("Envoys receive the note", "x"), publish.ClassTypo},
		"a letter too few":             {item("Goverment falls", "x"), item("Government falls", "x"), publish.ClassTypo},
		"in the text":                  {item("A", "They were thier guests."), item("A", "They were their guests."), publish.ClassTypo},
		"a comma":                      {item("A", "Tea coffee and rice"), item("A", "Tea, coffee and rice"), publish.ClassTypo},
		"capitals":                     {item("talks fail", "x"), item("Talks Fail", "x"), publish.ClassTypo},
		"an apostrophe":                {item("Irans envoy", "x"), item("Iran's envoy", "x"), publish.ClassTypo},
		"a word split":                 {item("A cease fire holds", "x"), item("A ceasefire holds", "x"), publish.ClassTypo},
		"another country":              {item("Iran denies it", "x"), item("Iraq denies it", "x"), publish.ClassHeadline},
		"another name":                 {item("A", "Said Martin of it"), item("A", "Said Marten of it"), publish.ClassText},
		"a negation":                   {item("Talks will resume", "x"), item("Talks will not resume", "x"), publish.ClassHeadline},
		"a short word":                 {item("A", "He is now there"), item("A", "He is not there"), publish.ClassText},
		"a number in the headline":     {item("Quake kills 12", "x"), item("Quake kills 15", "x"), publish.ClassNumber},
		"a number in the text":         {item("A quake", "At least 12 died."), item("A quake", "At least 15 died."), publish.ClassNumber},
		"a number in words":            {item("Four dead in strike", "x"), item("Five dead in strike", "x"), publish.ClassNumber},
		"a number with its unit":       {item("A", "It cost $3 million."), item("A", "It cost $3 billion."), publish.ClassNumber},
		"a number and more":            {item("Quake kills 12 in city", "x"), item("Quake kills 15 in port", "x"), publish.ClassNumber},
		"a separator in a number":      {item("A", "Of 12000 people"), item("A", "Of 12,000 people"), publish.ClassTypo},
		"a number added":               {item("Quake kills dozens", "x"), item("Quake kills dozens, hurts 40", "x"), publish.ClassHeadline},
		"another headline":             {item("Talks fail", "x"), item("Envoys leave without agreement", "x"), publish.ClassHeadline},
		"headline and text":            {item("Talks fail", "x y z"), item("Talks end", "u v w 5"), publish.ClassHeadline},
		"text added":                   {item("A", "One."), item("A", "One. And 3 more things were said."), publish.ClassText},
		"text written anew":            {item("A", "One thing."), item("A", "Quite another."), publish.ClassText},
		"a mark of retraction":         {item("A claim", "x"), item("RETRACTED: A claim", "x"), publish.ClassRetraction},
		"a notice of retraction":       {item("A claim", "x"), item("A claim", "x This article has been retracted."), publish.ClassRetraction},
		"a wire kill":                  {item("A claim", "x"), item("KILL - A claim", "x"), publish.ClassRetraction},
		"others retract":               {item("Ministry to speak", "x"), item("Ministry has retracted its claim", "x"), publish.ClassHeadline},
		"retracted before, mended now": {item("RETRACTED: A clame of it", "x"), item("RETRACTED: A claim of it", "x"), publish.ClassHeadline},
		"all gone":                     {item("A", "x"), item("", ""), publish.ClassGone},
		"a notice that it is gone":     {item("A", "x"), item("A", "This story is no longer available."), publish.ClassGone},
		"not found":                    {item("A", "x"), item("Page not found", ""), publish.ClassGone},
		"something else removed":       {item("A", "The statue stands."), item("A", "The statue has been removed."), publish.ClassText},
		"another script":               {item("会谈失败", "x"), item("会谈成功", "x"), publish.ClassHeadline},
	} {
		t.Run(name, func(t *testing.T) {
			if got := publish.ClassOf(tc.before, tc.after); got != tc.want {
				t.Errorf("%+v to %+v: got %q, want %q", tc.before, tc.after, got, tc.want)
			}
		})
	}
}
