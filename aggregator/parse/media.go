package parse

import (
	"cmp"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// media completes an entry by what Media RSS and iTunes say of it: pictures, files, descriptions, keywords. Media RSS
// may stand in the item or in a media:group or media:content within it.
func (e *Entry) media(exts ext.Extensions) {
	for _, level := range mediaLevels(exts["media"]) {
		for _, c := range level["content"] {
			e.mediaContent(c)
		}
		for _, t := range level["thumbnail"] {
			e.Image = cmp.Or(e.Image, resolve(e.base, t.Attrs["url"]))
		}
		e.Title = cmp.Or(e.Title, mediaText(level["title"]))
		e.Summary = cmp.Or(e.Summary, mediaText(level["description"]), mediaText(level["text"]))
		for _, c := range level["category"] {
			e.category(cmp.Or(c.Attrs["label"], c.Value))
		}
		for _, k := range level["keywords"] {
			e.category(strings.Split(k.Value, ",")...)
		}
	}
	for _, image := range exts["itunes"]["image"] {
		e.Image = cmp.Or(e.Image, resolve(e.base, image.Attrs["href"]))
	}
}

// mediaLevels returns the places where elements of Media RSS may stand, the outermost first.
func mediaLevels(top map[string][]ext.Extension) []map[string][]ext.Extension {
	if len(top) == 0 {
		return nil
	}
	levels := []map[string][]ext.Extension{top}
	for _, name := range [...]string{"group", "content"} {
		for _, level := range levels {
			for _, e := range level[name] {
				if len(e.Children) > 0 {
					levels = append(levels, e.Children)
				}
			}
		}
	}
	return levels
}

// mediaText returns the text of the first element that has one, as HTML.
func mediaText(elements []ext.Extension) string {
	for _, e := range elements {
		if e.Value == "" {
			continue
		}
		if e.Attrs["type"] == "plain" {
			return escapeText(e.Value)
		}
		return e.Value
	}
	return ""
}

// mediaContent takes a media:content element: a picture, or a file to go with the item.
func (e *Entry) mediaContent(c ext.Extension) {
	address := resolve(e.base, c.Attrs["url"])
	if address == "" {
		return
	}
	if c.Attrs["medium"] == "image" || strings.HasPrefix(c.Attrs["type"], "image/") {
		e.Image = cmp.Or(e.Image, address)
	}
	e.enclosure(nil, address, c.Attrs["type"], c.Attrs["fileSize"])
}
