package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// readBody reads and decodes the body of a 200 into res. What breaks off is no error but damage.
func (c *Client) readBody(ctx context.Context, answer *http.Response, res *Response) error {
	// A coded body is hardly ever longer than its text; the room above the limit is for the coding's own frame.
	rawMax := c.maxBody + c.maxBody/64 + 1<<10
	if answer.ContentLength > rawMax {
		return c.tooLarge()
	}
	raw, err := fill(answer.Body, make([]byte, 0, roomFor(answer.ContentLength)), rawMax)
	switch {
	case errors.Is(err, ErrTooLarge):
		return c.tooLarge()
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		res.Damaged = true
		res.Damage = fmt.Sprintf("the body broke off after %d bytes: %v", len(raw), explained(withoutURL(err)))
	}
	body, err := c.decoders.decode(ctx, raw, answer.Header["Content-Encoding"], c.maxBody)
	switch {
	case errors.Is(err, ErrTooLarge), err == nil && int64(len(body)) > c.maxBody:
		return c.tooLarge()
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && len(body) == 0 && !res.Damaged:
		return err
	case err != nil && !res.Damaged:
		res.Damaged, res.Damage = true, err.Error()
	}
	if res.Body = body; body == nil {
		res.Body = []byte{}
	}
	return nil
}

// roomFor is how much to set aside for a body of the stated length: all of it and a byte to see its end, but no more
// than preallocateMax on a stranger's word, and a page's worth where nothing is said.
func roomFor(length int64) int64 {
	if length < 0 {
		return 16 << 10
	}
	return min(length, preallocateMax) + 1
}

// maxIdleReads is how many reads in a row may bring nothing: bufio's figure.
const maxIdleReads = 100

// fill appends to buf what src gives until its end. It returns ErrTooLarge, and what came so far, once there are more
// than limit bytes, and io.ErrNoProgress where src gives nothing and no end.
func fill(src io.Reader, buf []byte, limit int64) ([]byte, error) {
	for idle := 0; idle < maxIdleReads; idle++ {
		if int64(len(buf)) > limit {
			return buf, ErrTooLarge
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, max(len(buf)/2, 512))
		}
		n, err := src.Read(buf[len(buf):min(int64(cap(buf)), limit+1)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
		if n > 0 {
			idle = 0
		}
	}
	return buf, io.ErrNoProgress
}
