package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// topic is a rule of the written configuration.
type topic struct {
	slug, title           string
	strong, weak, exclude []string
}

// topics are ten rules of the kind that people write, about the theatres of theatres.txt. Five theatres have none.
func topics() []topic {
	return []topic{
		{"ukraine-war", "War in Ukraine",
			[]string{"ukraine*", "ukrainian*", "kyiv", "kharkiv", "donetsk", "odesa", "drone attack*", "grain corridor", "prisoner exchange"},
			[]string{"russia*", "kremlin", "moscow", "front line", "ceasefire", "mobilisation"}, []string{"chicken kyiv", "dynamo kyiv"}},
		{"nato", "NATO and European defence",
			[]string{"nato", "alliance's military committee", "eastern flank", "airspace violation*", "undersea cable*", "missile shield"},
			[]string{"alliance", "baltic*", "arctic", "estonia*", "brigade", "defence spending"}, nil},
		{"middle-east", "Middle East",
			[]string{"israel*", "gaza", "hamas", "houthi*", "iran*", "tehran", "lebanon", "lebanese", "syria*", "yemen*", "iraq*", "hostage deal"},
			[]string{"truce", "air strike*", "strait", "blockade", "militia*"}, []string{"red sea diving"}},
		{"china-taiwan", "China and Taiwan",
			[]string{"taiwan*", "taipei", "beijing", "median line", "cross strait", "live fire zone", "chip export*"},
			[]string{"china*", "chinese", "philippine*", "japan*", "coast guard", "shoal"}, []string{"fine china"}},
		{"korea", "Korean peninsula",
			[]string{"north korea*", "pyongyang", "inter korean", "unification ministry", "satellite launch*"},
			[]string{"south korea*", "seoul", "ballistic missile*", "loudspeaker*", "hotline"}, []string{"korean barbecue"}},
		{"sanctions", "Sanctions and trade",
			[]string{"sanction*", "embargo*", "export control*", "tariff*", "asset freeze*", "price cap*", "shadow fleet*", "entity list"},
			[]string{"trade", "customs", "levy", "import*", "frozen"}, []string{"sanctioned by the league"}},
		{"nuclear", "Nuclear weapons",
			[]string{"iaea", "uranium enrichment", "nuclear deal*", "nuclear test*", "centrifuge*", "warhead*", "snapback", "missile silo*"},
			[]string{"nuclear", "inspection*", "reactor*", "arms control"}, []string{"nuclear family"}},
		{"sahel", "Sahel",
			[]string{"sahel*", "mali", "bamako", "burkina faso", "niger", "sudan*", "chad", "african union", "jihadist*"},
			[]string{"coup*", "ambush*", "siege*", "militia*", "famine*", "convoy*"}, nil},
		{"latin-america", "Latin America",
			[]string{"venezuela*", "cuba*", "colombia*", "haiti*", "caracas", "deportation flight*", "gang offensive"},
			[]string{"brazil*", "caribbean", "referendum*", "blackout*", "amnesty"}, []string{"new mexico"}},
		{"un-diplomacy", "United Nations",
			[]string{"security council", "secretary general*", "international court of justice", "unhcr", "peacekeep*", "donor conference"},
			[]string{"resolution*", "veto*", "envoy*", "mandate*", "multilateral"}, nil},
	}
}

// writeConfigFile writes the configuration to the file that -config names, or to standard output.
func writeConfigFile(opt options) error {
	if opt.config == "-" {
		return writeConfig(os.Stdout, opt)
	}
	f, err := os.Create(opt.config)
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if err := writeConfig(f, opt); err != nil {
		f.Close() // the error of writing says more
		return fmt.Errorf("write configuration %s: %w", opt.config, err)
	}
	return f.Close()
}

// writeConfig writes a config.yaml that polls this world as fast as it can be polled.
func writeConfig(out io.Writer, opt options) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, `# Written by bench/origin: %d sources on %d loopback hosts.
server:
  listen: 127.0.0.1:0
  base_url: http://wire.example
store: %q
fetch:
  contact: http://wire.example/about
  floor: 0s
  spacing: 0s
  allow: [127.0.0.0/8]
sources:
`, opt.world.sources, opt.world.hosts, opt.store)
	for n := range opt.world.sources {
		fmt.Fprintf(w, "  - {id: source-%04d, url: \"http://%s:%d%s\", name: %s, language: en, country: GB, kind: news, owner: private, tier: %d, republish: full}\n",
			n, opt.world.host(n), opt.port, opt.world.path(n), sourceName(n), 1+n%3)
	}
	fmt.Fprintln(w, "topics:")
	for _, t := range topics() {
		fmt.Fprintf(w, "  - slug: %s\n    title: %s\n    strong: %s\n    weak: %s\n", t.slug, t.title, list(t.strong), list(t.weak))
		if t.exclude != nil {
			fmt.Fprintf(w, "    exclude: %s\n", list(t.exclude))
		}
		fmt.Fprintln(w, "    min_score: 5")
	}
	fmt.Fprintln(w, "  - slug: everything\n    title: Everything\n    all: true")
	return w.Flush()
}

// list is a YAML flow sequence of quoted strings.
func list(terms []string) string {
	quoted := make([]string, len(terms))
	for i, t := range terms {
		quoted[i] = fmt.Sprintf("%q", t)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
