package aggregator

import (
	"time"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// An identity is what an entry of a document is recognised by.
type identity struct {
	news.Mark
	shared bool       // other entries have the same URL: it identifies none of them
	known  bool       // unchanged since the last document
	keys   []news.Key // within the Source, strongest first
}

// identities are those of the entries; of those that were not read, as they are remembered.
func (v *visit) identities(entries []parse.Entry) []identity {
	ids := make([]identity, len(entries))
	for i, e := range entries {
		if ids[i].known = e.Known; e.Known {
			ids[i].Mark = v.marks[e.Digest]
		} else {
			ids[i].Mark = markOf(e)
		}
	}
	shared := sharedURLs(ids)
	for i, e := range entries {
		ids[i].shared = shared[ids[i].URL]
		ids[i].keys = ids[i].keysOf(e)
	}
	return ids
}

// markOf returns what is to be remembered of an entry.
func markOf(e parse.Entry) news.Mark {
	m := news.Mark{Digest: e.Digest, Date: entryDate(e)}
	keys := e.Keys()
	canonical := news.CanonicalURL(e.URL)
	if canonical != "" {
		m.URL = keys[len(keys)-1]
		keys = keys[:len(keys)-1]
	}
	if len(keys) > 0 {
		m.ID = keys[0]
	}
	return m
}

func entryDate(e parse.Entry) time.Time {
	if e.Published.IsZero() {
		return e.Updated
	}
	return e.Published
}

// sharedURLs are the URLs that several entries have under different GUIDs.
func sharedURLs(ids []identity) map[news.Key]bool {
	guids := make(map[news.Key]news.Key, len(ids))
	shared := make(map[news.Key]bool)
	for _, id := range ids {
		if id.URL == (news.Key{}) {
			continue
		}
		if guid, again := guids[id.URL]; again && guid != id.ID {
			shared[id.URL] = true
		}
		guids[id.URL] = id.ID
	}
	return shared
}

// keysOf returns the identity's keys. An entry that has nothing but a shared URL is known by its text.
func (id identity) keysOf(e parse.Entry) []news.Key {
	var keys []news.Key
	if id.ID != (news.Key{}) {
		keys = append(keys, id.ID)
	}
	switch {
	case id.URL == (news.Key{}):
	case !id.shared:
		keys = append(keys, id.URL)
	case len(keys) == 0 && !id.known:
		keys = news.ItemKeys("", "", e.Title, e.Summary)
	}
	return keys
}

// sought are the keys to look up: all of the entries that were read, and of the others those by which they keep their
// Items from being taken for something else. Where nothing was read there are none.
func sought(ids []identity) []news.Key {
	var keys []news.Key
	read := false
	for _, id := range ids {
		if id.known && len(id.keys) > 0 {
			keys = append(keys, id.keys[0])
			continue
		}
		read = read || !id.known
		keys = append(keys, id.keys...)
	}
	if !read {
		return nil
	}
	return keys
}

// idMatches are the known Items that some entry of the document names by its strongest key. No other entry may claim such
// an Item by its URL.
func idMatches(ids []identity, known map[news.Key]news.Known) map[int64]bool {
	matches := make(map[int64]bool)
	for _, id := range ids {
		if k, ok := known[id.ID]; ok {
			matches[k.Ref] = true
		}
	}
	return matches
}
