package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wireroom/config"
)

// TestValues sets one key at a time: want is a part of the one fault's message, or empty where the value is good.
func TestValues(t *testing.T) {
	tests := []struct{ key, value, want string }{
		{"server.listen", `":0"`, ""},
		{"server.listen", `"[::1]:80"`, ""},
		{"server.listen", `host-name_1.lan:80`, ""},
		{"server.listen", `127.0.0.1`, "no host:port"},
		{"server.listen", `"::1:80"`, "no host:port"},
		{"server.listen", `":http"`, "no port"},
		{"server.listen", `":-1"`, "no port"},
		{"server.listen", `"127.0.0.256:80"`, "no host"},
		{"server.listen", `"a b:80"`, "no host"},
		{"server.listen", `""`, "no host:port"},
		{"server.base_url", `""`, ""},
		{"server.base_url", `https://wire.example:8443/a/b/`, ""},
		{"server.base_url", `wire.example`, "no scheme"},
		{"server.base_url", `/wire`, "no scheme"},
		{"server.base_url", `//wire.example`, "no scheme"},
		{"server.base_url", `https://wire.example?`, "query or a fragment"},
		{"server.base_url", `https://wire.example?a=b`, "query or a fragment"},
		{"server.base_url", `"https://wire.example#"`, "query or a fragment"},
		{"server.base_url", `https://me@wire.example`, "has a user"},
		{"store", `sqlite:/var/lib/w.db`, ""},
		{"store", `postgres://db.example/w?sslmode=disable`, ""},
		{"store", `"sqlite:"`, "no path"},
		{"store", `wireroom.db`, "neither"},
		{"store", `postgresql://db.example/w`, "neither"},
		{"store", `"postgres://u:%zz@db.example/w"`, "cannot be read"},
		{"store_direct", `postgres://db.example/w`, ""},
		{"store_direct", `""`, ""},
		{"store_direct", `sqlite:w.db`, "no PostgreSQL"},
		{"store_connections", `2`, ""},
		{"store_connections", `1`, "out of range"},
		{"store_connections", `many`, "whole number"},
		{"store_timeout", `90s`, ""},
		{"store_timeout", `0s`, "too little"},
		{"schedule.poll", `"@every 1s"`, ""},
		{"schedule.poll", `"@hourly"`, ""},
		{"schedule.poll", `"TZ=Europe/Berlin 30 2 * * *"`, ""},
		{"schedule.poll", `"0 0 29 2 *"`, ""},
		{"schedule.poll", `"TZ=Europe/Berlin"`, "zone alone"},
		{"schedule.poll", `"CRON_TZ="`, "zone alone"},
		{"schedule.poll", `"TZ= "`, "zone alone"},
		{"schedule.poll", `"TZ=No/Where * * * * *"`, "no schedule"},
		{"schedule.poll", `"@every 0s"`, "too fast"},
		{"schedule.poll", `"@every 999ms"`, "too fast"},
		{"schedule.poll", `"@every -1h"`, "too fast"},
		{"schedule.poll", `"@every soon"`, "no schedule"},
		{"schedule.poll", `"@sometimes"`, "no schedule"},
		{"schedule.poll", `"* * * *"`, "no schedule"},
		{"schedule.poll", `"* * * * * *"`, "no schedule"},
		{"schedule.poll", `"61 * * * *"`, "no schedule"},
		{"schedule.poll", `"0 0 31 4,6 *"`, "never comes"},
		{"schedule.poll", `""`, "no schedule"},
		{"fetch.contact", `mailto:desk@wire.example`, ""},
		{"fetch.contact", `desk@wire.example`, "no URL"},
		{"fetch.contact", `"https://wire.example/a b"`, "blank"},
		{"fetch.contact", `"https://wire.example/\nX: y"`, "blank"},
		{"fetch.floor", `0`, ""},
		{"fetch.floor", `1h30m`, ""},
		{"fetch.floor", `1d`, ""},
		{"fetch.floor", `-1d`, "negative"},
		{"fetch.floor", `1.5d`, "no duration"},
		{"fetch.floor", `""`, "no duration"},
		{"fetch.max_wait", `99999999w`, "no duration"},
		{"fetch.max_wait", `15000w`, ""},
		{"fetch.max_wait", `15300w`, "no duration"},
		{"fetch.timeout", `0s`, "too little"},
		{"fetch.per_host", `0`, "out of range"},
		{"fetch.per_host", `1.5`, "whole number"},
		{"fetch.per_host", `99999999999999999999`, "whole number"},
		{"fetch.max_body", `1048576`, ""},
		{"fetch.max_body", `2GiB`, ""},
		{"fetch.max_body", `"5 MiB"`, ""},
		{"fetch.max_body", `100B`, ""},
		{"fetch.max_body", `0`, "too little"},
		{"fetch.max_body", `-1KiB`, "negative"},
		{"fetch.max_body", `9999999999GiB`, "no size"},
		{"fetch.max_body", `MiB`, "no size"},
		{"fetch.max_body", `1.5`, "no size"},
		{"fetch.allow", `[host:80, 10.0.0.1:8081, fd00::1, "::1"]`, ""},
		{"fetch.allow", `[host: 80]`, "want text"},
		{"fetch.allow", `["host":80]`, "want text"},
		{"fetch.allow", `[host:0]`, "no network"},
		{"fetch.allow", `["http://host/"]`, "no network"},
		{"fetch.allow", `[""]`, "no network"},
		{"fetch.allow", `["[::1]"]`, "no network"},
		{"fetch.allow", `[10.0.0]`, "no network"},
		{"retention.text", `0s`, "too little"},
		{"metrics.listen", `""`, ""},
		{"metrics.listen", `"9091"`, "no host:port"},
	}
	for _, tt := range tests {
		t.Run(tt.key+"="+tt.value, func(t *testing.T) {
			_, err := config.Parse("config.yaml", []byte(minimal+nested(tt.key, tt.value)), nil)
			check(t, err, tt.key, tt.want)
		})
	}
}

// nested writes "a.b" and a value as YAML.
func nested(key, value string) string {
	if outer, inner, ok := strings.Cut(key, "."); ok {
		return fmt.Sprintf("%s: {%s: %s}\n", outer, inner, value)
	}
	return fmt.Sprintf("%s: %s\n", key, value)
}

func check(t *testing.T, err error, key, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("a good value is refused:\n%v", err)
		}
		return
	}
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want a fault with %q", err, want)
	}
	f := faults[0]
	if len(faults) != 1 || !strings.HasPrefix(f.Key, key) || !strings.Contains(f.Message, want) || f.Suggestion == "" {
		t.Errorf("got %d faults, the first %+v\nwant one of %s with %q and a suggestion", len(faults), f, key, want)
	}
}

// TestSourceValues does the same for a source.
func TestSourceValues(t *testing.T) {
	tests := []struct{ key, value, want string }{
		{"url", `HTTP://Quay.example`, ""},
		{"url", `"http://[::1]:8080/feed"`, ""},
		{"url", `https://bücher.example/`, ""},
		{"url", `file:///etc/feed`, "no scheme"},
		{"url", `"javascript:alert(1)"`, "no scheme"},
		{"url", `"https://:80/"`, "no host"},
		{"url", `"https://quay.example/\n"`, ""},
		{"url", `"https://quay.example/\nx"`, "cannot be read"},
		{"language", `""`, ""},
		{"language", `zh-Hant-TW`, ""},
		{"language", `sr_Latn`, ""},
		{"language", `e`, "no language"},
		{"language", `en-`, "no language"},
		{"language", `"no"`, ""},
		{"country", `NO`, ""},
		{"country", `XK`, ""},
		{"country", `EU`, "no country"},
		{"country", `840`, "want text"},
		{"country", `"840"`, "no country"},
		{"country", `France`, "no country"},
		{"tier", `1`, ""},
		{"tier", `-1`, "out of range"},
		{"kind", `News`, "unknown"},
		{"kind", `""`, "unknown"},
		{"user_agent", `"a\tb"`, ""},
		{"user_agent", `"a\x00b"`, "control character"},
		{"headers", `{}`, ""},
		{"headers", `{"": x}`, "no name"},
		{"headers", `{"X:Y": x}`, "no name"},
		{"headers", `{X-Empty: }`, ""},
		{"basic_auth", `"me:"`, ""},
		{"bearer", `"a\r\nb"`, "control character"},
		{"interval", `1w`, ""},
		{"disabled", `TRUE`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.key+"="+tt.value, func(t *testing.T) {
			url := "    url: https://quay.example/\n"
			if tt.key == "url" {
				url = ""
			}
			text := fmt.Sprintf("topics: [{slug: a, all: true}]\nsources:\n  - id: quay\n%s    %s: %s\n", url, tt.key, tt.value)
			_, err := config.Parse("config.yaml", []byte(text), nil)
			check(t, err, "sources[0]."+tt.key, tt.want)
		})
	}
}
