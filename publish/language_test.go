package publish

import "testing"

// Programs know the languages of ISO 639-1 and 639-2, and no others.
func TestLanguageTags(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "en_us": "en-US", "EN-gb": "en-GB", "zh-hant-tw": "zh-Hant-TW", "iw": "he", "fil": "fil", "haw-US": "haw-US",
		"cmn": "zh", "cmn-Hans-CN": "zh-Hans-CN", "arb": "ar", "pes": "fa",
		"yue": "", "abc": "", "qaa": "", "xx": "", "english": "", "": "", "und": "", "und-US": "", "x-house": "", "klingon!": "",
	} {
		if got := languageTag(tag); got != want {
			t.Errorf("%q: got %q, want %q", tag, got, want)
		}
	}
}
