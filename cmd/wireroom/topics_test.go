package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/curate"
	"wireroom/news"
)

// shippedRules are those of the default configuration.
func shippedRules(t *testing.T) *curate.Rules {
	t.Helper()
	c, err := config.Load("../../config.yaml", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := curate.Compile(c.Topics, c.Exclude)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// topicsOf returns the slugs of the topics with rules that take a report, parted by blanks.
func topicsOf(rules *curate.Rules, language, title, text string) string {
	var in []string
	for _, d := range rules.Decide(curate.Subject{Item: news.Item{Title: title, Language: language}, Text: text}) {
		if d.In && d.Verdict != news.VerdictAll {
			in = append(in, d.Topic)
		}
	}
	return strings.Join(in, " ")
}

// The seed article is sorted by its title and first line as by all of it.
func TestSeedArticleByItsFirstLine(t *testing.T) {
	seed := readSeed(t)
	if got, want := topicsOf(shippedRules(t), "en", seed.title, seed.summary), "ukraine-war us-eu middle-east"; got != want {
		t.Errorf("topics of title and first line: got %q, want %q", got, want)
	}
}

// TestShippedTopicsTake holds where the default configuration files headlines of several years and languages, with the
// beginning of a text behind the bar; and what it leaves.
func TestShippedTopicsTake(t *testing.T) {
	rules := shippedRules(t)
	for _, tt := range []struct{ language, report, want string }{
		{"en", "Azovstal defenders surrender to Russian forces | The last fighters left the plant in Mariupol on Monday.", "ukraine-war russia"},
		{"en", "Grain deal collapses as Moscow pulls out | Ukraine says its ports stay open; the Kremlin blames the West.", "ukraine-war russia"},
		{"en", "Navalny sentenced to 19 years | A court near Moscow found the opposition leader guilty of extremism.", "russia"},
		{"en", "Kremlin denies role in cable cuts |", "russia"},
		{"en", "Finland joins NATO | The alliance's border with Russia doubles.", "nato"},
		{"en", "Denmark drone sightings: drone wall is urgent, EU says | European defence ministers met on Friday.", "nato"},
		{"en", "Trump and von der Leyen agree 15% tariff | The deal was struck at a golf resort in Scotland.", "us-eu sanctions-trade"},
		{"en", "Biden tells Europeans that America is back | He spoke of the transatlantic alliance.", "us-eu"},
		{"en", "Nasrallah killed in Beirut strike | Hezbollah confirmed the death of its leader.", "middle-east"},
		{"en", "Assad flees as rebels enter Damascus | Syrians fill the squares.", "middle-east"},
		{"en", "Iran starts enrichment at Fordow | Inspectors of the IAEA saw new centrifuges.", "middle-east nuclear"},
		{"en", "Pelosi lands in Taipei | China announces live-fire drills around Taiwan.", "china-taiwan"},
		{"en", "US bans chip exports to China | The export controls take effect at midnight.", "china-taiwan sanctions-trade"},
		{"en", "IAEA warns of shelling at Zaporizhzhia nuclear plant | Ukraine and Russia blame each other.", "ukraine-war nuclear"},
		{"en", "Mali junta expels French ambassador | The army took power in a coup in Bamako.", "africa-sahel"},
		{"en", "Coup in Madagascar: army unit takes power | The president has fled after weeks of protests.", "africa-sahel"},
		{"en", "Gangs storm prison in Haiti | Thousands flee Port-au-Prince.", "venezuela-latam"},
		{"en", "Boluarte impeached | Peru's congress removes the president.", "venezuela-latam"},
		{"fr", "Le Soudan s'enfonce dans la guerre | Les combats ont repris à Khartoum.", "africa-sahel"},
		{"ru", "Путин и Лавров провели переговоры | Кремль не раскрыл подробностей.", "russia"},
		{"ru", "Киев сообщил об ударе по Харькову | Украина просит о системах ПВО.", "ukraine-war"},
		{"ar", "غارات إسرائيلية على غزة |", "middle-east"},
		{"zh", "北京警告台湾 |", "china-taiwan"},
		{"zh", "欧盟对俄罗斯实施新制裁 |", "russia sanctions-trade"},

		{"en", "Russian model wins the final in Milan | She is from Siberia.", ""},
		{"en", "Chicken kyiv is back on menus | Chefs love it.", ""},
		{"en", "Taiwan's beef noodle soup, and where to eat it | A guide to the best bowls.", ""},
		{"en", "Woman arrested after row at Hong Kong eatery | Police said she had not paid.", ""},
		{"en", "Dubai influencers show their kitchens | Marble is back.", ""},
		{"en", "Red Sox trade their pitcher | The trade was announced on Monday.", ""},
		{"en", "Nuclear family or not? | How households have changed.", ""},
		{"en", "Kenya and Nigeria lead in English proficiency | An index of test results.", ""},
		{"en", "Mexico's best beaches | Where to swim in winter.", ""},
		{"en", "Egypt midfielder joins Premier League side | The fee was not disclosed.", ""},
	} {
		title, text, _ := strings.Cut(tt.report, " |")
		if diff := cmp.Diff(sortedWords(tt.want), sortedWords(topicsOf(rules, tt.language, title, text))); diff != "" {
			t.Errorf("topics of %q (-want +got):\n%s", tt.report, diff)
		}
	}
}

func sortedWords(text string) []string {
	words := strings.Fields(text)
	slices.Sort(words)
	return words
}
