package parse

// A Repair is one of the things that are done to a document that is not as its format says.
type Repair struct{ Name, Reason string }

// The names of the repairs, as Document.Repairs has them.
const (
	repairGzip       = "gzip within the body"
	repairWide       = "utf-16 or utf-32"
	repairDeclared   = "utf-8 declared as another charset"
	repairBytes      = "bytes outside the declared charset"
	repairGuessed    = "charset not declared"
	repairTwice      = "utf-8 encoded twice"
	repairCharacters = "forbidden characters"
	repairReferences = "references to forbidden characters"
	repairEntities   = "entities of the document type"
	repairStray      = "bare <"
	repairSection    = "]]> outside CDATA"
	repairComment    = "-- in a comment"
	repairEndTag     = "end tag without start"
	repairStartTag   = "element without end"
	repairCase       = "case of an end tag"
	repairAttributes = "attributes not well-formed"
	repairEntry      = "lone entry"
	repairChannel    = "channel without rss"
	repairItems      = "collection of items"
	repairNamespace  = "namespace of the feed"
	repairNamespaces = "too many namespaces"
	repairOversized  = "oversized element"
	repairOneByOne   = "items read one by one"
)

// Repairs lists the repairs that [Parse] knows, each with its reason.
func Repairs() []Repair {
	return []Repair{
		{repairGzip, "a server compresses twice, or serves a stored archive"},
		{repairWide, "gofeed reads neither; the byte order mark or the pattern of zero bytes tells which it is"},
		{repairDeclared, "text that is valid UTF-8 is UTF-8, whatever a template or a server's default says"},
		{repairBytes, "text pasted from another charset makes gofeed refuse the whole document"},
		{repairGuessed, "neither header nor document names the charset that it is in; the letters' frequencies tell"},
		{repairTwice, "a publisher took UTF-8 for ISO 8859-1 and encoded it again"},
		{repairCharacters, "XML 1.0 forbids control characters, U+FFFE and U+FFFF; encoding/xml refuses them"},
		{repairReferences, "encoding/xml refuses a reference to a character that XML forbids"},
		{repairEntities, "gofeed leaves entities that the document type defines as they are written"},
		{repairStray, "a less-than sign in a text was not escaped"},
		{repairSection, "XML forbids the end of a CDATA section in a text; encoding/xml refuses it"},
		{repairComment, "XML forbids two hyphens in a comment; encoding/xml refuses them"},
		{repairEndTag, "a stray end tag makes encoding/xml close everything around it"},
		{repairStartTag, "an element without end swallows the end tag of the one around it"},
		{repairCase, "an end tag is spelt otherwise than its start"},
		{repairAttributes, "attributes are not quoted, not apart, twice there, or in an end tag"},
		{repairEntry, "an entry or item is served without a feed around it"},
		{repairChannel, "a channel is served without an RSS element around it, as in RSS 1.1 and CDF"},
		{repairItems, "RSS 1.1 has its items in a collection, where gofeed does not look"},
		{repairNamespace, "an Atom feed stands in an early or mistyped namespace"},
		{repairNamespaces, "gofeed copies the declarations in force for every element: a hostile document costs minutes"},
		{repairOversized, "gofeed joins the pieces of an extension's text one by one and copies a long date 170 times"},
		{repairOneByOne, "one item that cannot be read makes gofeed refuse the whole document"},
	}
}
