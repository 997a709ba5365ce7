package news

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// A Key identifies an Item within its Source. It is a hash, so that a store need not repeat long URLs.
type Key [16]byte

// KeyOf returns the Key of a value of one kind: "guid", "url", "text" or "title".
func KeyOf(kind, value string) Key { return Key(hash16([]string{kind, value})) }

// SharedKey is the Key of an Item that is not alone under its URL, in the form of its Key: that it is there says of the URL that
// it identifies nothing within the Source.
func SharedKey(url Key) Key { return KeyOf("shared", string(url[:])) }

// TitleKey is the Key of what one title means under one URL that several Items have; both are Keys of their own.
func TitleKey(url, title Key) Key { return KeyOf("titled", string(url[:])+string(title[:])) }

// ItemKeys returns the identity keys of an entry, strongest first: its GUID, the canonical form of its URL, and, only
// where it has neither, its title and text. It never returns an empty slice.
func ItemKeys(guid, canonicalURL, title, text string) []Key {
	var keys []Key
	if guid != "" {
		keys = append(keys, KeyOf("guid", guid))
	}
	if canonicalURL != "" {
		keys = append(keys, KeyOf("url", canonicalURL))
	}
	if len(keys) == 0 {
		keys = append(keys, KeyOf("text", title+"\n"+text))
	}
	return keys
}

// itemSpace and storySpace are the namespaces of the program's UUIDs (RFC 9562, version 5). They never change: every
// id ever published hangs on them.
var (
	itemSpace  = uuid.MustParse("1f9c3b52-6d5e-5d0c-9a35-7f0e8f3a4c11")
	storySpace = uuid.MustParse("8a0b7d64-2f43-5b8e-8c1d-0d6f5e2b9a77")
	topicSpace = uuid.MustParse("c4e1a0f8-93b7-5c26-b1fa-52d3e6470b9d")
	alertSpace = uuid.MustParse("7d25c6e9-40af-5b13-8e72-91b6d0c3fa58")
)

// ItemID mints the id of an Item from its Source's id, its first key and a generation, 0 but for an Item that takes
// the place of an ejected one.
func ItemID(source string, first Key, generation int) string {
	return uuid.NewSHA1(itemSpace, []byte(source+"\x00"+string(first[:])+"\x00"+strconv.Itoa(generation))).String()
}

// StoryID mints the id of a Story from its founding Item's id and a generation.
func StoryID(founder string, generation int) string {
	return uuid.NewSHA1(storySpace, []byte(founder+"\x00"+strconv.Itoa(generation))).String()
}

// TopicID mints the id of a Topic from the slug it was first configured with, so that it survives a change of slug
// and of address, and a generation, 0 but for a Topic whose slug another one was first configured with.
func TopicID(firstSlug string, generation int) string {
	name := firstSlug
	if generation > 0 { // the first ids were minted without one
		name += "\x00" + strconv.Itoa(generation)
	}
	return uuid.NewSHA1(topicSpace, []byte(name)).String()
}

// AlertID mints the id of an Alert from the id of its Source and what became of it when.
func AlertID(source string, state HealthState, at time.Time) string {
	return uuid.NewSHA1(alertSpace, []byte(source+"\x00"+string(state)+"\x00"+strconv.FormatInt(at.UnixMilli(), 10))).String()
}

// firstBelievable is before the first news site.
var firstBelievable = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// Believable returns the publication date to use for an Item: the stated one, or firstSeen where none is stated or the
// stated one is before 1990 or after firstSeen. The result is UTC, to the millisecond.
func Believable(stated, firstSeen time.Time) time.Time {
	t := stated
	if t.IsZero() || t.Before(firstBelievable) || t.After(firstSeen) {
		t = firstSeen
	}
	return t.UTC().Truncate(time.Millisecond)
}
