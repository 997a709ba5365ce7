package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"wireroom/news"
)

// A codec packs blocks of texts by zstd.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// maxBlock bounds what one stored block may unpack to; parse lets through far less.
const maxBlock = 64 << 20

func newCodec() (*codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
		zstd.WithWindowSize(128<<10), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxBlock))
	if err != nil {
		return nil, err
	}
	return &codec{encoder, decoder}, nil
}

// bodyFormat is the first byte of a body: how the rest is laid out.
const bodyFormat = 1

func (c *codec) pack(block []byte) []byte {
	return c.encoder.EncodeAll(block, make([]byte, 0, len(block)/2))
}

func (c *codec) unpack(packed []byte) ([]byte, error) { return c.decoder.DecodeAll(packed, nil) }

// appendBody appends what of an Item has no column of its own: each field in turn, texts and lists preceded by their
// length.
func appendBody(b []byte, it *news.Item) []byte {
	b = append(b, bodyFormat)
	for _, text := range [...]string{it.GUID, it.URL, it.Summary, it.Content, it.Language, it.Image} {
		b = appendText(b, text)
	}
	b = appendTexts(b, it.Authors)
	b = appendTexts(b, it.Categories)
	b = binary.AppendUvarint(b, uint64(len(it.Enclosures)))
	for _, e := range it.Enclosures {
		b = appendText(appendText(b, e.URL), e.Type)
		b = binary.AppendVarint(b, e.Length)
	}
	b = binary.AppendVarint(b, millis(it.Stated))
	b = binary.AppendVarint(b, millis(it.Updated))
	return append(b, byte(boolInt(it.Damaged)), byte(boolInt(it.SharedURL)))
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, text := range texts {
		b = appendText(b, text)
	}
	return b
}

// readBody fills it from what appendBody wrote.
func readBody(body string, it *news.Item) error {
	r := unpacker{rest: body}
	if format := r.byte(); format != bodyFormat {
		return fmt.Errorf("item %s: body of unknown format %d", it.ID, format)
	}
	it.GUID, it.URL, it.Summary, it.Content = r.text(), r.text(), r.text(), r.text()
	it.Language, it.Image = r.text(), r.text()
	it.Authors, it.Categories = r.texts(), r.texts()
	for range r.count() {
		it.Enclosures = append(it.Enclosures, news.Enclosure{URL: r.text(), Type: r.text(), Length: r.varint()})
	}
	it.Stated, it.Updated = fromMillis(r.varint()), fromMillis(r.varint())
	it.Damaged, it.SharedURL = r.byte() == 1, r.byte() == 1
	if r.short {
		return fmt.Errorf("item %s: the stored body is cut short", it.ID)
	}
	return nil
}

// An unpacker reads what appendBody wrote. Past the end it gives zero values and remembers that.
type unpacker struct {
	rest  string
	short bool
}

func (r *unpacker) take(n uint64) string {
	if n > uint64(len(r.rest)) {
		r.short, r.rest = true, ""
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *unpacker) byte() byte {
	if b := r.take(1); b != "" {
		return b[0]
	}
	return 0
}

func (r *unpacker) text() string { return r.take(r.count()) }

func (r *unpacker) texts() []string {
	var texts []string
	for range r.count() {
		texts = append(texts, r.text())
	}
	return texts
}

// count reads a length. What is longer than the rest cannot be right, and ends the reading.
func (r *unpacker) count() uint64 {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.short = true
		return 0
	}
	return n
}

func (r *unpacker) uvarint() (n uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	return n
}

func (r *unpacker) varint() int64 {
	n := r.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// otherBytes begins a stored header that is no UTF-8, each of its bytes written as the character of that number. No header
// may hold it.
const otherBytes = "\x01"

// headerText writes a header's value, which may be of any bytes, as a text that either engine keeps.
func headerText(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	text := []rune(otherBytes)
	for i := range len(value) {
		text = append(text, rune(value[i]))
	}
	return string(text)
}

// headerValue reads what headerText has written.
func headerValue(text string) string {
	rest, other := strings.CutPrefix(text, otherBytes)
	if !other {
		return text
	}
	var value []byte
	for _, r := range rest {
		value = append(value, byte(r))
	}
	return string(value)
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

	Repairs map[string]int `json:"repairs,omitempty"`
	Health  news.Health    `json:"health,omitzero"`
	Habit   news.Habit     `json:"habit,omitzero"`
}

func encodeMemory(st news.SourceState) (string, error) {
	b, err := json.Marshal(memory{st.ValidatorsURL, st.BodyHash, st.URL, st.Move, st.LastGood, st.LastNew, st.Hints, st.Cadence, st.Items, st.Repairs, st.Health, st.Habit})
	return string(b), err
}

func decodeMemory(text string, st *news.SourceState) error {
	var m memory
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return err
	}
	st.ValidatorsURL, st.BodyHash, st.URL, st.Move = m.ValidatorsURL, m.BodyHash, m.URL, m.Move
	st.LastGood, st.LastNew, st.Hints, st.Cadence, st.Items = m.LastGood, m.LastNew, m.Hints, m.Cadence, m.Items
	st.Repairs, st.Health, st.Habit = m.Repairs, m.Health, m.Habit
	return nil
}
