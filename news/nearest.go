package news

import "strings"

// Nearest returns the word of known that got was probably meant to be, or "" if none is near, of several the first: at most a third of its
// characters, but always one, may be missing, wrong, added or swapped.
func Nearest(got string, known []string) string {
	got = strings.ToLower(strings.ReplaceAll(got, "_", "-"))
	best, least := "", max(1, len(got)/3)+1
	for _, word := range known {
		if d := distance(got, strings.ReplaceAll(strings.ToLower(word), "_", "-")); d < least {
			best, least = word, d
		}
	}
	return best
}

// distance counts the edits between a and b: insertions, deletions, replacements, and swaps of neighbours (optimal
// string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
