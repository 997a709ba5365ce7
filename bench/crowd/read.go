package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

var (
	feedInOPML  = regexp.MustCompile(`xmlUrl="http://wire\.example(/topics/[^"]+\.atom)"`)
	prevArchive = regexp.MustCompile(`href="http://wire\.example([^"]+)"[^>]*rel="prev-archive"|rel="prev-archive"[^>]*href="http://wire\.example([^"]+)"`)
)

// get reads a document to its end and fails unless it is one.
func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return string(body), err
}

// readAll reads every topic's head and all pages behind it, as a new reader would, in two formats.
func readAll(ctx context.Context, base string) (map[string]string, error) {
	opml, err := get(ctx, base+"/opml.xml")
	if err != nil {
		return nil, err
	}
	all := map[string]string{"/opml.xml": opml}
	for _, match := range feedInOPML.FindAllStringSubmatch(opml, -1) {
		for next := match[1]; next != ""; {
			if all[next], err = get(ctx, base+next); err != nil {
				return nil, err
			}
			json := strings.TrimSuffix(next, ".atom") + ".json"
			if all[json], err = get(ctx, base+json); err != nil {
				return nil, err
			}
			previous := prevArchive.FindStringSubmatch(all[next])
			if next = ""; previous != nil {
				next = previous[1] + previous[2]
			}
		}
	}
	return all, nil
}
