package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"wireroom/config"
	"wireroom/news"
)

// perHost is how many documents the program may ask for at once. All come from one address here, while real feeds come
// from as many hosts, so the politeness of one request a host would only add waiting.
const perHost = 16

// The written configuration: the keys of config.yaml that a replay sets.
type (
	fileConfig struct {
		Server  fileServer   `json:"server"`
		Store   string       `json:"store"`
		Fetch   fileFetch    `json:"fetch"`
		Sources []fileSource `json:"sources"`
		Topics  []fileTopic  `json:"topics"`
		Exclude []string     `json:"exclude,omitempty"`
	}
	fileServer struct {
		Listen  string `json:"listen"`
		BaseURL string `json:"base_url"`
	}
	fileFetch struct {
		Floor   string   `json:"floor"`
		Spacing string   `json:"spacing"`
		PerHost int      `json:"per_host"`
		Allow   []string `json:"allow"`
	}
	fileSource struct {
		ID       string `json:"id"`
		URL      string `json:"url"`
		Name     string `json:"name"`
		Language string `json:"language"`
	}
	fileTopic struct {
		Slug     string           `json:"slug"`
		Title    string           `json:"title"`
		All      bool             `json:"all,omitempty"`
		Strong   []string         `json:"strong,omitempty"`
		Weak     []string         `json:"weak,omitempty"`
		Exclude  []string         `json:"exclude,omitempty"`
		Require  map[string][]any `json:"require,omitempty"`
		Where    string           `json:"where,omitempty"`
		MinScore int              `json:"min_score"`
	}
)

// writeConfig writes, as JSON, which is YAML, a configuration that polls the feeds at address into the database, with the
// topics and the exclude of base. A topic that takes from some sources only cannot be replayed with others and is an error.
func writeConfig(path, database, address string, feeds []feed, base *config.Config) error {
	c := fileConfig{
		Server:  fileServer{Listen: "127.0.0.1:0", BaseURL: "http://wire.example"},
		Store:   "sqlite:" + database,
		Fetch:   fileFetch{Floor: "0s", Spacing: "0s", PerHost: perHost, Allow: []string{address}},
		Exclude: base.Exclude,
	}
	for _, f := range feeds {
		c.Sources = append(c.Sources, fileSource{ID: f.id, URL: "http://" + address + urlPath(f.id), Name: f.name, Language: "en"})
	}
	for _, t := range base.Topics {
		if len(t.Rule.Sources) > 0 {
			return fmt.Errorf("topic %s takes from named sources, which are not those of the items: take sources: out of it", t.Slug)
		}
		c.Topics = append(c.Topics, topicOf(t))
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}

func topicOf(t news.Topic) fileTopic {
	r := t.Rule
	return fileTopic{
		Slug: t.Slug, Title: t.Title, All: r.All, Strong: r.Strong, Weak: r.Weak, Exclude: r.Exclude,
		Require: groupsOf(r), Where: r.Where, MinScore: r.MinScore,
	}
}

// groupsOf writes the groups of require as lists, with their when in them.
func groupsOf(r news.Rule) map[string][]any {
	groups := map[string][]any{}
	for name, terms := range r.Require {
		for _, term := range terms {
			groups[name] = append(groups[name], term)
		}
		if when := r.When[name]; len(when) > 0 {
			groups[name] = append(groups[name], map[string][]string{"when": when})
		}
	}
	return groups
}
