package extract_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	encunicode "golang.org/x/text/encoding/unicode"

	"wireroom/aggregator/extract"
)

const address = "https://paper.example/2026/11/bridge.html?from=feed"

// The paragraphs of an article that no case is about, long enough that the article is found.
const (
	opening = "The bridge over the Tallen was closed to lorries on Monday, after engineers had found cracks in two of its " +
		"eleven pillars, the ministry of transport said, and nobody could tell for how long it would stay so."
	middle = "Traders on both banks, who send some four hundred lorries a day across it, were told to use the ferry at Osk, " +
		"which takes forty at most, or to drive the long way round, by way of the pass and the old customs road."
	closing = "A second examination, by divers this time, is to begin on Thursday, if the river allows it, and its results " +
		"are to be published in full, the minister said, whatever they turn out to be and whomever they please."
)

// pageOf puts what a case is about between the paragraphs of an article.
func pageOf(within string) string {
	return "<html><head><title>Bridge closed to lorries</title></head><body><nav><a href=/>Home</a></nav><article><h1>Bridge closed to lorries</h1>" +
		"<p>" + opening + "</p><p>" + middle + "</p>" + within + "<p>" + closing + "</p></article></body></html>"
}

func TestWhatStaysAndWhatGoes(t *testing.T) {
	for _, c := range []struct {
		name, within string
		want         []string // the paragraphs in between
	}{
		{"nothing", "", nil},
		{"a heading", "<h2>The ferry at Osk</h2><p>It leaves every hour, if the wind lets it.</p>",
			[]string{"The ferry at Osk", "It leaves every hour, if the wind lets it."}},
		{"a list", "<ul><li>lorries</li><li><p>coaches</p></li></ul>", []string{"lorries", "coaches"}},
		{"a quotation", "<blockquote><p>We saw it coming.</p></blockquote>", []string{"We saw it coming."}},
		{"a table", "<table><tr><th>bank</th><th>lorries</th></tr><tr><td>left</td><td>211</td></tr></table>", []string{"bank lorries", "left 211"}},
		{"line breaks", "<p>Ferry: forty<br>Pass: four hundred</p>", []string{"Ferry: forty\nPass: four hundred"}},
		{"inline markup", "<p>The <em>Tallen</em>bridge, built in <b>1961</b>, is <a href=/x>no beauty</a>.</p>", []string{"The Tallenbridge, built in 1961, is no beauty."}},
		{"signs that break words", "<p>The trans\u00adport min\u200bistry was silent.</p>", []string{"The transport ministry was silent."}},
		{"a caption", "<figure><img src=b.jpg><figcaption>The bridge, seen from the left bank, in a picture of last week.</figcaption></figure>", nil},
		{"a caption by its class", "<div class='imageCaption'>The bridge, seen from the left bank, in a picture of last week.</div>", nil},
		{"a picture's credit", "<p>The bridge seen from Osk (Photo: M. Example)</p>", nil},
		{"a link elsewhere", "<p>Read more: <a href=/y>Ferry breaks down again, and no other is to be had</a></p>", nil},
		{"a link without label", "<p><a href=/y>Ferry breaks down again, and no other is to be had</a></p>", nil},
		{"a label in another language", "<p>Lesen Sie auch: Die Fähre ist wieder ausgefallen, und Ersatz gibt es nicht</p>", nil},
		{"a section of links", "<h3>Related stories</h3><ul><li>Ferry <a href=/1>breaks down</a></li><li>Pass <a href=/2>is snowed in</a></li></ul>", nil},
		{"a heading over links", "<h3>From the archive</h3><ul><li><a href=/1>Ferry breaks down</a></li></ul><h3>The pass</h3><p>It is open until the first snow.</p>",
			[]string{"The pass", "It is open until the first snow."}},
		{"an invitation", "<p>Sign up for our morning letter, and never miss a bridge.</p>", nil},
		{"an invitation within", "<p>Never miss a bridge. Subscribe to our morning letter.</p>", nil},
		{"words of an invitation in a sentence", "<p>Ferrymen who sign up for the night will be paid twice.</p>",
			[]string{"Ferrymen who sign up for the night will be paid twice."}},
		{"cookies", "<p>This website uses cookies to remember you.</p>", nil},
		{"a button", "<button>Listen</button>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			article, err := extract.Text([]byte(pageOf(c.within)), "text/html; charset=utf-8", address)
			if err != nil {
				t.Fatal(err)
			}
			want := append(append([]string{opening, middle}, c.want...), closing)
			if diff := cmp.Diff(want, strings.Split(article.Text, "\n\n")); diff != "" {
				t.Errorf("paragraphs (-want +got):\n%s", diff)
			}
		})
	}
}

// Some pages name each paragraph by the barrier in front of it; then the word says nothing.
func TestAWordOnEveryParagraphIsNotBelieved(t *testing.T) {
	page := strings.ReplaceAll(pageOf(""), "<p>", "<p class=paywall>")
	article, err := extract.Text([]byte(page), "", address)
	if err != nil {
		t.Fatal(err)
	}
	if want := opening + "\n\n" + middle + "\n\n" + closing; article.Text != want {
		t.Errorf("text = %q, want %q", article.Text, want)
	}
}

func TestEndsAreTrimmed(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"section and date", "<div>Transport</div><div>23 November 2026, 10:41</div>", ""},
		{"authors", "<p>By M. Example</p>", ""},
		{"who reported", "", "<p>Reporting by M. Example; editing by N. Example.</p>"},
		{"a last heading", "", "<h3>More from the rivers</h3>"},
		{"rights", "", "<p>© 2026 The Paper. All rights reserved.</p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			article, err := extract.Text([]byte("<body><article>"+c.before+"<p>"+opening+"</p><p>"+middle+"</p>"+c.after+"</article>"), "", address)
			if err != nil {
				t.Fatal(err)
			}
			if want := opening + "\n\n" + middle; article.Text != want {
				t.Errorf("text = %q, want %q", article.Text, want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       extract.Article
	}{
		{"none", "", extract.Article{}},
		{"title without the site", "<title>Bridge closed | The Paper</title><meta property='og:title' content='Bridge closed'>", extract.Article{Title: "Bridge closed"}},
		{"canonical", "<link rel=canonical href='https://paper.example/bridge'>", extract.Article{Canonical: "https://paper.example/bridge"}},
		{"relative canonical", "<link rel='Canonical other' href='../bridge'>", extract.Article{Canonical: "https://paper.example/2026/bridge"}},
		{"canonical of no web address", "<link rel=canonical href='javascript:void(0)'>", extract.Article{}},
		{"author", "<meta name=author content='By M.  Example'>", extract.Article{Byline: "M. Example"}},
		{"author's page", "<meta property='article:author' content='https://paper.example/people/m'>", extract.Article{}},
		{"date", "<meta property='article:published_time' content='2026-11-23T10:41:00+02:00'>", extract.Article{Published: time.Date(2026, 11, 23, 8, 41, 0, 0, time.UTC)}},
		{"date that is none", "<meta property='article:published_time' content='yesterday'>", extract.Article{}},
		{"linked data", `<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Bridge closed","author":{"@type":"Person","name":"M. Example"},"datePublished":"2026-11-23T10:41:00Z"}</script>`,
			extract.Article{Title: "Bridge closed", Byline: "M. Example", Published: time.Date(2026, 11, 23, 10, 41, 0, 0, time.UTC)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := extract.Text([]byte("<head>"+c.head+"</head><body><article><p>"+opening+"</p><p>"+middle+"</p>"), "", address)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Text = opening + "\n\n" + middle
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("article (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	const russian = "Мост через реку закрыли для грузовиков в понедельник, когда инженеры нашли трещины в двух из одиннадцати опор, сообщило министерство."
	const japanesePage = "橋は月曜日に閉鎖された。技師が十一本の橋脚のうち二本にひびを見つけたためだと省は発表した。"
	for _, c := range []struct {
		name, text, header, meta string
		enc                      encoding.Encoding
	}{
		{"UTF-8, silent", russian, "", "", encoding.Nop},
		{"UTF-8 under a wrong header", russian, "text/html; charset=iso-8859-1", "", encoding.Nop},
		{"header", russian, "text/html; charset=windows-1251", "", charmap.Windows1251},
		{"meta", russian, "text/html", "<meta charset=koi8-r>", charmap.KOI8R},
		{"meta of the old form", russian, "", `<meta http-equiv=content-type content="text/html; charset=windows-1251">`, charmap.Windows1251},
		{"header that says UTF-8 by default", russian, "text/html; charset=utf-8", "<meta charset='windows-1251'>", charmap.Windows1251},
		{"byte order mark", russian, "text/html; charset=windows-1251", "", encunicode.UTF16(encunicode.LittleEndian, encunicode.UseBOM)},
		{"seven bits", strings.Repeat(japanesePage, 3), "", "<meta charset=iso-2022-jp>", japanese.ISO2022JP},
		{"silent windows-1252", opening + " Où ça ? À l’aéroport.", "", "", charmap.Windows1252},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := c.enc.NewEncoder().String("<html><head>" + c.meta + "</head><body><p>" + c.text + "</p></body></html>")
			if err != nil {
				t.Fatal(err)
			}
			article, err := extract.Text([]byte(page), c.header, address)
			if err != nil {
				t.Fatal(err)
			}
			if article.Text != c.text {
				t.Errorf("text = %q, want %q", article.Text, c.text)
			}
		})
	}
}

func TestNoArticle(t *testing.T) {
	for _, c := range []struct{ name, page string }{
		{"empty", ""},
		{"only scripts", "<script>let a = '<p>" + opening + "</p>'</script>"},
		{"only links", "<body>" + strings.Repeat("<p><a href=/x>"+opening+"</a></p>", 5)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if article, err := extract.Text([]byte(c.page), "", address); !errors.Is(err, extract.ErrNoArticle) {
				t.Errorf("Text = %+v, %v, want ErrNoArticle", article, err)
			}
		})
	}
}

func TestAddressThatIsNone(t *testing.T) {
	if _, err := extract.Text([]byte(pageOf("")), "", "https://paper.example/%zz"); err == nil {
		t.Error("Text takes an address that cannot be parsed")
	}
}

// FuzzText: whatever the bytes, the text is plain, and the same each time.
func FuzzText(f *testing.F) {
	f.Add([]byte(pageOf("<ul><li>lorries</ul><pre>a\n  b</pre>")), "text/html; charset=utf-8")
	f.Add([]byte("\xff\xfe<\x00p\x00>"), "")
	f.Add([]byte("<title>a<p>"+opening+"<table><td>x<svg><style></p>"), "text/html; charset=shift_jis")
	f.Add([]byte(`<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","author":[{"name":[]}]}</script><p>`+opening), "")
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		article, err := extract.Text(page, contentType, address)
		if err != nil {
			return
		}
		again, err := extract.Text(page, contentType, address)
		if err != nil || again != article {
			t.Errorf("a second time: %+v, %v, want %+v", again, err, article)
		}
		if article.Text == "" || !utf8.ValidString(article.Text) || strings.Contains(article.Text, "\n\n\n") {
			t.Errorf("text = %q", article.Text)
		}
		if i := strings.IndexFunc(article.Text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t", r) }); i >= 0 {
			t.Errorf("text has a control character at %d: %q", i, article.Text)
		}
	})
}
