package aggregator

import (
	"time"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// An identity is what an entry of a document is recognised by.
type identity struct {
	news.Mark
	shared bool       // other items have the same URL: it identifies none of them
	common bool       // and the same of its GUID
	known  bool       // unchanged since the last document
	keys   []news.Key // within the Source, strongest first
}

// identities are those of a document's entries; of those that were not read, as they are remembered.
func (v *visit) identities(doc *parse.Document) []identity {
	ids := make([]identity, len(doc.Entries))
	for i, e := range doc.Entries {
		if ids[i].known = e.Known; e.Known {
			ids[i].Mark = v.marks[e.Digest]
		} else {
			ids[i].Mark = markOf(e)
		}
	}
	shared := sharedURLs(ids, v.isFeed())
	if front := news.CanonicalURL(doc.Link); front != "" && v.isFeed() {
		shared[news.KeyOf("url", front)] = true
	}
	common := commonIDs(ids)
	for i, e := range doc.Entries {
		ids[i].shared, ids[i].common = shared[ids[i].URL], common[ids[i].ID]
		ids[i].name(e)
	}
	return ids
}

// isFeed reports whether the Source is a feed: what a page or a sitemap lists is known by its URL and nothing else.
func (v *visit) isFeed() bool {
	return v.claim.Source.Format == "" || v.claim.Source.Format == news.FormatFeed
}

// markOf returns what is to be remembered of an entry.
func markOf(e parse.Entry) news.Mark {
	m := news.Mark{Digest: e.Digest, Date: entryDate(e), Title: titleKey(e.Title)}
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

// sharedURLs are the URLs that several entries have under different GUIDs; in a feed also without any, under different
// titles or dates.
func sharedURLs(ids []identity, feed bool) map[news.Key]bool {
	firsts := make(map[news.Key]identity, len(ids))
	shared := make(map[news.Key]bool)
	for _, id := range ids {
		if id.URL == (news.Key{}) {
			continue
		}
		first, again := firsts[id.URL]
		switch {
		case !again:
			firsts[id.URL] = id
		case first.ID != id.ID, feed && id.ID == (news.Key{}) && (first.Title != id.Title || differ(first.Date, id.Date)):
			shared[id.URL] = true
		}
	}
	return shared
}

// commonAmong is how many entries of one document have a GUID that names none of them. Of two, one may be an edit of the other.
const commonAmong = 3

// commonIDs are the GUIDs that several entries have, each under a URL and a title of its own.
func commonIDs(ids []identity) map[news.Key]bool {
	times, many := make(map[news.Key]int, len(ids)), false
	for _, id := range ids {
		times[id.ID]++
		many = many || id.ID != (news.Key{}) && times[id.ID] >= commonAmong
	}
	if !many { // as in nearly every document
		return nil
	}
	common := make(map[news.Key]bool)
	for one, n := range times {
		if one == (news.Key{}) || n < commonAmong {
			continue
		}
		urls, titles := make(map[news.Key]bool), make(map[news.Key]bool)
		for _, id := range ids {
			if id.ID == one && id.URL != (news.Key{}) {
				urls[id.URL], titles[id.Title] = true, true
			}
		}
		common[one] = len(urls) >= commonAmong && len(titles) >= commonAmong
	}
	return common
}

// differ reports whether two dates are known and not the same.
func differ(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && !a.Equal(b) }

// name sets the identity's keys. An entry whose URL is shared and whose GUID is none, or common, is known by its text.
func (id *identity) name(e parse.Entry) {
	if (id.ID == (news.Key{}) || id.common) && id.nameless() && !id.known {
		id.ID, id.common = textKey(e), false
	}
	id.keys = nil
	if id.ID != (news.Key{}) && !id.common {
		id.keys = append(id.keys, id.ID)
	}
	if id.URL != (news.Key{}) && !id.shared {
		id.keys = append(id.keys, id.URL)
	}
}

// textKey is what an entry is known by that has nothing of its own but its title and text.
func textKey(e parse.Entry) news.Key { return news.ItemKeys("", "", e.Title, e.Summary)[0] }

// titleKey is the Key of a title, whatever its case and punctuation.
func titleKey(title string) news.Key {
	return news.KeyOf("title", string(news.AppendWords(nil, news.PlainText(title))))
}

// sought are the keys to look up: all of the entries that were read, with whether their URL is known to be shared, and of the
// others those by which they keep their Items from being taken for something else. Where nothing was read there are none.
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
		if id.URL != (news.Key{}) {
			keys = append(keys, news.SharedKey(id.URL))
		}
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
