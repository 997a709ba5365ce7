package news

import "time"

// Found is a Story that a search has found, as its first Topic shows it.
type Found struct {
	Entry  Entry
	Topics []TopicName // that it is in, by slug
}

// Brought is an Item that a Source has brought, as a line of a list.
type Brought struct {
	Title, URL, Language string
	Published            time.Time
	Story                string // id; empty while the Item waits to be sorted
}
