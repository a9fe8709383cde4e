package explain

import (
	"strconv"
	"testing"
)

func TestRing(t *testing.T) {
	t.Parallel()
	ring := New(3)
	for i := range 5 {
		ring.Record(&Story{RequestID: strconv.Itoa(i), Status: i})
	}
	ring.Record(&Story{RequestID: "3", Status: 33})
	ring.Record(&Story{Status: 9})
	for id, want := range map[string]int{"0": 0, "1": 0, "2": 2, "3": 33, "4": 4, "": 0} {
		story, found := ring.Find(id)
		if found != (want != 0) || story.Status != want {
			t.Errorf("request %q: got %+v %v", id, story, found)
		}
	}
	ring.Record(&Story{RequestID: "5"})
	if _, found := ring.Find("2"); found || len(ring.at) != 3 {
		t.Errorf("the oldest is still there, or the index grows: %v", ring.at)
	}
	var none *Ring
	none.Record(&Story{RequestID: "x"})
	if _, found := none.Find("x"); found {
		t.Error("a nil ring found something")
	}
}
