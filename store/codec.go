package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"wireroom/news"
)

// A codec turns a version's texts into what stands in versions.body, and back, by zstd: half of their size is saved at a
// few microseconds each.
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

// bodyFormat is the first byte of a body before compression: how the rest is laid out.
const bodyFormat = 1

// encode packs what of an Item has no column of its own: each field in turn, texts and lists preceded by their length.
func (c *codec) encode(it *news.Item) []byte {
	plain := make([]byte, 0, 256+len(it.Summary)+len(it.Content))
	plain = append(plain, bodyFormat)
	for _, text := range [...]string{it.GUID, it.URL, it.Summary, it.Content, it.Language, it.Image} {
		plain = appendText(plain, text)
	}
	plain = appendTexts(plain, it.Authors)
	plain = appendTexts(plain, it.Categories)
	plain = binary.AppendUvarint(plain, uint64(len(it.Enclosures)))
	for _, e := range it.Enclosures {
		plain = appendText(appendText(plain, e.URL), e.Type)
		plain = binary.AppendVarint(plain, e.Length)
	}
	plain = binary.AppendVarint(plain, millis(it.Stated))
	plain = binary.AppendVarint(plain, millis(it.Updated))
	plain = append(plain, byte(boolInt(it.Damaged)), byte(boolInt(it.SharedURL)))
	return c.encoder.EncodeAll(plain, make([]byte, 0, len(plain)/2))
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

// decode fills it from a stored body. A nil body, whose time is over, leaves the texts empty.
func (c *codec) decode(packed []byte, it *news.Item) error {
	if packed == nil {
		return nil
	}
	plain, err := c.decoder.DecodeAll(packed, nil)
	if err != nil {
		return fmt.Errorf("decode item %s: %w", it.ID, err)
	}
	r := unpacker{rest: string(plain)}
	if format := r.byte(); format != bodyFormat {
		return fmt.Errorf("decode item %s: body of unknown format %d", it.ID, format)
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
		return fmt.Errorf("decode item %s: the stored body is cut short", it.ID)
	}
	return nil
}

// An unpacker reads what encode wrote. Past the end it gives zero values and remembers that.
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
