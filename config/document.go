package config

import (
	"strings"
)

// A Document is a configuration with the places of its file, for those who find more in it than [Parse] looks for.
type Document struct {
	Config *Config
	reader *reader
}

// LoadDocument is [Load], and keeps the places.
func LoadDocument(path string, lookup func(string) (string, bool)) (*Document, error) {
	data, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	return ParseDocument(path, data, lookup)
}

// ParseDocument is [Parse], and keeps the places.
func ParseDocument(name string, data []byte, lookup func(string) (string, bool)) (*Document, error) {
	r := newReader(name, data, lookup)
	c, err := r.parse(data)
	if err != nil {
		return nil, err
	}
	return &Document{c, r}, nil
}

// Fault returns a fault at a path, as in "topics[3].strong[2]", or else where the nearest thing around it stands. offset is
// how many characters into a text of one line the fault is; it counts for that alone.
func (d *Document) Fault(path string, offset int, message, suggestion string) Fault {
	v, known := d.reader.places[path]
	for around := path; !known && around != ""; v, known = d.reader.places[around] {
		around = around[:max(0, strings.LastIndexAny(around, ".["))]
		offset = 0
	}
	v.path = path
	found := reader{name: d.reader.name, lines: d.reader.lines, secrets: d.reader.secrets}
	found.fault(v, message, suggestion)
	f := found.sorted()[0]
	if offset > 0 {
		f.Column += offset + opening(v)
		f.Column = min(f.Column, len([]rune(f.Source))+1)
	}
	return f
}

// opening is how many characters stand before the first of a text: its quote, or none.
func opening(v value) int {
	if v.at == nil {
		return 0
	}
	if origin := strings.TrimSpace(v.at.Origin); strings.HasPrefix(origin, `"`) || strings.HasPrefix(origin, "'") {
		return 1
	}
	return 0
}
