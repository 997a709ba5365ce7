package extract

// The words of this file are in lower case, in the languages of the default configuration's sources and their
// neighbours. A page in another language keeps its notices, and loses nothing.

// labels stand before a link to another article, a picture or an advertisement, with a colon or alone.
var labels = setOf(
	"related", "related story", "related stories", "related article", "related articles", "related coverage", "related post",
	"related posts", "related news", "related content", "related topics", "read more", "read also", "read next", "also read",
	"read this", "see also", "see more", "more", "more on this", "more on this story", "more from", "more stories", "more news", "also",
	"watch", "watch more", "listen", "don't miss", "you may also like", "you might also like", "recommended", "trending",
	"most read", "editors' picks", "continue reading", "continue reading below", "story continues below", "tags", "topics", "filed under",
	"advert", "advertisement", "sponsored", "comments", "share", "share this", "share this article", "post comment", "loading",
	"photo", "photos", "image", "images", "picture", "caption", "video", "credit", "photo credit", "image credit", "file photo", "source",
	"lire aussi", "à lire aussi", "à lire", "lire la suite", "voir aussi", "sur le même sujet", "publicité", "photo d'illustration",
	"lesen sie auch", "lesen sie mehr", "auch interessant", "mehr zum thema", "siehe auch", "anzeige", "foto", "fotos", "bild", "quelle",
	"lea también", "leer más", "lee también", "le puede interesar", "te puede interesar", "ver también", "publicidad", "foto de archivo",
	"leia também", "leia mais", "saiba mais", "veja também", "publicidade", "fonte",
	"leggi anche", "leggi di più", "pubblicità", "fonte",
	"lees ook", "lees meer", "advertentie", "läs också", "läs mer", "les også", "læs også", "annons",
	"czytaj też", "czytaj także", "zobacz też", "zobacz także", "reklama", "čtěte také", "olvasta már",
	"читайте также", "читайте ещё", "читать далее", "смотрите также", "по теме", "реклама", "фото", "видео", "источник",
	"читайте також", "дивіться також", "дізнайтеся більше", "джерело", "devamını oku", "ayrıca bakınız", "kaynak",
	"اقرأ أيضا", "اقرأ أيضًا", "اقرأ المزيد", "شاهد أيضا", "إعلان", "المصدر", "延伸閱讀", "延伸阅读", "相关阅读", "関連記事", "関連ニュース", "관련기사",
)

// invitations begin a sentence that asks the reader to do something beside reading.
var invitations = []string{
	"subscribe ", "sign up ", "signup ", "sign in ", "log in ", "register now", "click here", "tap here", "follow us", "like us on",
	"get the latest", "get breaking news", "get our ", "get access to", "join our", "join us on", "download our", "download the app",
	"have a tip", "got a tip", "send us ", "write to us", "contact us", "email us", "tell us what", "let us know", "like this story",
	"if you enjoyed this", "support our", "donate ", "become a member", "this website uses cookies", "we use cookies", "this site uses cookies",
	"this post may contain affiliate", "this article contains affiliate", "please enable javascript", "enable javascript",
	"abonnieren sie", "melden sie sich", "folgen sie uns", "newsletter abonnieren", "abonnez-vous", "inscrivez-vous", "suivez-nous",
	"suscríbete", "suscríbase", "síguenos", "inscreva-se", "assine ", "siga-nos", "iscriviti", "seguici", "abonneer", "volg ons",
	"подписывайтесь", "подпишитесь", "підписуйтесь", "підпишіться", "abone ol", "اشترك", "تابعنا", "تابعونا",
}

// creditWords stand in a caption, with the picture's origin, or in a line that states rights.
var creditWords = []string{
	"getty images", "(image:", "(photo:", "(photo by", "(picture:", "(ap photo", "/ap photo", "image copyright", "image caption", "image credit",
	"photo credit", "photo by", "photo courtesy", "photograph by", "via getty", "via reuters", "reuters/", "/reuters", "/afp", "/getty", "file photo",
	"(credit:", "(foto:", "(фото:", "crédit photo", "bildquelle", "shutterstock", "all rights reserved", "tous droits réservés",
	"alle rechte vorbehalten", "todos los derechos reservados", "todos os direitos reservados", "все права защищены", "©",
}

// signatures stand in the last lines of agencies' and newspapers' articles.
var signatures = []string{
	"reporting by ", "additional reporting", "editing by ", "writing by ", "contributed to this", "contributed reporting",
	"compiled by ", "with inputs from", "with reporting by", "(mit material von", "mit material der", "avec afp", "con información de",
}

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
