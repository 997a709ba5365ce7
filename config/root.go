package config

import (
	"math"
	"net/netip"
	"slices"
	"strings"

	"wireroom/news"
)

// The environment variables that replace what the file says.
const (
	envListen  = "WIREROOM_LISTEN"
	envBaseURL = "WIREROOM_BASE_URL"
	envStore   = "WIREROOM_STORE"
	envDirect  = "WIREROOM_STORE_DIRECT"
)

// root reads the document into c.
func (r *reader) root(v value, c *Config) {
	if v.node == nil {
		return
	}
	r.mapping(v, fields{
		"server":            func(v value) { r.server(v, &c.Server) },
		"store":             r.unless(envStore, r.expanded(&c.Store, checkStore)),
		"store_direct":      r.unless(envDirect, r.expanded(&c.StoreDirect, optional(checkDirect))),
		"store_connections": r.number(&c.StoreConnections, 2, maxConnections),
		"store_timeout":     r.duration(&c.StoreTimeout, 1),
		"schedule":          func(v value) { r.schedule(v, &c.Schedule) },
		"fetch":             func(v value) { r.fetch(v, &c.Fetch) },
		"sources":           func(v value) { r.sources(v, c) },
		"topics":            func(v value) { r.topics(v, c) },
		"exclude":           r.termList(&c.Exclude),
		"plan":              func(v value) { r.mapping(v, fields{"limit": r.number(&c.Plan.Limit, 0, math.MaxInt32)}) },
		"story":             func(v value) { r.mapping(v, fields{"update_on": choice(r, &c.UpdateOn, news.AllUpdateOn)}) },
		"retention":         func(v value) { r.mapping(v, fields{"text": r.duration(&c.Retention.Text, 1)}) },
		"metrics":           func(v value) { r.mapping(v, fields{"listen": r.expanded(&c.Metrics.Listen, optional(checkListen))}) },
	})
}

func (r *reader) server(v value, s *Server) {
	r.mapping(v, fields{
		"listen":    r.unless(envListen, r.expanded(&s.Listen, checkListen)),
		"base_url":  r.unless(envBaseURL, r.expanded(&s.BaseURL, optional(baseURL(&s.BaseURL)))),
		"hub":       r.truth(&s.Hub),
		"hub_allow": r.texts(&s.HubAllow, checkAllow),
		"alerts_token": func(v value) {
			r.hide(v)
			r.expanded(&s.AlertsToken, optional(checkToken))(v)
		},
		"trusted_proxies": func(v value) { s.TrustedProxies = r.networks(v) },
	})
}

// networks reads a list of networks; a single address is a network of its own.
func (r *reader) networks(v value) (all []netip.Prefix) {
	var texts []string
	r.texts(&texts, checkNetwork)(v)
	for _, text := range texts {
		if p, err := parseNetwork(text); err == nil { // else it has its fault already
			all = append(all, p)
		}
	}
	return all
}

func (r *reader) schedule(v value, s *Schedule) {
	r.mapping(v, fields{
		"poll":  r.text(&s.Poll, checkCron),
		"prune": r.text(&s.Prune, checkCron),
	})
}

func (r *reader) fetch(v value, f *Fetch) {
	r.mapping(v, fields{
		"contact":  r.expanded(&f.Contact, optional(checkContact)),
		"floor":    r.duration(&f.Floor, 0),
		"ceiling":  r.duration(&f.Ceiling, 0),
		"max_wait": r.duration(&f.MaxWait, 0),
		"per_host": r.number(&f.PerHost, 1, maxPerHost),
		"spacing":  r.duration(&f.Spacing, 0),
		"timeout":  r.duration(&f.Timeout, 1),
		"max_body": r.size(&f.MaxBody),
		"allow":    r.texts(&f.Allow, checkAllow),

		"retry_scope": func(v value) { r.retryScopes(v, f) },
	})
}

// maxPerHost bounds what one host can be asked at once: more than a browser opens over HTTP/1.1 (six) is a mistake or
// an attack, with room for a test against one's own machine.
const maxPerHost = 1000

// maxConnections is far more than one process can use, and more than most databases let one of many have.
const maxConnections = 1000

// unless leaves a value unread where the environment replaces it, so that a variable in it need not be set.
func (r *reader) unless(name string, read func(value)) func(value) {
	if text, _ := r.lookup(name); text != "" {
		return func(v value) { r.string(v) }
	}
	return read
}

// override puts the environment's values in their places. Its faults name the variable.
func (r *reader) override(c *Config) {
	for _, o := range []struct {
		name  string
		to    *string
		check check
	}{
		{envListen, &c.Server.Listen, checkListen},
		{envBaseURL, &c.Server.BaseURL, baseURL(&c.Server.BaseURL)},
		{envStore, &c.Store, checkStore},
		{envDirect, &c.StoreDirect, checkDirect},
	} {
		text, _ := r.lookup(o.name)
		if text == "" {
			continue
		}
		*o.to = strings.TrimSpace(text)
		before := len(r.faults)
		if err := o.check(*o.to); err != nil {
			r.blame(value{}, err)
		}
		for i := range r.faults[before:] {
			r.faults[before+i].File, r.faults[before+i].Line, r.faults[before+i].Column = o.name, 0, 0
		}
	}
}

// optional makes a check accept an empty text.
func optional(c check) check {
	return func(text string) error {
		if text == "" {
			return nil
		}
		return c(text)
	}
}

// has reports whether any of lists has a member.
func has(lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(l []string) bool { return len(l) > 0 })
}
