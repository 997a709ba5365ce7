package news

// Found is a Story that a search has found, as its first Topic shows it.
type Found struct {
	Entry  Entry
	Topics []TopicName // that it is in, by slug
}
