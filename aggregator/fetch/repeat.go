package fetch

import (
	"context"
	"fmt"
	"net/http/httptrace"
)

// mostSends is how often one request may go out: on each idle connection that the server may have closed meanwhile, and on a
// fresh one. net/http sends a request again that an HTTP/2 server refuses without having looked at it, and does so without
// end where each fresh connection is refused anew: 121 times in four seconds, measured on loopback.
const mostSends = idlePerHost + 1

// errDropped is returned when a request was sent mostSends times and dropped each time.
var errDropped = fmt.Errorf("the server drops the request unanswered: gave up after %d times", mostSends)

// sent returns ctx for one request, which notes in w how often that was sent and ends the Get before that is too often.
func (w *walk) sent(ctx context.Context) context.Context {
	w.sends = 0
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if w.sends++; w.sends > mostSends {
			w.due.cancel(errDropped)
			info.Conn.Close() //nolint:errcheck // a context that has ended does not keep the transport from sending
		}
	}})
}
