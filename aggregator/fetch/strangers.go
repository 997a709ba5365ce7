package fetch

import "net/http"

// Strangers returns a way to addresses that strangers have named, with any method, under the name and the guard of c. It takes
// no slot, follows no redirect, decodes nothing and bounds no body: its user does.
func Strangers(c Config) (http.RoundTripper, error) {
	c = c.complete()
	g, err := newGuard("server.hub_allow", c.Allow, c.Timeout+connectSpare)
	if err != nil {
		return nil, err
	}
	return strangers{c.UserAgent, newTransport(c, g, true)}, nil
}

type strangers struct {
	userAgent string
	transport *http.Transport
}

// RoundTrip makes the request as it is, but for the User-Agent.
func (s strangers) RoundTrip(r *http.Request) (*http.Response, error) {
	named := r.Clone(r.Context())
	named.Header.Set("User-Agent", s.userAgent)
	return s.transport.RoundTrip(named)
}
