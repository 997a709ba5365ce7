package news

import (
	"net/url"
	"strings"
	"unicode"
)

// Sections returns where the publisher filed the Item: the folders of its URL, outermost first, but for those without a
// letter, as dates are, and for the last part, which is the Item's own; then its categories. Nil if there are none.
func (it Item) Sections() []string {
	var sections []string
	if at, err := url.Parse(it.URL); err == nil {
		folders := strings.Split(strings.Trim(at.Path, "/"), "/")
		for _, folder := range folders[:len(folders)-1] {
			if strings.ContainsFunc(folder, unicode.IsLetter) {
				sections = append(sections, folder)
			}
		}
	}
	return append(sections, it.Categories...)
}
