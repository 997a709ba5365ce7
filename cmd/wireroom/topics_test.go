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
		{"en", "Kakhovka dam destroyed, towns under water | Ukraine and Russia accuse each other.", "ukraine-war"},
		{"en", "Avdiivka falls after four months of fighting | Ukrainian troops pull out of the town.", "ukraine-war"},
		{"en", "Zelensky meets Trump in New York | They spoke of weapons and of a ceasefire with Russia.", "ukraine-war"},
		{"en", "Macron hosts Biden on eve of D-Day ceremonies | The presidents spoke of trade and Ukraine.", "us-eu"},
		{"en", "NSA listened to Merkel's phone, German magazine says | Berlin summons the American ambassador.", "us-eu"},
		{"en", "US and Germany in spat over gas pipeline | Nord Stream 2 divides the allies; the EU is split.", "us-eu"},
		{"en", "Oil prices jump as Houthis fire missiles at tankers in the Red Sea | Ships turn around.", "middle-east"},
		{"en", "Morsi ousted by Egypt's army | The president is held; tanks stand in Cairo.", "middle-east"},
		{"en", "Saudi crown prince approved killing of Khashoggi, US says | The report was published on Friday.", "middle-east"},
		{"en", "U.S. shoots down Chinese balloon | A fighter jet fired a missile off Carolina; Beijing protests.", "china-taiwan"},
		{"en", "China orders US to close its consulate in Chengdu | Staff have three days to leave.", "china-taiwan"},
		{"en", "India and China square off in the Himalayas | Soldiers fought with clubs at the border.", "china-taiwan"},
		{"en", "Duterte tours Russian warship | Ties between Manila and Moscow grow warmer.", "russia"},
		{"en", "UK blames Russian military intelligence for fires in cargo | The parcels burned in Birmingham and Leipzig.", "russia"},
		{"en", "Turkey dismisses 6,000 officials in purge after coup | The decrees came at night.", "middle-east"},
		{"en", "Xi secures a third term | The Communist Party congress ended in Beijing.", "china-taiwan"},
		{"en", "India bans rice exports | The world's largest exporter fears for its harvest.", "sanctions-trade"},
		{"en", "Huawei put on entity list | American firms need a licence to sell to it.", "sanctions-trade"},
		{"en", "North Korea says it tested a hydrogen bomb | An earthquake was felt; its nuclear test is the sixth.", "korea nuclear"},
		{"en", "Soldiers in Gabon declare coup | The president is under house arrest.", "africa-sahel"},
		{"en", "Mugabe held as Zimbabwe's army takes power | Tanks are in Harare after what looks like a coup.", "africa-sahel"},
		{"en", "Castillo dissolves Peru's congress | Hours later he was arrested.", "venezuela-latam"},
		{"en", "Ortega's Nicaragua expels nuns | The order of Mother Teresa left for Costa Rica.", "venezuela-latam"},
		{"en", "Argentina devalues the peso | Milei's minister announced it on Tuesday.", "venezuela-latam"},
		{"es", "Venezuela: el gobierno detiene a opositores | La oposición denuncia la represión.", "venezuela-latam"},
		{"en", "Pyongyang fires two missiles into the sea | Seoul says the ballistic missiles flew 600 km.", "korea nuclear"},
		{"en", "Undersea cable cut off Estonia | The navy searches a ship in the Baltic.", "nato"},
		{"en", "Coast guard boards fleeing oil tanker | The vessel carried crude under sanctions.", "sanctions-trade"},
		{"en", "Democrats demand hearing on raid in Caracas | Venezuela's president was flown to New York.", "venezuela-latam"},
		{"en", "South Korea's president impeached over martial law | The national assembly voted at night.", "korea"},
		{"en", "Kim Jong Un's sister rejects talks | Pyongyang answered Seoul's offer.", "korea"},
		{"en", "Japan condemns Mexico's seizure of a trawler | Tokyo summoned the ambassador.", "venezuela-latam"},

		{"en", "Russian model wins the final in Milan | She is from Siberia.", ""},
		{"en", "Chicken kyiv is back on menus | Chefs love it.", ""},
		{"en", "Taiwan's beef noodle soup, and where to eat it | A guide to the best bowls.", ""},
		{"en", "Woman arrested after row at Hong Kong eatery | Police said she had not paid.", ""},
		{"en", "Dubai influencers show their kitchens | Marble is back.", ""},
		{"en", "Red Sox trade their pitcher | The trade was announced on Monday.", ""},
		{"en", "Nuclear family or not? | How households have changed.", ""},
		{"en", "Kenya and Nigeria lead in English proficiency | An index of test results.", ""},
		{"en", "Mexico's best beaches | Where to swim in winter.", ""},
		{"en", "Airfares climb as Middle East conflict drives up jet fuel | Airlines cancel summer flights.", ""},
		{"en", "Shares fall on fears over Iran war | Investors sold, and oil rose.", ""},
		{"en", "Gasoline passes $4 as Iran war drags on | Drivers in California pay more.", ""},
		{"en", "Iraq war veteran charged after airport shooting | He flew in from Alaska.", ""},
		{"en", "Mummies found in shaft in Egypt | Archaeologists opened 13 coffins.", ""},
		{"en", "Coffee growers in Brazil plant new trees | The harvest was poor.", ""},
		{"en", "Hippos of Colombia multiply | They came with a drug lord.", ""},
		{"en", "Couple die on holiday in Tanzania | They were on Zanzibar.", ""},
		{"en", "Economic recoveries in U.S., Europe take diverging paths | Surveys of managers differ.", ""},
		{"en", "The best of abandoned cars across Europe and the US | A photographer's journey.", ""},
		{"en", "City buys small nuclear reactors | They heat homes from 2030.", ""},
		{"en", "Chinese film market breaks record | Tickets sold well in Beijing.", ""},
		{"zh", "中国电影市场增长 | 北京的票房超过美国。", ""},
		{"en", "Tanker drivers get pay rise as oil demand grows | The union agreed on Monday.", ""},
		{"en", "Zelensky congratulates Gulf leaders on accord with Iran | Ukraine welcomes calm in the region.", "middle-east"},
		{"en", "Egypt midfielder joins Premier League side | The fee was not disclosed.", ""},
		{"en", "Wetter irrigation methods for Iran's orchards | Farmers learn to save water.", ""},
		{"en", "What the raid on Caracas means for Taiwan | A column on lessons.", ""},
		{"en", "Republicans split over Maduro before primaries | Voters in two states decide in spring.", ""},
		{"en", "Hedge funds gain from Venezuela's bonds | Prices rose by a quarter.", ""},
		{"en", "K-pop group fills a stadium in Seoul | Fans had waited since dawn.", ""},
		{"en", "South Korea's exports of chips hit a record | The ministry credits demand for memory.", ""},
		{"en", "Panama-flagged ship sinks off Morocco | The crew was saved.", ""},
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
