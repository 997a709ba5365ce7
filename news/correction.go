package news

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// A Correction is an edit of a report after it was published.
type Correction struct {
	ID            string    // UUID; see [CorrectionID]
	Story         string    // id of the report's Story
	At            time.Time // when the edit was seen
	Before, After Report    // one Item in two versions that follow each other
}

// correctionSpace is the namespace of the ids of Corrections. It never changes.
var correctionSpace = uuid.MustParse("5d0f6c1b-7a92-5e34-8b6f-3c41d9a7e206")

// CorrectionID mints the id of the edit that led to a version of an Item. It is the same in every Topic.
func CorrectionID(item string, version int) string {
	return uuid.NewSHA1(correctionSpace, []byte(item+"\x00"+strconv.Itoa(version))).String()
}
