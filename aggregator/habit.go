package aggregator

import (
	"fmt"
	"time"

	"wireroom/news"
)

// What a Source's documents have to be like to be out of its habit. These are judgements, not measurements. The least size
// is what counts, and not the mean: feeds that show the day's items alone are small every morning. It creeps up by a part
// for each document, so that a document that was small once is forgotten after some hundred.
const (
	shrunkItems   = 4     // times fewer items than there ever were
	shrunkBytes   = 8     // times fewer bytes
	enoughItems   = 8     // below it, what is usual says too little
	enoughBytes   = 16384 //
	creep         = 1.0 / 500
	acceptedAfter = 14 * 24 * time.Hour // what lasts so long is the habit
	churnedAfter  = 3                   // documents in a row: a move to another system renames everything once
	churnedLeast  = 3                   // items, of which more than half are renamed
)

// A Document is what a visit saw of a document, as far as habits are made of it.
type Document struct {
	Items, Bytes int
	Renamed      int // items that are known, or should be by their date, and yet come under names of their own
}

// Habituate adds a document to a habit; nil is for a visit that brought none, or the same. It is pure.
func Habituate(h news.Habit, d *Document, at time.Time) news.Habit {
	if d == nil {
		return accept(h, at)
	}
	h.Items, h.Bytes = extend(h.Items, d.Items, shrunkItems, enoughItems), extend(h.Bytes, d.Bytes, shrunkBytes, enoughBytes)
	switch shrunk := collapsed(h.Items, shrunkItems, enoughItems) || collapsed(h.Bytes, shrunkBytes, enoughBytes); {
	case !shrunk:
		h.Shrunk = time.Time{}
	case h.Shrunk.IsZero():
		h.Shrunk = at
	}
	if d.Items >= churnedLeast && 2*d.Renamed > d.Items {
		h.Churned++
	} else {
		h.Churned = 0
	}
	return accept(h, at)
}

// accept makes what has lasted for long the habit.
func accept(h news.Habit, at time.Time) news.Habit {
	if !h.Shrunk.IsZero() && at.Sub(h.Shrunk) >= acceptedAfter {
		h.Items.Least, h.Bytes.Least, h.Shrunk = float64(h.Items.Last), float64(h.Bytes.Last), time.Time{}
	}
	return h
}

// extend notes a size. What has collapsed leaves the least as it was.
func extend(e news.Extent, size, times, enough int) news.Extent {
	e.Last = size
	switch least := float64(size); {
	case e.Least == 0:
		e.Least = least
	case collapsed(e, times, enough):
	case least < e.Least:
		e.Least = least
	default:
		e.Least += creep * (least - e.Least)
	}
	return e
}

func collapsed(e news.Extent, times, enough int) bool {
	return e.Least >= float64(enough) && float64(e.Last*times) < e.Least
}

// outOfHabit says what is wrong with a Source's documents though each can be read; empty if nothing is.
func outOfHabit(h news.Habit) string {
	switch {
	case h.Churned >= churnedAfter:
		return fmt.Sprintf("its items come under new ids in %d documents in a row: items may appear twice; ask the publisher for a feed with lasting ids", h.Churned)
	case h.Shrunk.IsZero():
		return ""
	case collapsed(h.Items, shrunkItems, enoughItems):
		return fmt.Sprintf("it has %d items where it had %.0f at least: has it moved, or lost its archive?", h.Items.Last, h.Items.Least)
	}
	return fmt.Sprintf("it is %d bytes long where it was %.0f at least: has it lost its texts?", h.Bytes.Last, h.Bytes.Least)
}
