package config_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

const minimal = `
sources:
  - {id: quay, url: https://quay.example/feed}
topics:
  - {slug: ports, weak: [harbour]}
`

// wanted is what minimal means.
func wanted() *config.Config {
	return &config.Config{
		Server: config.Server{Listen: "127.0.0.1:8080", BaseURL: "http://127.0.0.1:8080", Hub: true},
		Store:  "sqlite:wireroom.db", StoreConnections: 8, StoreTimeout: time.Minute,
		Schedule: config.Schedule{Poll: "@every 30s", Prune: "17 3 * * *"},
		Fetch: config.Fetch{
			Contact: "http://127.0.0.1:8080/about",
			Floor:   15 * time.Minute, Ceiling: 24 * time.Hour, MaxWait: 720 * time.Hour,
			PerHost: 1, Spacing: time.Second, Timeout: 30 * time.Second, MaxBody: 10 * 1024 * 1024,
		},
		Sources: []news.Source{{
			ID: "quay", URL: "https://quay.example/feed", Name: "quay", Kind: news.KindNews, Owner: news.OwnerPrivate,
			Tier: 2, Republish: news.RightsSummary, Format: news.FormatFeed,
		}},
		Lines:     map[string]int{"quay": 3},
		Topics:    []news.Topic{{Slug: "ports", Title: "ports", Rule: news.Rule{Weak: []string{"harbour"}, MinScore: 5}}},
		Plan:      config.Plan{Limit: 200},
		UpdateOn:  news.UpdateNever,
		Retention: config.Retention{Text: 9600 * time.Hour},
	}
}

func TestDefaults(t *testing.T) {
	got, err := config.Parse("config.yaml", []byte(minimal), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted(), got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestNullIsDefault(t *testing.T) {
	text := minimal + "server: {listen: , base_url: null}\nstore: ~\nfetch:\nretention: {text: }\nexclude:\nmetrics:\nstory:\n"
	got, err := config.Parse("config.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted(), got); diff != "" {
		t.Errorf("nulls (-want +got):\n%s", diff)
	}
}

func TestEveryKey(t *testing.T) {
	got, err := config.Load("testdata/valid/full.yaml", environment(map[string]string{"PASSWORD": "p@ss", "KEY": "k"}))
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Server:      config.Server{Listen: "[::1]:9090", BaseURL: "https://wire.example.org/news", HubAllow: []string{"10.2.0.0/16"}},
		Store:       "postgres://wire:p@ss@db.example:5432/wireroom",
		StoreDirect: "postgres://wire:p@ss@db.example:5433/wireroom", StoreConnections: 20, StoreTimeout: 5 * time.Second,
		Schedule: config.Schedule{Poll: "@every 1m", Prune: "CRON_TZ=Europe/Paris 30 2 * * 1"},
		Fetch: config.Fetch{
			Contact: "mailto:desk@wire.example.org",
			Ceiling: 48 * time.Hour, MaxWait: 168 * time.Hour,
			PerHost: 3, Timeout: 90 * time.Second, MaxBody: 512 * 1024,
			Allow: []string{"127.0.0.0/8", "[::1]:8081", "feeds.lan", "feeds.lan:8080", "::1", "10.1.2.3", "fd00::/8", "10.1.2.3:80"},
		},
		Sources: []news.Source{{
			ID: "hafen", Was: []string{"dock", "pier-2"}, URL: "https://user:${PASSWORD}@hafen.example/feed?key=${KEY}",
			Name: "Hafenblatt", Language: "de", Country: "DE", Kind: news.KindStateMedia, Owner: news.OwnerParty, Tier: 3,
			Republish: news.RightsFull, Rights: "Frei mit Nennung", Format: news.FormatHTML, FullText: true,
			Selectors: news.Selectors{Item: "article, li.news > a", Link: "h2 a", Title: "h2", Date: "time[datetime]", Summary: "p"},
			UserAgent: "hafen/${KEY}", Headers: map[string]string{"X-Api-Key": "${KEY}", "X-Plain": "a $${b}"},
			BasicAuth: "me:${PASSWORD}", Interval: 90 * time.Minute, HTTP1: true, Disabled: true,
		}, {
			ID: "quay", URL: "http://quay.example/", Name: "quay", Language: "en-GB", Country: "FR", Kind: news.KindNews,
			Owner: news.OwnerPrivate, Tier: 2, Republish: news.RightsSummary, Format: news.FormatSitemap, Bearer: "${KEY}",
		}},
		Topics: []news.Topic{{
			Slug: "ports", Title: "Ports", Aliases: []string{"harbours"},
			Rule: news.Rule{
				Strong: []string{"en:harbour*", "en:911", "de-at:title:Hafen*"}, Weak: []string{"ship", "title+lead:CAPS:EU"},
				Exclude: []string{"spaceship", "doll*", "kite", "title+lead:doll*", "title+lead:kite", "fr:jouet*"},
				Require: map[string][]string{"where": {"CAPS:US", "united states"}, "what": {"title:strike", "lead:strike"}, "why": {"peace"}},
				When:    map[string][]string{"what": {"title:prices"}, "why": {"talks"}}, MinScore: 7,
				Filter: news.Filter{
					Sources: []string{"quay"}, Kinds: []news.Kind{"news", "state-media"}, Tiers: []int{1, 2},
					Languages: []string{"en", "de-AT"}, Countries: []string{"GB"},
				},
				About: []string{"UA", "RU"},
				Except: news.Filter{
					Sources: []string{"hafen"}, Kinds: []news.Kind{"monitor"}, Tiers: []int{3}, Languages: []string{"fr"}, Countries: []string{"RU"},
				},
				Where: `item.words > 300 && source.kind != "state-media"`,
			},
		}, {
			Slug: "everything", Title: "everything", Rule: news.Rule{All: true, MinScore: 5},
		}},
		Lines:     map[string]int{"hafen": 27, "quay": 45},
		Exclude:   []string{"cricket"},
		UpdateOn:  news.UpdateThirdSource,
		Retention: config.Retention{Text: 720 * time.Hour},
		Metrics:   config.Metrics{Listen: ":9091"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("full.yaml (-want +got):\n%s", diff)
	}
}

func TestOverrides(t *testing.T) {
	text := minimal + "server: {listen: \"${NOT_SET}\", base_url: https://file.example}\nstore: sqlite:${NOT_SET}\n"
	got, err := config.Parse("config.yaml", []byte(text), environment(map[string]string{
		"WIREROOM_LISTEN": ":9000", "WIREROOM_BASE_URL": "https://env.example/wire/", "WIREROOM_STORE": "sqlite:${kept}.db",
		"WIREROOM_STORE_DIRECT": "postgres://d/w",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := wanted()
	want.Server = config.Server{Listen: ":9000", BaseURL: "https://env.example/wire", Hub: true}
	want.Store, want.StoreDirect = "sqlite:${kept}.db", "postgres://d/w"
	want.Fetch.Contact = "https://env.example/wire/about"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
}

func TestEmptyOverrideIsNone(t *testing.T) {
	got, err := config.Parse("config.yaml", []byte(minimal), environment(map[string]string{"WIREROOM_STORE": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Store != "sqlite:wireroom.db" {
		t.Errorf("store = %q, want the default", got.Store)
	}
}

func TestOverrideFaultsNameTheVariable(t *testing.T) {
	_, err := config.Parse("config.yaml", []byte(minimal), environment(map[string]string{
		"WIREROOM_LISTEN": "nowhere", "WIREROOM_BASE_URL": "wire.example", "WIREROOM_STORE": "mysql://u:hunter2@h/db",
	}))
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want Faults", err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.File)
	}
	want := []string{"WIREROOM_BASE_URL", "WIREROOM_LISTEN", "WIREROOM_STORE"}
	if diff := cmp.Diff(want, got, cmp.Transformer("sorted", sorted)); diff != "" {
		t.Errorf("files of the faults (-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a fault shows a secret: %v", err)
	}
}

func TestBaseURLFollowsListen(t *testing.T) {
	for listen, want := range map[string]string{
		":9000":        "http://localhost:9000",
		"0.0.0.0:9000": "http://localhost:9000",
		"[::]:9000":    "http://localhost:9000",
		"[::1]:9000":   "http://[::1]:9000",
		"lan:9000":     "http://lan:9000",
	} {
		t.Run(listen, func(t *testing.T) {
			got, err := config.Parse("config.yaml", []byte(minimal), environment(map[string]string{"WIREROOM_LISTEN": listen}))
			if err != nil {
				t.Fatal(err)
			}
			if got.Server.BaseURL != want {
				t.Errorf("base URL for %s = %s, want %s", listen, got.Server.BaseURL, want)
			}
		})
	}
}

func TestLoadSaysWhatToDo(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "config.yaml")
	_, err := config.Load(missing, nil)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "--config") || !strings.Contains(err.Error(), missing) {
		t.Errorf("Load of a missing file = %v: want its path and what to do", err)
	}
	if _, err := config.Load(t.TempDir(), nil); err == nil {
		t.Error("Load of a folder gives no error")
	}
}

func TestTooLarge(t *testing.T) {
	_, err := config.Parse("config.yaml", []byte(minimal+strings.Repeat("# x\n", config.MaxSize/4)), nil)
	if err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("got %v, want a fault about the size", err)
	}
}
