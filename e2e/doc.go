// Package e2e holds tests that look at the pages of Wireroom's demo with a real browser, as a person would: wide and narrow,
// light and dark, with the keyboard alone. It is a module of its own, so that the program needs none of what drives
// browsers.
//
//	npm ci && go test .                          wants chromium; without axe-core, what it would find is not looked for
//	go test . -screenshots ../docs/img           also takes the pictures of the documentation
package e2e
