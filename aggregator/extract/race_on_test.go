//go:build race

package extract_test

// underRace says that the race detector runs, which moves to the heap what stands on the stack otherwise.
const underRace = true
