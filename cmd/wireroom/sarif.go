package main

import (
	"io"
	"path/filepath"
)

// The parts of SARIF 2.1.0 (OASIS, 2020) that code scanning reads.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"` // none for a variable of the environment
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifRegion counts lines and columns from 1; a column is a character here.
type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

func printSARIF(w io.Writer, remarks []remark) error {
	results := make([]sarifResult, len(remarks))
	for i, r := range remarks {
		results[i] = r.sarif()
	}
	return writeJSON(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{{Tool: sarifTool{sarifDriver{"wireroom check", version}}, Results: results}},
	})
}

func (r remark) sarif() sarifResult {
	text := r.Message
	if r.Key != "" {
		text = r.Key + ": " + text
	}
	if r.Suggestion != "" {
		text += ". " + r.Suggestion
	}
	at := sarifPhysical{Artifact: sarifArtifact{filepath.ToSlash(r.File)}}
	if r.Line > 0 {
		at.Region = &sarifRegion{r.Line, r.Column}
	}
	return sarifResult{RuleID: r.rule, Level: r.level(), Message: sarifText{text}, Locations: []sarifLocation{{at}}}
}
