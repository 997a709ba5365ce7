package parse_test

import (
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/parse"
)

func TestParseDate(t *testing.T) {
	const want = "2026-11-02T14:05:00Z"
	const day = "2026-11-02T00:00:00Z"
	tests := []struct{ name, text, want string }{
		{"RFC 3339", "2026-11-02T14:05:00Z", want},
		{"offset", "2026-11-02T16:05:00+02:00", want},
		{"fraction", "2026-11-02T14:05:00.123456Z", want},
		{"offset without colon", "2026-11-02T09:05:00-0500", want},
		{"no zone is UTC", "2026-11-02T14:05:00", want},
		{"blank for T", "2026-11-02 14:05", want},
		{"blank before the offset", "2026-11-02 16:05:00 +0200", want},
		{"zone by name", "2026-11-02 09:05:00 EST", want},
		{"date alone", "2026-11-02", day},
		{"basic form", "20261102", day},
		{"month", "2026-11", "2026-11-01T00:00:00Z"},
		{"day of the year", "2026-306", day},
		{"midnight as 24", "2026-11-01T24:00:00Z", day},
		{"RFC 822", "Mon, 02 Nov 2026 14:05:00 GMT", want},
		{"two-digit year", "02 Nov 26 14:05 GMT", want},
		{"zone of India", "Mon, 02 Nov 2026 19:35:00 IST", want},
		{"zone of Moscow", "Mon, 02 Nov 2026 17:05:00 MSK", want},
		{"summer time", "Thu, 02 Jul 2026 16:05:00 CEST", "2026-07-02T14:05:00Z"},
		{"GMT with offset", "Mon, 02 Nov 2026 16:05:00 GMT+0200", want},
		{"unknown zone is UTC", "Mon, 02 Nov 2026 14:05:00 QQT", want},
		{"wrong weekday", "Fri, 02 Nov 2026 14:05:00 GMT", want},
		{"no seconds", "Mon, 2 Nov 2026 14:05 +0000", want},
		{"slashes, year first", "2026/11/02 14:05", want},
		{"Drupal", "Monday, November 2, 2026 - 14:05", want},
		{"American", "11/02/2026 02:05:00 PM", want},
		{"day first where it must be", "23/11/2026", "2026-11-23T00:00:00Z"},
		{"month first where it must be", "11/23/2026", "2026-11-23T00:00:00Z"},
		{"full stops", "02.11.2026 14:05", want},
		{"before noon and after", "November 2, 2026 2:05 p.m.", want},
		{"noon", "Nov 2, 2026 12:00 PM", "2026-11-02T12:00:00Z"},
		{"midnight", "Nov 2, 2026 12:00 AM", day},
		{"asctime", "Mon Nov  2 14:05:00 2026", want},
		{"JavaScript", "Mon Nov 02 2026 16:05:00 GMT+0200 (EET)", want},
		{"Unix seconds", "1793628300", want},
		{"Unix milliseconds", "1793628300000", want},
		{"Russian", "2 ноября 2026, 14:05", want},
		{"Russian zone", "Пн, 02 ноя 2026 17:05:00 +0300", want},
		{"Ukrainian", "2 листопада 2026 14:05", want},
		{"French", "lundi 2 novembre 2026 14:05", want},
		{"French with h", "2 novembre 2026 à 14h05", want},
		{"French Tuesday is no March", "mar., 3 nov. 2026 14:05", "2026-11-03T14:05:00Z"},
		{"Spanish", "lunes, 2 de noviembre de 2026 14:05", want},
		{"Portuguese", "2 de março de 2026", "2026-03-02T00:00:00Z"},
		{"German", "Mo, 02 Dez 2026 14:05:00 +0000", "2026-12-02T14:05:00Z"},
		{"German March", "2. März 2026", "2026-03-02T00:00:00Z"},
		{"Italian", "2 maggio 2026", "2026-05-02T00:00:00Z"},
		{"Polish", "2 października 2026 14:05", "2026-10-02T14:05:00Z"},
		{"Turkish", "2 Ağustos 2026 14:05", "2026-08-02T14:05:00Z"},
		{"Arabic", "2 نوفمبر 2026 14:05", want},
		{"Arabic of the Levant", "2 تشرين الثاني 2026", day},
		{"Arabic digits", "٢٠٢٦-١١-٠٢ ١٤:٠٥", want},
		{"Persian digits", "۲۰۲۶/۱۱/۰۲ ۱۴:۰۵", want},
		{"Chinese", "2026年11月2日 14:05", want},
		{"Chinese in full", "2026年11月02日 下午2时05分", want},
		{"Japanese", "2026年11月2日 14時05分00秒", want},
		{"Korean", "2026년 11월 2일 오후 2:05", want},
		{"Dutch", "2 maart 2026", "2026-03-02T00:00:00Z"},
		{"Swedish", "2 maj 2026", "2026-05-02T00:00:00Z"},
		{"Greek", "2 Νοεμβρίου 2026 14:05", want},
		{"Romanian", "2 noiembrie 2026 14:05", want},
		{"Indonesian", "2 Agustus 2026", "2026-08-02T00:00:00Z"},
		{"Hebrew", "2 בנובמבר 2026 14:05", want},
		{"Hindi", "2 नवंबर 2026 14:05", want},
		{"blanks around", "\n  2026-11-02T14:05:00Z\t", want},

		{"empty", "", ""},
		{"words", "yesterday", ""},
		{"now", "now", ""},
		{"zero", "0000-00-00 00:00:00", ""},
		{"month 13", "2026-13-45", ""},
		{"one number", "42", ""},
		{"too long", strings.Repeat("1 ", 100), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := parse.ParseDate(tt.text)
			if tt.want == "" {
				if ok {
					t.Errorf("ParseDate(%q) = %v, want none", tt.text, got)
				}
				return
			}
			if !ok || got.Format(time.RFC3339) != tt.want {
				t.Errorf("ParseDate(%q) = %v, %v, want %s", tt.text, got.Format(time.RFC3339), ok, tt.want)
			}
			if got.Location() != time.UTC {
				t.Errorf("ParseDate(%q) is in %v, want UTC", tt.text, got.Location())
			}
		})
	}
}

// FuzzParseDate holds that a date is read again from its own RFC 3339 form, and that nothing panics.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Mon, 02 Nov 2026 14:05:00 GMT", "2026年11月2日 下午2时05分", "2/11/26 1:2 pm +9", "2026-306T24:00:00-15:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parse.ParseDate(text)
		if !ok {
			return
		}
		if got.Year() < 0 || got.Year() > 9999 {
			return // RFC 3339 has no such years
		}
		again, ok := parse.ParseDate(got.Format(time.RFC3339))
		if got.Year() > 0 && (!ok || !again.Equal(got.Truncate(time.Second))) {
			t.Errorf("ParseDate(%q) = %v, read again as %v, %v", text, got, again, ok)
		}
	})
}
