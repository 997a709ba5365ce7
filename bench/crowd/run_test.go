package main

import (
	"net"
	"os/exec"
	"testing"

	"wireroom/store/pgtest"
)

// A small crowd, through all that a large one goes through.
func TestSmallCrowd(t *testing.T) {
	playSmall(t, "-sources", "60", "-hosts", "12", "-rounds", "3", "-kills", "4", "-away", "3s")
}

// The same with workers that go by the clock.
func TestSmallCrowdOfDaemons(t *testing.T) {
	playSmall(t, "-daemons", "-sources", "30", "-hosts", "6", "-rounds", "3", "-kills", "2", "-away", "3s")
}

func playSmall(t *testing.T, args ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("many processes, and leases that have to run out")
	}
	t.Parallel()
	pgtest.Start(t) // or skip
	folder := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", folder, "wireroom/cmd/wireroom", "wireroom/bench/origin").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if err := run(t.Context(), append(args, "-programs", folder, "-port", freePort(t)), t.Output()); err != nil {
		t.Error(err)
	}
}

// freePort is a port that nobody has at this moment.
func freePort(t *testing.T) string {
	t.Helper()
	on, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	_, port, err := net.SplitHostPort(on.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
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

func TestReplayFindsWhatDiffers(t *testing.T) {
	const head = `{"wireroom":"store","format":1,"schema":1}` + "\n" + `{"table":"items","columns":["n","seq","story"]}` + "\n"
	end := "\n" + `{"end":true,"rows":2}` + "\n"
	stored := head + "[1,1,1]\n[2,2,1]" + end
	for name, again := range map[string]string{
		"another story": head + "[1,1,1]\n[2,2,2]" + end,
		"one less":      head + "[1,1,1]" + end,
		"one more":      head + "[1,1,1]\n[2,2,1]\n[3,3,1]" + end,
	} {
		if _, err := differences([]byte(stored), []byte(again)); err == nil {
			t.Errorf("%s: no difference found", name)
		}
	}
	if rows, err := differences([]byte(stored), []byte(stored)); rows != 2 || err != nil {
		t.Errorf("the same: %d rows, %v", rows, err)
	}
}
