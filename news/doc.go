// Package news is Wireroom's vocabulary: sources, items, polls, stories, topics, decisions and editions, as types
// and pure functions. Every arrow of the program points here, and this package imports nothing else of it.
//
// Read it in the order in which an item walks: [Source] is polled, giving a [Poll] with new or changed [Item] values;
// [ItemKeys] recognises them again; every Item is in a [Story]; a [Topic] says by a [Decision] which Stories belong to
// it; an [Edition] is what is published of a Topic.
//
// Nothing here reads a clock, a file or the network. Times are UTC; a zero time means "not known".
package news
