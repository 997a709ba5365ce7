package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"wireroom/news"
)

// A codec turns a version's texts into what stands in versions.body, and back: zstd over JSON. Feed texts are short and
// repetitive; half of their size is saved at a few microseconds each.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// maxBody bounds what one stored version may unpack to; parse lets through far less.
const maxBody = 32 << 20

func newCodec() (*codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(128<<10), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxBody))
	if err != nil {
		return nil, err
	}
	return &codec{encoder, decoder}, nil
}

// body is what of a news.Item has no column of its own.
type body struct {
	GUID       string           `json:"g,omitempty"`
	URL        string           `json:"u,omitempty"`
	Summary    string           `json:"s,omitempty"`
	Content    string           `json:"c,omitempty"`
	Authors    []string         `json:"a,omitempty"`
	Categories []string         `json:"k,omitempty"`
	Language   string           `json:"l,omitempty"`
	Enclosures []news.Enclosure `json:"e,omitempty"`
	Image      string           `json:"i,omitempty"`
	Stated     int64            `json:"p,omitempty"`
	Updated    int64            `json:"d,omitempty"`
	Damaged    bool             `json:"x,omitempty"`
	SharedURL  bool             `json:"h,omitempty"`
}

func (c *codec) encode(it news.Item) ([]byte, error) {
	plain, err := json.Marshal(body{
		GUID: it.GUID, URL: it.URL, Summary: it.Summary, Content: it.Content, Authors: it.Authors,
		Categories: it.Categories, Language: it.Language, Enclosures: it.Enclosures, Image: it.Image,
		Stated: millis(it.Stated), Updated: millis(it.Updated), Damaged: it.Damaged,
		SharedURL: it.SharedURL,
	})
	if err != nil {
		return nil, fmt.Errorf("encode item: %w", err)
	}
	return c.encoder.EncodeAll(plain, make([]byte, 0, len(plain)/2)), nil
}

// decode fills it from a stored body. A nil body, whose time is over, leaves the texts empty.
func (c *codec) decode(packed []byte, it *news.Item) error {
	if packed == nil {
		return nil
	}
	plain, err := c.decoder.DecodeAll(packed, nil)
	if err != nil {
		return fmt.Errorf("decode item %s: %w", it.ID, err)
	}
	var b body
	if err := json.Unmarshal(plain, &b); err != nil {
		return fmt.Errorf("decode item %s: %w", it.ID, err)
	}
	it.GUID, it.URL, it.Summary, it.Content, it.Authors = b.GUID, b.URL, b.Summary, b.Content, b.Authors
	it.Categories, it.Language, it.Enclosures, it.Image = b.Categories, b.Language, b.Enclosures, b.Image
	it.Stated, it.Updated, it.Damaged, it.SharedURL = fromMillis(b.Stated), fromMillis(b.Updated), b.Damaged, b.SharedURL
	return nil
}

// memory is what of a news.SourceState has no column of its own.
type memory struct {
	ValidatorsURL string       `json:"validators_url,omitempty"`
	BodyHash      []byte       `json:"body_hash,omitempty"`
	URL           string       `json:"url,omitempty"`
	Move          news.Move    `json:"move,omitzero"`
	LastGood      time.Time    `json:"last_good,omitzero"`
	LastNew       time.Time    `json:"last_new,omitzero"`
	Hints         news.Hints   `json:"hints,omitzero"`
	Cadence       news.Cadence `json:"cadence,omitzero"`
	Items         int          `json:"items,omitempty"`
}

func encodeMemory(st news.SourceState) (string, error) {
	b, err := json.Marshal(memory{st.ValidatorsURL, st.BodyHash, st.URL, st.Move, st.LastGood, st.LastNew, st.Hints, st.Cadence, st.Items})
	return string(b), err
}

func decodeMemory(text string, st *news.SourceState) error {
	var m memory
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return err
	}
	st.ValidatorsURL, st.BodyHash, st.URL, st.Move = m.ValidatorsURL, m.BodyHash, m.URL, m.Move
	st.LastGood, st.LastNew, st.Hints, st.Cadence, st.Items = m.LastGood, m.LastNew, m.Hints, m.Cadence, m.Items
	return nil
}
