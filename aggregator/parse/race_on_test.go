//go:build race

package parse_test

// raceFactor makes tests smaller by what the race detector makes them slower.
const raceFactor = 8
