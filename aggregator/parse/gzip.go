package parse

import (
	"bytes"
	"compress/gzip"
	"io"
)

// maxUnpacked bounds a document that is unpacked here, in bytes: the limit that bodies have on the way in.
const maxUnpacked = 10 << 20

// unpack returns a document that is a gzip file within the body, as servers send that compress twice or serve a stored
// archive, and whether it was one. What can be unpacked of a damaged file is kept.
func unpack(data []byte) ([]byte, bool) {
	if !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		return data, false
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return data, false
	}
	text, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil && len(text) == 0 {
		return data, false
	}
	return text, true
}
