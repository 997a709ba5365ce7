package parse

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"

	"github.com/mmcdole/gofeed/json"
)

// salvageJSON reads a JSON Feed member by member and item by item. What is cut off is left out and marks the document
// as damaged, what has a wrong type is brought into the right one, and an item that is none is skipped. It returns nil
// if there is no list of items.
func salvageJSON(doc *Document, text []byte) *json.Feed {
	d := stdjson.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != stdjson.Delim('{') {
		return nil
	}
	members := map[string]any{}
	var items []*json.Item
	found := false
	err := error(nil)
	for err == nil && d.More() {
		var key stdjson.Token
		if key, err = d.Token(); err != nil {
			break
		}
		if key == "items" {
			items, found, err = salvageItems(doc, d)
			continue
		}
		var value any
		err = d.Decode(&value)
		members[fmt.Sprint(key)] = value
	}
	if err == nil {
		_, err = d.Token()
	}
	if !found {
		return nil
	}
	if err != nil && !errors.Is(err, errEnough) {
		doc.Damaged = "the document is cut off or no JSON after a point: " + err.Error()
	}
	feed, ok := remarshal[json.Feed](members)
	if !ok {
		feed = &json.Feed{}
	}
	feed.Items = items
	doc.Repairs = append(doc.Repairs, repairOneByOne)
	return feed
}

// errEnough ends the reading of items where there are more than maxItems.
var errEnough = errors.New("more items than are read")

// salvageItems reads the list of items from d. found is false if it is no list.
func salvageItems(doc *Document, d *stdjson.Decoder) (items []*json.Item, found bool, err error) {
	t, err := d.Token()
	if err != nil || t != stdjson.Delim('[') {
		return nil, false, err
	}
	items = []*json.Item{}
	for n := 1; d.More(); n++ {
		var value map[string]any
		if err := d.Decode(&value); err != nil {
			if _, wrongType := err.(*stdjson.UnmarshalTypeError); wrongType {
				doc.Skipped = append(doc.Skipped, fmt.Sprintf("item %d: no object", n))
				continue
			}
			return items, true, err
		}
		item, ok := remarshal[json.Item](value)
		if !ok {
			doc.Skipped = append(doc.Skipped, fmt.Sprintf("item %d: members of wrong types", n))
			continue
		}
		if items = append(items, item); len(items) > maxItems {
			return items, true, errEnough
		}
	}
	_, err = d.Token()
	return items, true, err
}

// remarshal brings members into the types that gofeed's T has.
func remarshal[T any](members map[string]any) (*T, bool) {
	coerce(members)
	text, err := stdjson.Marshal(members)
	if err != nil {
		return nil, false
	}
	var v T
	return &v, stdjson.Unmarshal(text, &v) == nil
}

// coerce gives members of JSON Feed that have a wrong type the right one, as far as their meaning is clear, and takes
// them out otherwise.
func coerce(members map[string]any) {
	for name, value := range members {
		switch name {
		case "authors":
			members[name] = objects(value, "name")
		case "author":
			members[name] = nil
			if all := objects(value, "name"); len(all) > 0 {
				members[name] = all[0]
			}
		case "attachments":
			members[name] = objects(value, "url")
		case "tags":
			members[name] = texts(value)
		case "expired", "items", "hubs":
			delete(members, name)
		default:
			members[name] = text(value)
		}
	}
}

// objects returns value as a list of objects; a text becomes an object's member.
func objects(value any, member string) []any {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []any
	for _, v := range list {
		switch v := v.(type) {
		case string:
			out = append(out, map[string]any{member: v})
		case map[string]any:
			for k, inner := range v {
				if k != "size_in_bytes" && k != "duration_in_seconds" {
					v[k] = text(inner)
				}
			}
			out = append(out, v)
		}
	}
	return out
}

// texts returns value as a list of texts.
func texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, v := range list {
		if t := text(v); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// text returns a text or number as text, and "" for anything else.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case stdjson.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}
