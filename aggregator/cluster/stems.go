package cluster

import (
	"strings"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/french"
	"github.com/kljensen/snowball/hungarian"
	"github.com/kljensen/snowball/norwegian"
	"github.com/kljensen/snowball/russian"
	"github.com/kljensen/snowball/spanish"
	"github.com/kljensen/snowball/swedish"
)

// stemmers reduce words to their stems, by language. A language without one keeps its words as they are.
var stemmers = map[string]func(word string, stopWords bool) string{
	"en": english.Stem, "es": spanish.Stem, "fr": french.Stem, "ru": russian.Stem, "sv": swedish.Stem,
	"no": norwegian.Stem, "nb": norwegian.Stem, "nn": norwegian.Stem, "hu": hungarian.Stem,
}

// stopWords say nothing of what a text is about, by language; short lists by hand. What else is common is found by its
// frequency.
var stopWords = map[string]map[string]bool{
	"en": wordSet(`a about above after again against all also am an and any are aren't as at be because been before being
		below between both but by can cannot can't could couldn't did didn't do does doesn't doing don't down during each
		few for from further get gets getting got had hadn't has hasn't have haven't having he her here hers herself him
		himself his how i if in into is isn't it its itself just let like may me might more most much must my myself no
		nor not now of off on once one only or other our ours ourselves out over own per same say says said she should
		shouldn't so some still such than that the their theirs them themselves then there these they this those through
		to told too under until up upon very via was wasn't we were weren't what when where which while who whom why will
		with won't would wouldn't yet you your yours yourself yourselves according amid among even ever many i'm i've
		you're we're they're it'll he'll she'll they'll we'll you'll they've we've he'd she'd they'd`),
	"es": wordSet(`a al algo ante antes aquí así aún aunque cada como con contra cual cuando de del desde donde dos el ella
		ellas ellos en entre era es esa ese eso esta está están este esto estos fue fueron ha hace han hasta hay la las le
		les lo los más me mi mientras muy nada ni no nos o otra otro para pero poco por porque que qué quien se sea ser si
		sí sin sobre son su sus también tan tiene tras tu un una uno unos y ya yo`),
	"fr": wordSet(`à au aussi aux avec avait avant c ce ces cet cette ceux comme contre d dans de depuis des deux du elle elles en
		encore entre est et été être eu fait il ils j je l la le les leur leurs lors lui m mais me même mes moins n ne nos
		notre nous on ont ou où par pas pendant plus pour qu que quel quelle qui s sa sans se selon ses si son sont sous sur
		ta tout tous toute très tu un une vers vous y`),
	"ru": wordSet(`а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да для до его ее её если
		есть еще ещё же за здесь и из или им их к как ко когда кто ли либо мне может мы на над надо нас не него нее нет ни них
		но ну о об однако он она они оно от очень по под при с со так также такой там те тем то того тоже той только том ты у
		уже хотя чего чей чем что чтобы эта эти это этого этой этом этот я`),
	"sv": wordSet(`alla att av blev bli blir den denna deras dess det detta dig din dom du där då efter ej eller en er ett för
		från får ha hade han hans har hon hur här i icke in inte jag ju kan kunde man med mellan men mot mycket ni nu när någon
		något och om oss på sedan sig sin sina ska skulle som så till under upp ut utan vad var vara vi vid vilken än är över`),
	"no": wordSet(`alle at av ble bli blir da de dem den denne der dere det dette du eller en er et etter for fra få før ha hadde
		han har hun hva hvem hver hvor i ikke inn jeg kan kunne man med mellom men mot må ned nå når og også om opp oss på seg
		selv sin sine skal skulle som så til under ut uten ved vi var være`),
	"hu": wordSet(`a az és hogy nem is egy ez azt meg volt már csak de ha mint el szerint még után ami aki vagy ki sem lesz lett
		kell lehet be fel le több most pedig azonban majd arra erre ezt ezek azok minden`),
	"de": wordSet(`aber als am an auch auf aus bei bis da dann das dass dem den der des die doch durch ein eine einem einen
		einer es für gegen habe haben hat hatte ich ihr im in ist kann mehr mit nach nicht noch nur oder ohne sich sie sind so
		über um und unter vom von vor war wegen wenn werden wie wird zu zum zur zwischen`),
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[strings.ReplaceAll(w, "'", "")] = true
	}
	return set
}

// A term is what a word is known by: a hash of its stem, 0 for a word that says nothing.
type term uint32

// termOf hashes a stem (FNV-1a). Of half a million stems, some 30 pairs share a hash; a vector has dozens of terms.
func termOf[T string | []byte](stem T) term {
	h := uint32(2166136261)
	for i := range len(stem) {
		h = (h ^ uint32(stem[i])) * 16777619
	}
	return term(max(h, 1))
}

// knownWords is how many words a stemmer remembers before it begins anew, keeping those that it still meets. Twice so many
// are about 4 MB.
const knownWords = 64 << 10

// A stemmer turns the words of one language into terms. It remembers, since stemming costs a microsecond a word.
type stemmer struct {
	stem         func(string, bool) string
	stops        map[string]bool
	known, older map[wordHash]term

	sum map[term]float64 // of one Item, for the next to use again, as is all
	all []count
}

// A wordHash stands for a word: of 64 bits (FNV-1a), so that no two words of a language will ever share one.
type wordHash uint64

func hashOf(word []byte) wordHash {
	h := uint64(14695981039346656037)
	for _, c := range word {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return wordHash(h)
}

func newStemmer(language string) *stemmer {
	stops := stopWords[language]
	if language == "nb" || language == "nn" {
		stops = stopWords["no"]
	}
	return &stemmer{stem: stemmers[language], stops: stops, known: make(map[wordHash]term), sum: make(map[term]float64)}
}

// term returns the term of a folded word.
func (s *stemmer) term(w word) term {
	hash := hashOf(w.text)
	if t, ok := s.known[hash]; ok {
		return t
	}
	t, ok := s.older[hash]
	if !ok {
		t = s.derive(w)
	}
	if len(s.known) == knownWords {
		s.known, s.older = make(map[wordHash]term, knownWords), s.known
	}
	s.known[hash] = t
	return t
}

// derive makes the term of a word that is not remembered.
func (s *stemmer) derive(w word) term {
	text := string(w.text)
	switch {
	case s.stops[text] || len(text) < 2 && !w.number:
		return 0
	case s.stem == nil || w.number:
		return termOf(text)
	}
	return termOf(s.stem(text, true))
}
