package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"wireroom/news"
)

// An explanation says how an item came, whose copy it is, where it stands and by which words, with the line of each in the
// configuration, and which acts touched it.
func TestExplainTellsTheWholeStory(t *testing.T) {
	h := newDeskHouse(t)
	h.desk("note", h.story("round 5")["story"], "--text", "Denied since.")
	item := h.story("round 5")
	text := h.must("explain", item["url"])
	for _, want := range []string{
		"Envoys of a meet in the northern [[strait]] for round 5", item["id"], "a, a", "by poll 1 at 2026-03-02T12:00:00Z, which brought 6 new items",
		"its GUID, its URL", "1 of 1", "words of the feed", item["story"] + ", leads 1 report",
		"strait: in with 8 of 5 points: the score reaches the minimum; rule of configuration 1  config.yaml:", "strong in the title, 6 points",
		"entry 1, in the head", "everything: in: the topic takes everything  config.yaml:", "note, by the night editor", "sent by a [[said after session 5]] in",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "strikes") {
		t.Errorf("a topic that it came nowhere near is named:\n%s", text)
	}
	if text := h.must("explain", item["id"][:13], "strikes"); !strings.Contains(text, "out: nowhere near, below half of 5 points") || strings.Contains(text, "everything") {
		t.Errorf("asked of one topic:\n%s", text)
	}
	lines := strings.Split(h.text(), "\n")
	var e explained
	if err := json.Unmarshal([]byte(h.must("explain", item["story"], "--format", "json")), &e); err != nil {
		t.Fatal(err)
	}
	for _, d := range e.Decisions {
		for i, s := range d.Spans {
			if line := lines[d.Lines[i]-1]; !strings.Contains(line, s.Term) {
				t.Errorf("the term %s of topic %s is not on line %d: %s", s.Term, d.Topic, d.Lines[i], line)
			}
		}
	}
	if e.Item.ID != item["id"] || len(e.Acts) != 1 || e.Acts[0].Text != "Denied since." {
		t.Errorf("as JSON: %+v", e)
	}
}

// A copy is explained by its original, a term that left the configuration is said to have, and what is not there is an error.
func TestExplainAtTheMargin(t *testing.T) {
	h := newDeskHouse(t)
	var copied map[string]string
	for _, row := range h.items("--source", "b") {
		if strings.Contains(row["title"], "round 1") {
			copied = row
		}
	}
	if text := h.must("explain", copied["id"]); !strings.Contains(text, "the same page") || !strings.Contains(text, "Its original decides for it") {
		t.Errorf("of a copy:\n%s", text)
	}
	h.config.Topics[1].Strong = []string{"pass"}
	h.save()
	if text := h.must("explain", h.story("round 5")["id"]); !strings.Contains(text, "no longer in config.yaml") {
		t.Errorf("of a term that was removed, before the change is applied:\n%s", text)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"explain"}, exitUsage, "name an item"},
		{[]string{"explain", "https://nowhere.example/x"}, exitFailed, "wireroom items lists them"},
		{[]string{"explain", copied["id"], "nowhere"}, exitFailed, "there are everything, strait, strikes"},
		{[]string{"explain", copied["id"], "--replay"}, exitUsage, "--replay alone"},
	} {
		if out := h.run(c.args...); out.code != c.code || !strings.Contains(out.stderr, c.want) {
			t.Errorf("%q: exit code %d, %q; want %d and %q", c.args, out.code, out.stderr, c.code, c.want)
		}
	}
}

// Every stored decision comes out again as it was stored, under whatever rules and facts it was made.
func TestReplayEqualsRecord(t *testing.T) {
	o := newOrigin(t)
	stories := numbered(30)
	o.publish("/a", rss("a", stories...))
	h := newHouse(t, o.sources("a")...)
	h.config.Topics = []topicEntry{everything, {Slug: "strait", Strong: []string{"strait"}, Weak: []string{"envoy*"}}}
	h.save()
	h.must("poll", "--at", after(0))
	first := h.replayed()

	h.config.Topics[1] = topicEntry{Slug: "passes", Strong: []string{"pass", "delta"}, Exclude: []string{"round 7"}}
	h.save()
	stories[3].text += " The text is signed at the pass."
	o.publish("/a", rss("a", stories...))
	h.must("poll", "--force", "--at", after(time.Hour))
	h.config.Sources[0].ID = "renamed"
	h.config.Exclude = []string{"round 9"}
	h.write(strings.Replace(h.text(), "- id: renamed", "- id: renamed\n    was: [a]", 1))
	h.must("poll", "--force", "--at", after(2*time.Hour))
	if last := h.replayed(); last == first {
		t.Errorf("%q both before and after rules and items changed", last)
	}
}

// text is the configuration file.
func (h *house) text() string {
	h.t.Helper()
	text, err := os.ReadFile(h.file())
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// replayed replays all decisions and returns what that says.
func (h *house) replayed() string {
	h.t.Helper()
	out := h.must("explain", "--replay")
	if !strings.Contains(out, "made again, all as stored") || strings.HasPrefix(out, "0 ") {
		h.t.Errorf("the replay says %q", out)
	}
	return out
}

// So it is with real reports, edited ones among them, the rules that come with the program, and the same rules made stricter.
func TestReplayEqualsRecordOfRealItems(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of items")
	}
	h := itemsHouse(t)
	before := h.replayed()
	for i := range h.config.Topics {
		topic := &h.config.Topics[i]
		topic.MinScore = max(topic.MinScore, news.DefaultMinScore) + 2
		topic.Weak = topic.Weak[:len(topic.Weak)/2]
	}
	h.save()
	h.must("poll", "--at", "2026-01-12T00:00:00Z")
	t.Logf("under the rules that come with the program: %sunder both: %s", before, h.replayed())
}
