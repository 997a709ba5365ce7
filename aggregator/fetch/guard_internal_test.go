package fetch

import "testing"

// A network without IPv4 reaches what is public of it, and nothing else. Asking would leave loopback, so the guard is asked.
func TestTranslatedAddressesAreJudgedByWhatTheyReach(t *testing.T) {
	for address, public := range map[string]bool{
		"[64:ff9b::808:808]:443":     true,
		"[64:ff9b::7f00:1]:443":      false,
		"[64:ff9b::a00:1]:443":       false,
		"[64:ff9b::a9fe:a9fe]:80":    false,
		"[64:ff9b::]:80":             false,
		"[64:ff9b:1::808:808]:443":   false, // of local use (RFC 8215): nobody knows where it leads
		"[64:ff9b::1:0:808:808]:443": false,
	} {
		g, err := newGuard("fetch.allow", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.check("tcp6", address, nil); (err == nil) != public {
			t.Errorf("%s: got %v, want reached: %v", address, err, public)
		}
	}
}
