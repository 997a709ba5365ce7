// Package config reads config.yaml into a [Config]: strictly, and with every fault at once.
//
// The walk of a file: [Load] reads it, [Parse] has goccy/go-yaml make a syntax tree of it, a reader walks the tree
// with one small table of keys per mapping (root.go, source.go, topic.go), then agree.go compares what stands in
// different places (ids used twice, a topic that names no source). Every finding is a [Fault] with its line, its
// column and what to do about it; they are returned together as [Faults]. A [Config] is returned only without any.
//
// Environment variables are reached through the lookup function that the caller hands in, in the form of
// os.LookupEnv; a nil lookup finds nothing. Strings of a source that may hold secrets stay unexpanded in its
// [news.Source], and [ExpandSource] expands them for one request. Secrets are masked wherever a fault prints a line.
//
// All functions are safe for concurrent use if lookup is.
package config
