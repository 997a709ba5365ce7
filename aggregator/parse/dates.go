package parse

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxDate bounds the text that is read as a date, in bytes. The longest of the corpus of feeds has 36.
const maxDate = 128

// ParseDate reads a date as publishers write it: RFC 3339 and its W3C profile in part or whole, RFC 822 with names and
// zones of any kind, numbers in the usual orders, month names of the languages of news, and Unix seconds. A zone that
// is missing or unknown counts as UTC; a missing time of day is midnight. The result is UTC; ok is false if the text
// holds no date.
func ParseDate(text string) (t time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxDate {
		return time.Time{}, false
	}
	if t, ok = parseISO(text); ok {
		return t, true
	}
	if t, ok = parseUnix(text); ok {
		return t, true
	}
	var d dateWords
	d.read(foldDate(text))
	return d.time()
}

// firstDate returns the first of the texts that is a date, or the zero time.
func firstDate(texts ...string) time.Time {
	for _, text := range texts {
		if t, ok := ParseDate(text); ok {
			return t
		}
	}
	return time.Time{}
}

// parseUnix reads Unix seconds or milliseconds of the years 1990 to 2100.
func parseUnix(text string) (time.Time, bool) {
	if len(text) != 9 && len(text) != 10 && len(text) != 13 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 631152000 {
		return time.Time{}, false
	}
	if len(text) == 13 {
		return time.UnixMilli(n).UTC(), true
	}
	return time.Unix(n, 0).UTC(), n < 4102444800
}

// foldDate puts a date into lower case, with ASCII digits, full stops after words and marks of direction dropped, and
// the East Asian names of units written as the separators that they stand for.
func foldDate(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return unicode.ToLower(r)
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return unicode.ToLower(r)
	}, text)
	return eastAsian.Replace(text)
}

// digitValue returns the value of a decimal digit of any script: Unicode encodes each ten of them in a row that begins
// at a multiple of 16 or at 6 after one.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return r - zero
}

// dateWords is what was found in a date, word by word. Numbers are 0 until they are found, but for those that may be 0.
type dateWords struct {
	year, month, day     int
	hour, minute, second int
	hasTime              bool
	half                 int // 1: before noon, 2: after noon
	zone                 int // seconds east of UTC
	hasZone              bool
	numbers              []number // that are not yet known to be anything
}

// A number is digits with the separator that follows them.
type number struct {
	value, digits int
	after         byte // '/', '.', '-' or 0
}

// read takes the words of a folded date one after the other.
func (d *dateWords) read(s string) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isDigit(c):
			i = d.readNumber(s, i)
		case (c == '+' || c == '-') && d.hasTime && !d.hasZone && i+1 < len(s) && isDigit(s[i+1]):
			i = d.readOffset(s, i)
		case isDateLetter(c):
			i = d.readWord(s, i)
		default:
			i++
		}
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDateLetter(c byte) bool { return 'a' <= c && c <= 'z' || c >= 0x80 }

func digitsAt(s string, i int) (value, end int) {
	for end = i; end < len(s) && isDigit(s[end]); end++ {
		if end-i < 9 {
			value = value*10 + int(s[end]-'0')
		}
	}
	return value, end
}

// readNumber takes a number, or a time of day that begins with it.
func (d *dateWords) readNumber(s string, i int) int {
	value, end := digitsAt(s, i)
	if !d.hasTime && end-i <= 2 && end+1 < len(s) && (s[end] == ':' || s[end] == 'h') && isDigit(s[end+1]) {
		return d.readTime(s, value, end+1)
	}
	n := number{value: value, digits: end - i}
	if end+1 < len(s) && strings.IndexByte("/.-", s[end]) >= 0 {
		n.after = s[end]
	}
	d.numbers = append(d.numbers, n)
	return end
}

// readTime takes the minutes and seconds after the hour and its colon.
func (d *dateWords) readTime(s string, hour, i int) int {
	d.hasTime, d.hour = true, hour
	d.minute, i = digitsAt(s, i)
	if i+1 < len(s) && (s[i] == ':' || s[i] == '.') && isDigit(s[i+1]) {
		d.second, i = digitsAt(s, i+1)
	}
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && isDigit(s[i+1]) {
		_, i = digitsAt(s, i+1)
	}
	return i
}

// readOffset takes a zone's offset: +2, +02, +0200 or +02:00. A year after a hyphen is none.
func (d *dateWords) readOffset(s string, i int) int {
	value, end := digitsAt(s, i+1)
	hours, minutes := value, 0
	switch n := end - i - 1; {
	case n > 2:
		hours, minutes = value/100, value%100
	case end+2 < len(s) && s[end] == ':' && isDigit(s[end+1]):
		minutes, end = digitsAt(s, end+1)
	}
	if hours > 15 || minutes > 59 {
		return end
	}
	d.zone, d.hasZone = hours*3600+minutes*60, true
	if s[i] == '-' {
		d.zone = -d.zone
	}
	return end
}

// readWord takes a word: a month, a half of the day, a zone, or nothing of use such as a weekday.
func (d *dateWords) readWord(s string, i int) int {
	end := i
	for end < len(s) && isDateLetter(s[end]) {
		end++
	}
	word := s[i:end]
	if (word == "a" || word == "p") && strings.HasPrefix(s[end:], ".m") {
		word, end = word+"m", min(len(s), end+2)
	}
	if month := monthNumber(word); month > 0 {
		d.month = month
	} else if half := halfOfDay(word); half > 0 {
		d.half = half
	} else if zone, ok := zoneOffset(word); ok && d.hasTime && !d.hasZone {
		d.zone, d.hasZone = zone, word != "gmt" && word != "utc" // "GMT+0200": what follows counts
	}
	return end
}

// time puts together what was found.
func (d *dateWords) time() (time.Time, bool) {
	d.assign()
	if d.day == 0 {
		d.day = 1
	}
	if d.hasTime && d.half > 0 && d.hour <= 12 {
		d.hour = d.hour%12 + (d.half-1)*12
	}
	if d.year == 0 || d.month < 1 || d.month > 12 || d.day > daysIn(d.year, d.month) ||
		d.hour > 24 || d.minute > 59 || d.second > 60 {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, min(d.second, 59), 0, time.UTC)
	return t.Add(-time.Duration(d.zone) * time.Second), true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// assign decides which of the plain numbers is the day, the month and the year.
func (d *dateWords) assign() {
	if len(d.numbers) == 1 && d.month == 0 && d.numbers[0].digits == 8 {
		n := d.numbers[0].value
		d.year, d.month, d.day = n/10000, n/100%100, n%100
		return
	}
	for i, n := range d.numbers {
		if n.digits == 4 && (d.month > 0 || i != 1) || n.value > 31 && n.digits == 2 && i > 0 {
			d.year = fullYear(n)
			d.numbers = append(append([]number{}, d.numbers[:i]...), d.numbers[i+1:]...)
			d.assignRest(i)
			return
		}
	}
	d.assignShort()
}

// assignRest decides about the day and the month, where the year was the number at place.
func (d *dateWords) assignRest(place int) {
	switch {
	case len(d.numbers) == 0:
	case d.month > 0:
		d.day = d.numbers[0].value
	case len(d.numbers) == 1:
		d.month = d.numbers[0].value
	case place == 0:
		d.month, d.day = d.numbers[0].value, d.numbers[1].value
	default:
		d.day, d.month = d.numbers[0].value, d.numbers[1].value
		if american := d.half > 0 && d.numbers[0].after == '/'; d.month > 12 || american && d.day <= 12 {
			d.day, d.month = d.month, d.day
		}
	}
}

// assignShort decides where the year has two digits, or none is written.
func (d *dateWords) assignShort() {
	n := d.numbers
	switch {
	case d.month > 0 && len(n) >= 2:
		d.day, d.year = n[0].value, fullYear(n[1])
	case len(n) >= 3 && n[0].after == '/' && n[0].value <= 12 && d.half > 0:
		d.month, d.day, d.year = n[0].value, n[1].value, fullYear(n[2])
	case len(n) >= 3 && n[0].after == '.':
		d.day, d.month, d.year = n[0].value, n[1].value, fullYear(n[2])
	case len(n) >= 3:
		d.year, d.month, d.day = fullYear(n[0]), n[1].value, n[2].value
	}
}

// fullYear reads two digits as a year of 1970 to 2069, as POSIX's strptime does, nearly.
func fullYear(n number) int {
	switch {
	case n.digits > 2:
		return n.value
	case n.value < 70:
		return 2000 + n.value
	}
	return 1900 + n.value
}
