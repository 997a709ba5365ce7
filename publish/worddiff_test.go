package publish

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shown writes a comparison with [-what was cut-] and {+what was added+}.
func shown(all []stretch) string {
	var out strings.Builder
	for _, s := range all {
		out.WriteString(map[fate]string{kept: "", cut: "[-", added: "{+"}[s.Was] + s.Text + map[fate]string{kept: "", cut: "-]", added: "+}"}[s.Was])
	}
	return out.String()
}

func TestWordDiff(t *testing.T) {
	for name, tc := range map[string]struct{ before, after, want string }{
		"same":                    {"a b", "a b", "a b"},
		"nothing":                 {"", "", ""},
		"all new":                 {"", "a b", "{+a b+}"},
		"all gone":                {"a b", "", "[-a b-]"},
		"a word":                  {"Four dead in strike", "Five dead in strike", "[-Four-]{+Five+} dead in strike"},
		"a phrase is one change":  {"The red old car", "The new blue car", "The [-red old-]{+new blue+} car"},
		"a sign":                  {"Tea coffee", "Tea, coffee", "Tea{+,+} coffee"},
		"a sentence":              {"One. Three.", "One. Two. Three.", "One. {+Two. +}Three."},
		"script without blanks":   {"会谈失败了", "会谈成功了", "会谈[-失败-]{+成功+}了"},
		"a mark belongs to words": {"naïve", "nai\u0308ve", "[-naïve-]{+nai\u0308ve+}"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(shown(wordDiff(tc.before, tc.after)), tc.want); diff != "" {
				t.Errorf("%q to %q (-got +want):\n%s", tc.before, tc.after, diff)
			}
		})
	}
}

func TestExcerptedKeepsWhatStandsNearAChange(t *testing.T) {
	long := strings.Repeat("word ", 100)
	got := shown(excerpted(wordDiff(long+"one "+long, long+"two "+long)))
	near := strings.TrimSpace(strings.Repeat("word ", contextWords))
	if want := ellipsis + near + " [-one-]{+two+} " + near + " " + ellipsis; strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Two texts put together out of a comparison are the texts that were compared.
func FuzzWordDiff(f *testing.F) {
	f.Add("a b c", "a x c")
	f.Add("", "\xff\xfe")
	f.Add("会谈", "talks \u0301")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 2000 {
			t.Skip("longer texts are cut")
		}
		var was, is strings.Builder
		for _, s := range wordDiff(before, after) {
			if s.Was != added {
				was.WriteString(s.Text)
			}
			if s.Was != cut {
				is.WriteString(s.Text)
			}
		}
		if was.String() != before || is.String() != after {
			t.Errorf("got %q and %q, want %q and %q", was.String(), is.String(), before, after)
		}
	})
}

func TestTwoLongTextsWithNothingInCommonAreCompared(t *testing.T) {
	var a, b strings.Builder
	for i := range 4 * wordsCompared {
		a.WriteString("a" + time.Duration(i).String() + " ")
		b.WriteString("b" + time.Duration(i).String() + " ")
	}
	if got := wordDiff(a.String(), b.String()); len(got) < 2 {
		t.Errorf("got %d stretches, want the beginnings compared", len(got))
	}
}
