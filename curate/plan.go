package curate

import (
	"cmp"
	"slices"
	"time"

	"wireroom/news"
)

// A Plan is what would change if a configuration were applied to what is stored, and no Item came in between. It says
// nothing of the Topics that countries have by themselves.
type Plan struct {
	Topics    []TopicPlan // in the order of the configuration
	Removed   []string    // slugs of Topics that would answer as gone
	Overlaps  []Overlap   // pairs of Topics that share Stories, the most first
	Unmatched []Unmatched // terms that no stored Item has, in the order of the rules
	Items     int         // decided
	Waiting   int         // Items that are not sorted yet, and not in the plan
	Days      int         // over which the daily volumes are reckoned
}

// A TopicPlan is what would change in one Topic. Stories are named by the store's own numbers, in the order of their
// Items.
type TopicPlan struct {
	Slug      string
	New       bool // it has no entry, nor ever had
	Redecided bool // its rule, or something that the rule reads, changes; if not, nothing else does
	Enter     []int64
	Leave     []int64
	Stay      int     // in the head
	Sealed    int     // on sealed pages, which stay as they are
	Before    float64 // Stories a day, over the newest days
	After     float64
}

// An Overlap is how many Stories two Topics would share.
type Overlap struct {
	A, B    string // slugs, in the order of the configuration
	Stories int
}

// Unmatched is a term that was never found.
type Unmatched struct {
	Spot
	Term string
}

// planDays is how many of the newest days the daily volumes are reckoned over: two weeks even out weekends.
const planDays = 14

// A Planner works out a [Plan]. It is not safe for concurrent use.
type Planner struct {
	next     news.Configuration
	standing news.Standing
	rules    *Rules
	source   func(id string) news.Source
	anew     map[string]bool
	usage    usage
	number   map[string]int // of Topics, by slug

	in      []map[int64]bool // by Topic: the Stories that the new rules take
	stories []int64          // in the order of their Items
	dates   map[int64]time.Time
	bare    map[int64]bool // Stories of which a text is gone: what was decided once stands
	items   int
	newest  time.Time
}

// NewPlanner returns a Planner of the change from what stands to next. Its error is [Faults] of next's rules.
func NewPlanner(next news.Configuration, standing news.Standing) (*Planner, error) {
	rules, err := Compile(next.Topics, next.Exclude)
	if err != nil {
		return nil, err
	}
	p := &Planner{
		next: next, standing: standing, rules: rules, source: next.SourcesUnder(standing.Facts),
		anew: next.Redecided(standing.Configuration), usage: newUsage(rules), number: map[string]int{},
		in: make([]map[int64]bool, len(next.Topics)), dates: map[int64]time.Time{}, bare: map[int64]bool{},
	}
	for i, t := range next.Topics {
		p.number[t.Slug], p.in[i] = i, map[int64]bool{}
		was := news.TopicBefore(standing.Topics, t)
		if was >= 0 && (slices.Contains(standing.Deciding, standing.Topics[was]) || isGone(standing, standing.Topics[was])) {
			p.anew[t.Slug] = true
		}
	}
	return p, nil
}

// isGone reports whether a Topic that there was is in force no more: if it comes back, it decides anew, under whatever slug.
func isGone(standing news.Standing, slug string) bool {
	return !slices.ContainsFunc(standing.Configuration.Topics, func(t news.Topic) bool { return t.Slug == slug })
}

// Moves reports whether the change may move any Story in or out of a Topic that has some: if not, Items need not be read
// to know that nobody has to agree.
func (p *Planner) Moves() bool {
	has := map[string]bool{}
	for _, h := range p.standing.Holdings {
		has[h.Topic] = true
	}
	return slices.ContainsFunc(p.next.Topics, func(t news.Topic) bool {
		was := news.TopicBefore(p.standing.Topics, t)
		return p.anew[t.Slug] && !news.IsCountry(t.Slug) && was >= 0 && has[p.standing.Topics[was]]
	})
}

// Add decides an Item that was sorted and is no duplicate. Items come in the order of their numbers.
func (p *Planner) Add(u news.Unsorted) {
	p.items++
	if _, known := p.dates[u.Story]; !known {
		p.stories = append(p.stories, u.Story)
		p.dates[u.Story] = u.Item.Published
		if u.Item.Published.After(p.newest) {
			p.newest = u.Item.Published
		}
	}
	if u.Bare {
		p.bare[u.Story] = true
	}
	subject := Subject{Item: u.Item, Source: p.source(u.Item.Source), Text: u.Item.Text()}
	for _, d := range p.rules.decide(subject, p.usage) {
		if d.In {
			p.in[p.number[d.Topic]][u.Story] = true
		}
	}
}

// Plan returns the plan for the Items that were added.
func (p *Planner) Plan() Plan {
	plan := Plan{Items: p.items, Waiting: p.standing.Waiting, Days: p.days(), Unmatched: p.usage.unmatched(p.rules)}
	held := p.held()
	after := make([]map[int64]bool, len(p.next.Topics))
	for i, t := range p.next.Topics {
		if news.IsCountry(t.Slug) {
			continue
		}
		var topic TopicPlan
		topic, after[i] = p.topic(i, t, held)
		plan.Topics = append(plan.Topics, topic)
	}
	plan.Overlaps = overlaps(p.next.Topics, after)
	plan.Removed = p.removed()
	return plan
}

// held returns the entries of each stored Topic, by slug and Story.
func (p *Planner) held() map[string]map[int64]news.Holding {
	held := make(map[string]map[int64]news.Holding)
	for _, h := range p.standing.Holdings {
		if held[h.Topic] == nil {
			held[h.Topic] = make(map[int64]news.Holding)
		}
		if had, twice := held[h.Topic][h.Story]; !twice || outstays(h, had) {
			held[h.Topic][h.Story] = h
		}
	}
	return held
}

// outstays reports whether of two entries of one Story, as after a merge, h says more of whether readers see it: the one
// that is shown and, of two, the one on a sealed page, which stays whatever the rule says; else the one that the rule can
// bring back.
func outstays(h, had news.Holding) bool {
	switch {
	case h.Shown != had.Shown:
		return h.Shown
	case h.Head != had.Head && h.Shown:
		return !h.Head
	}
	return h.IfIn && !had.IfIn
}

// topic works out the change of one Topic, and the Stories that it would show.
func (p *Planner) topic(i int, t news.Topic, all map[string]map[int64]news.Holding) (TopicPlan, map[int64]bool) {
	plan := TopicPlan{Slug: t.Slug, Redecided: p.anew[t.Slug]}
	var held map[int64]news.Holding
	if was := news.TopicBefore(p.standing.Topics, t); was >= 0 {
		held = all[p.standing.Topics[was]]
	}
	plan.New = len(held) == 0
	before, after := make(map[int64]bool, len(held)), make(map[int64]bool, len(held))
	for _, story := range p.stories {
		h, has := held[story]
		shown := p.shown(i, story, h, has)
		switch {
		case shown && !h.Shown:
			plan.Enter = append(plan.Enter, story)
		case !shown && h.Shown:
			plan.Leave = append(plan.Leave, story)
		case shown && h.Head:
			plan.Stay++
		case shown:
			plan.Sealed++
		}
		if h.Shown {
			before[story] = true
		}
		if shown {
			after[story] = true
		}
	}
	plan.Before, plan.After = p.daily(before), p.daily(after)
	return plan, after
}

// shown reports whether a Topic would show a Story, of which it has the entry h, or none.
func (p *Planner) shown(topic int, story int64, h news.Holding, has bool) bool {
	if !p.anew[p.next.Topics[topic].Slug] {
		return h.Shown
	}
	in := p.in[topic][story]
	switch {
	case !has:
		return in && !p.standing.Blocked[story]
	case !h.Head:
		return h.Shown
	case !h.Shown:
		return in && h.IfIn
	case in || p.bare[story]:
		return h.IfIn
	}
	return h.IfOut
}

// days returns over how many days the volumes are reckoned: no more than there are Stories of.
func (p *Planner) days() int {
	oldest := p.newest
	for _, at := range p.dates {
		if at.Before(oldest) {
			oldest = at
		}
	}
	return min(planDays, 1+int(p.newest.Sub(oldest).Hours()/24))
}

// daily returns how many of the Stories there are a day.
func (p *Planner) daily(stories map[int64]bool) float64 {
	days := p.days()
	from := p.newest.Add(-time.Duration(days) * 24 * time.Hour)
	n := 0
	for story := range stories {
		if p.dates[story].After(from) {
			n++
		}
	}
	return float64(n) / float64(days)
}

// removed returns the slugs of the Topics that are configured now and would be no more.
func (p *Planner) removed() (gone []string) {
	kept := map[string]bool{}
	for _, t := range p.next.Topics {
		if was := news.TopicBefore(p.standing.Topics, t); was >= 0 {
			kept[p.standing.Topics[was]] = true
		}
	}
	for _, t := range p.standing.Configuration.Topics {
		if !kept[t.Slug] && !news.IsCountry(t.Slug) {
			gone = append(gone, t.Slug)
		}
	}
	return gone
}

// overlaps counts the Stories that pairs of topics share; topics that take everything are no news, and left out.
func overlaps(topics []news.Topic, shown []map[int64]bool) []Overlap {
	of := map[int64][]int{}
	for i, t := range topics {
		if t.Rule.All || news.IsCountry(t.Slug) {
			continue
		}
		for story := range shown[i] {
			of[story] = append(of[story], i)
		}
	}
	count := map[[2]int]int{}
	for _, in := range of { // each in the order of the topics
		for i, a := range in {
			for _, b := range in[i+1:] {
				count[[2]int{a, b}]++
			}
		}
	}
	pairs := make([]Overlap, 0, len(count))
	for pair, n := range count {
		pairs = append(pairs, Overlap{topics[pair[0]].Slug, topics[pair[1]].Slug, n})
	}
	slices.SortFunc(pairs, func(a, b Overlap) int {
		return cmp.Or(-cmp.Compare(a.Stories, b.Stories), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return pairs
}

// Largest returns the Topic that most Stories would enter at once, of those that have readers: a new Topic has none.
func (p Plan) Largest() (topic TopicPlan) {
	for _, t := range p.Topics {
		if !t.New && len(t.Enter) > len(topic.Enter) {
			topic = t
		}
	}
	return topic
}
