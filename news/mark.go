package news

import "time"

// A Mark is what is remembered of an item of a Source's last document, so that the next one that carries it unchanged
// need not be read for it.
type Mark struct {
	Digest Fingerprint // of the item as it stood in the document
	ID     Key         // its strongest key of identity other than its URL; zero if it has none
	URL    Key         // of its canonical URL; zero if it has none
	Title  Key         // of its title
	Date   time.Time   // that it states; zero if it states none
}
