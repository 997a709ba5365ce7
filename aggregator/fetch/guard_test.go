package fetch_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"wireroom/aggregator/fetch"
)

func TestPrivateAddressesAreRefused(t *testing.T) {
	c := newClient(t, fetch.Config{Allow: []string{}})
	for name, address := range map[string]string{
		"loopback":           "http://127.0.0.1/",
		"loopback, any port": "http://127.0.0.1:8081/",
		"loopback name":      "http://localhost:8081/",
		"loopback v6":        "http://[::1]/",
		"mapped":             "http://[::ffff:127.0.0.1]/",
		"private":            "http://10.1.2.3/",
		"private, 192.168":   "http://192.168.0.1/",
		"metadata":           "http://169.254.169.254/latest/meta-data/",
		"link-local v6":      "http://[fe80::1]/",
		"unique local v6":    "http://[fd00::1]/",
		"shared":             "http://100.64.0.1/",
		"unspecified":        "http://0.0.0.0/",
		"translated":         "http://[64:ff9b::7f00:1]/",
		"documentation":      "http://192.0.2.1/",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Get(t.Context(), fetch.Request{URL: address})
			if !errors.Is(err, fetch.ErrRefused) || !strings.Contains(err.Error(), "fetch.allow") {
				t.Errorf("error %v: want ErrRefused that names the setting", err)
			}
		})
	}
}

func TestPrivateAddressIsRefusedAtARedirect(t *testing.T) {
	inside := newOrigin(t, ok)
	outside := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusFound)
	})
	c := newClient(t, fetch.Config{Allow: []string{hostOf(t, outside.URL)}})
	_, err := c.Get(t.Context(), fetch.Request{URL: outside.URL})
	if !errors.Is(err, fetch.ErrRefused) || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("error %v: want ErrRefused that names the address", err)
	}
	if n := len(inside.requests()); n != 0 {
		t.Errorf("%d requests reached the inside", n)
	}
}

func TestAllowPermitsWhatItNames(t *testing.T) {
	o := newOrigin(t, ok)
	_, port, _ := strings.Cut(hostOf(t, o.URL), ":")
	byName := "http://localhost:" + port
	tests := map[string]struct {
		allow string
		url   string
		want  bool
	}{
		"network":                {"127.0.0.0/8", o.URL, true},
		"network of one":         {"127.0.0.1/32", o.URL, true},
		"another network":        {"10.0.0.0/8", o.URL, false},
		"address":                {"127.0.0.1", o.URL, true},
		"another address":        {"127.0.0.2", o.URL, false},
		"address and port":       {"127.0.0.1:" + port, o.URL, true},
		"address, another port":  {"127.0.0.1:1", o.URL, false},
		"host":                   {"localhost", byName, true},
		"host in capitals":       {"LOCALHOST", byName, true},
		"host and port":          {"localhost:" + port, byName, true},
		"host, another port":     {"localhost:1", byName, false},
		"host, asked by address": {"localhost", o.URL, false},
		"address, asked by name": {"127.0.0.1", byName, true},
		"blanks around":          {" 127.0.0.1 ", o.URL, true},
		"network in IPv6":        {"::1/128", o.URL, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, fetch.Config{Allow: []string{tt.allow}}).Get(t.Context(), fetch.Request{URL: tt.url})
			if (err == nil) != tt.want {
				t.Errorf("allow %q, asked %s: error %v, want reached: %v", tt.allow, tt.url, err, tt.want)
			}
		})
	}
}

func TestAllowPermitsIPv6(t *testing.T) {
	address := rawOrigin(t, "tcp6", "HTTP/1.1 204 No Content\r\n\r\n")
	for allow, want := range map[string]bool{"[::1]": true, "::1": true, hostOf(t, address): true, "[::1]:1": false, "fd00::/8": false} {
		_, err := newClient(t, fetch.Config{Allow: []string{allow}}).Get(t.Context(), fetch.Request{URL: address})
		if (err == nil) != want {
			t.Errorf("allow %q: error %v, want reached: %v", allow, err, want)
		}
	}
}

func TestNewRefusesWhatCannotBeMeant(t *testing.T) {
	tests := map[string]fetch.Config{
		"no user agent":    {},
		"negative timeout": {UserAgent: agent, Timeout: -1},
		"negative limit":   {UserAgent: agent, MaxBody: -1},
		"a URL":            {UserAgent: agent, Allow: []string{"http://10.0.0.1/"}},
		"a bad network":    {UserAgent: agent, Allow: []string{"10.0.0.0/33"}},
		"a bad port":       {UserAgent: agent, Allow: []string{"intranet:http"}},
		"nothing":          {UserAgent: agent, Allow: []string{""}},
		"everything":       {UserAgent: agent, Allow: []string{"*"}},
	}
	for name, config := range tests {
		t.Run(name, func(t *testing.T) {
			if c, err := fetch.New(config); err == nil {
				c.Close()
				t.Errorf("New(%+v) gave no error", config)
			}
		})
	}
}

func TestErrorsHoldNoCredentials(t *testing.T) {
	refused := "127.0.0.1:1" // nobody listens there, and it is not allowed
	for name, request := range map[string]fetch.Request{
		"user":              {URL: "http://me:hunter2@" + refused + "/feed"},
		"query":             {URL: "http://" + refused + "/feed?key=hunter2&x=y"},
		"query without key": {URL: "http://" + refused + "/feed?hunter2"},
		"fragment":          {URL: "http://" + refused + "/feed#hunter2"},
		"no URL":            {URL: "http://me:hun/ter2@" + refused + "/feed"},
		"control character": {URL: "http://me:hunter2@" + refused + "/\x7f"},
		"bad escape":        {URL: "http://me:hunter2@" + refused + "/%zz"},
		"bad port":          {URL: "http://me:hunter2@127.0.0.1:hunter/"},
		"scheme":            {URL: "ftp://me:hunter2@" + refused},
		"headers":           {URL: "http://" + refused, Headers: map[string]string{"X-Key": "hunter2\n"}, Bearer: "hunter2\n"},
		"validators' URL":   {URL: "http://" + refused, ETag: `"a"`, ValidatorsURL: "ftp://me:hunter2@x/?hunter2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, fetch.Config{Allow: []string{}}).Get(t.Context(), request)
			if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "hun/") {
				t.Errorf("error %v: want one without the secret", err)
			}
		})
	}
}

func TestRedirectErrorsHoldNoCredentials(t *testing.T) {
	for _, location := range []string{"http://a:hunter2@[::1", "ftp://a:hunter2@x/", "/self?hunter2", "http://a:hunter2@x:0/?k=hunter2"} {
		o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: o.URL})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("to %s: error %v, want one without the secret", location, err)
		}
	}
}
