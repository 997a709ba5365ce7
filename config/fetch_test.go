package config_test

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

const rest = "\ntopics: [{slug: all, all: true}]\n"

func TestRetryScopes(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		want  map[string]news.RetryScope
		fault string
	}{
		"one of each":         {"{Example.org: domain, example.co.uk: host, 10.0.0.1: host, bridge: source}", map[string]news.RetryScope{"example.org": "domain", "example.co.uk": "host", "10.0.0.1": "host", "bridge": "source"}, ""},
		"a host":              {"{feeds.example.co.uk: domain}", nil, "write example.co.uk"},
		"a suffix":            {"{co.uk: domain}", nil, "no domain that anyone has registered"},
		"a host and port":     {`{"127.0.0.1:80": host}`, nil, "without a port"},
		"another word":        {"{example.org: everywhere}", nil, "use one of: source, host, domain"},
		"a list in its place": {"[example.org]", nil, "keys and values"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := config.Parse("config.yaml", []byte("fetch: {retry_scope: "+test.text+"}\nsources: [{id: quay, url: https://quay.example/feed}]"+rest), nil)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Errorf("got %v, want a fault that says %q", err, test.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Fetch.RetryScopes, test.want); diff != "" {
				t.Errorf("scopes (-got +want):\n%s", diff)
			}
		})
	}
}

func TestTLSRoots(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	folder := t.TempDir()
	for name, data := range map[string][]byte{
		"good.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		"empty.pem": nil,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for file, fault := range map[string]string{
		"good.pem": "", filepath.Join(folder, "good.pem"): "", "empty.pem": "has no certificate in it", "none.pem": "cannot be read", ".": "no plain file",
	} {
		text := fmt.Sprintf("sources:\n  - id: quay\n    url: https://quay.example/feed\n    tls_roots: %s", file)
		c, err := config.Parse(filepath.Join(folder, "config.yaml"), []byte(text+rest), nil)
		if fault != "" {
			if err == nil || !strings.Contains(err.Error(), fault) || !strings.Contains(err.Error(), "sources[0].tls_roots") {
				t.Errorf("%s: got %v, want a fault at its place that says %q", file, err, fault)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.Sources[0].TLSRoots, filepath.Join(folder, "good.pem"); got != want {
			t.Errorf("%s: got %s, want %s", file, got, want)
		}
		if got := c.Lines["quay"]; got != 3 {
			t.Errorf("got line %d for the url of quay, want 3", got)
		}
	}
}

func TestAlertsToken(t *testing.T) {
	parse := func(token string) (*config.Config, error) {
		text := "server: {alerts_token: \"" + token + "\"}\nsources: [{id: quay, url: https://quay.example/feed}]" + rest
		return config.Parse("config.yaml", []byte(text), func(name string) (string, bool) {
			if name == "TOKEN" {
				return "s3cr3t", true
			}
			return "", false
		})
	}
	if c, err := parse("${TOKEN}"); err != nil || c.Server.AlertsToken != "s3cr3t" {
		t.Errorf("got %v, want the token of the environment", err)
	}
	if _, err := parse("s3 cr3t"); err == nil || strings.Contains(err.Error(), "cr3t") {
		t.Errorf("got %v, want a fault that does not show the token", err)
	}
}
