package main

import (
	"os/exec"
	"testing"

	"wireroom/store/pgtest"
)

// A small crowd, through all that a large one goes through.
func TestSmallCrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes, and leases that have to run out")
	}
	t.Parallel()
	pgtest.Start(t) // or skip
	folder := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", folder, "wireroom/cmd/wireroom", "wireroom/bench/origin").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	args := []string{"-programs", folder, "-sources", "60", "-hosts", "12", "-rounds", "3", "-kills", "4", "-away", "3s", "-port", "18190"}
	if err := run(t.Context(), args, t.Output()); err != nil {
		t.Error(err)
	}
}

func TestCompareFindsWhatDiffers(t *testing.T) {
	one := map[string]string{"/a": "x", "/b": "y"}
	for name, many := range map[string]map[string]string{
		"a byte":     {"/a": "x", "/b": "z"},
		"one less":   {"/a": "x"},
		"one more":   {"/a": "x", "/b": "y", "/c": "z"},
		"none there": {},
	} {
		if compare(t.Output(), many, one) == nil {
			t.Errorf("%s: no difference found", name)
		}
	}
	if err := compare(t.Output(), one, one); err != nil {
		t.Errorf("the same: %v", err)
	}
	if compare(t.Output(), nil, nil) == nil {
		t.Error("two stores that publish nothing are the same: this would show nothing")
	}
}
