package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// document renders the RSS of a source at a version of the world, newest item first: the bytes, and when they changed.
func (w *world) document(source, version int) ([]byte, time.Time) {
	var b strings.Builder
	newest := w.item(source, version+itemsPerSource-1)
	w.channel(&b, source, newest.date)
	for serial := newest.serial; serial >= version; serial-- {
		w.entry(&b, w.item(source, serial))
	}
	b.WriteString("</channel>\n</rss>\n")
	return []byte(b.String()), newest.date
}

func (w *world) channel(b *strings.Builder, source int, built time.Time) {
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
`)
	element(b, "title", sourceName(source))
	element(b, "link", site(source))
	element(b, "description", fmt.Sprintf("Dispatches of invented source number %d", source))
	element(b, "language", "en")
	element(b, "lastBuildDate", rfc822(built))
}

// entry writes one item. Its words are drawn apart from its facts, so that a wire text is the same in every source.
func (w *world) entry(b *strings.Builder, it item) {
	own := w.rng(streamWords, uint64(it.source), uint64(it.serial))
	text := own
	if it.agency > 0 {
		text = w.rng(streamAgency, uint64(it.agency), it.event.id)
	}
	title := w.prose.say(text, it.event, "headline")
	lead := w.prose.say(text, it.event, "lead")
	link := w.link(it, title)

	b.WriteString("<item>\n")
	element(b, "title", title)
	element(b, "link", link+"?utm_source=rss")
	fmt.Fprintf(b, "<guid isPermaLink=\"false\">%s/?p=%d</guid>\n", site(it.source), 10_000+it.serial)
	element(b, "pubDate", rfc822(it.date))
	element(b, "dc:creator", fmt.Sprintf("%s staff", sourceName(it.source)))
	for _, c := range []string{it.event.topic, it.event.facts["country"], draw(own, w.prose.words["noun"])} {
		fmt.Fprintf(b, "<category><![CDATA[%s]]></category>\n", c)
	}
	picture := fmt.Sprintf("%s/media/%s-%d", site(it.source), slug(it.event.facts["town"]), it.serial)
	fmt.Fprintf(b, "<media:thumbnail url=\"%s.jpg\"/>\n", picture)
	element(b, "description", fmt.Sprintf("<p>%s</p>\n<p><a href=\"%s\">Read on at %s</a></p>", xmlText(lead), link, sourceName(it.source)))
	b.WriteString("<content:encoded><![CDATA[")
	w.body(b, text, it, lead, picture)
	b.WriteString("]]></content:encoded>\n</item>\n")
}

// body is the item's HTML, about 1.5 KB: the lead, paragraphs with links, and now and then a picture, a heading, a
// quotation or a list, in the manner of a publishing system.
func (w *world) body(b *strings.Builder, r *rand.Rand, it item, lead, picture string) {
	if r.IntN(3) == 0 {
		fmt.Fprintf(b, "<figure class=\"wp-block-image\"><img src=\"%s-1024x683.jpg\" alt=\"%s\" width=\"1024\" height=\"683\" loading=\"lazy\"/></figure>\n", picture, it.event.facts["town"])
	}
	fmt.Fprintf(b, "<p class=\"lead\">%s</p>\n", xmlText(lead))
	for n := range 4 + r.IntN(5) {
		if n == 2 && r.IntN(2) == 0 {
			w.interlude(b, r, it)
		}
		fmt.Fprintf(b, "<p>%s</p>\n", w.linked(r, it, xmlText(w.prose.paragraph(r, it.event, 1+r.IntN(2)))))
	}
	if it.source%4 == 0 {
		fmt.Fprintf(b, "<img src=\"%s/pixel.gif?p=%d\" width=\"1\" height=\"1\" alt=\"\"/>\n", site(it.source), it.serial)
	}
}

func (w *world) interlude(b *strings.Builder, r *rand.Rand, it item) {
	switch r.IntN(3) {
	case 0:
		fmt.Fprintf(b, "<h2>%s</h2>\n", xmlText(w.prose.say(r, it.event, "sub")))
	case 1:
		fmt.Fprintf(b, "<blockquote><p>%s</p></blockquote>\n", xmlText(w.prose.say(r, it.event, "sentence")))
	case 2:
		fmt.Fprintf(b, "<ul>\n<li>%s</li>\n<li>%s</li>\n</ul>\n", xmlText(w.prose.say(r, it.event, "sub")), xmlText(w.prose.say(r, it.event, "sub")))
	}
}

// linked turns the first mention of the event's town into a link, in half of the paragraphs that have one.
func (w *world) linked(r *rand.Rand, it item, paragraph string) string {
	if r.IntN(2) == 0 {
		return paragraph
	}
	town := it.event.facts["town"]
	return strings.Replace(paragraph, town, fmt.Sprintf("<a href=\"%s/places/%s\">%s</a>", site(it.source), slug(town), town), 1)
}

func (w *world) link(it item, title string) string {
	return fmt.Sprintf("%s/%s/%s", site(it.source), it.date.Format("2006/01/02"), slug(title))
}

// site is the public address of a source, which nothing ever asks: example is a reserved name (RFC 2606).
func site(source int) string { return fmt.Sprintf("https://source-%04d.example", source) }

func sourceName(source int) string { return fmt.Sprintf("Source %04d", source) }

func rfc822(t time.Time) string { return t.Format("Mon, 02 Jan 2006 15:04:05 +0000") }

// slug keeps lower-case letters and digits, with hyphens between the words.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}

func element(b *strings.Builder, name, text string) {
	fmt.Fprintf(b, "<%s>%s</%s>\n", name, xmlText(text), name)
}

// xmlText escapes the text of an element for XML, and as well for HTML.
func xmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
