package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"wireroom/news"
)

// Marks returns what is remembered of the last document of a Source, in no order that means anything; nil for none.
func (db *DB) Marks(ctx context.Context, source string) ([]news.Mark, error) {
	var body []byte
	err := db.read.row(ctx, `select body from marks where source = (select n from sources where id = $1)`, source).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("marks of source %s: %w", source, err)
	}
	return decodeMarks(body), nil
}

// saveMarks replaces what is remembered of a Source's last document; nil leaves it.
func saveMarks(ctx context.Context, t *tx, source int64, marks []news.Mark) error {
	if marks == nil {
		return nil
	}
	_, err := t.exec(ctx, `
		insert into marks (source, body) values ($1, $2) on conflict (source) do update set body = excluded.body`,
		source, encodeMarks(marks))
	return err
}

// marksFormat is the first byte of a list of marks. A list of another format is forgotten: its items are read once more.
const marksFormat = 2

// markSize is the size of one mark: four hashes of 16 bytes and a date of 8.
const markSize = 4*16 + 8

func encodeMarks(marks []news.Mark) []byte {
	b := make([]byte, 0, 1+len(marks)*markSize)
	b = append(b, marksFormat)
	for _, m := range marks {
		b = append(b, m.Digest[:]...)
		b = append(b, m.ID[:]...)
		b = append(b, m.URL[:]...)
		b = append(b, m.Title[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(millis(m.Date)))
	}
	return b
}

func decodeMarks(b []byte) []news.Mark {
	if len(b) == 0 || b[0] != marksFormat {
		return nil
	}
	b = b[1:]
	marks := make([]news.Mark, 0, len(b)/markSize)
	for ; len(b) >= markSize; b = b[markSize:] {
		marks = append(marks, news.Mark{
			Digest: news.Fingerprint(b[:16]), ID: news.Key(b[16:32]), URL: news.Key(b[32:48]), Title: news.Key(b[48:64]),
			Date: fromMillis(int64(binary.BigEndian.Uint64(b[64:]))),
		})
	}
	return marks
}
