package page_test

import (
	"encoding/base64"
	"slices"
	"strconv"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
)

func itself(text string) string { return text }

func TestOf(t *testing.T) {
	t.Parallel()
	all := make([]string, 60)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	var position *string
	var got []string
	for {
		found, next, err := page.Of(all, position, nil, itself)
		if err != nil || len(found) > 25 {
			t.Fatalf("%d items: %v", len(found), err)
		}
		got = append(got, found...)
		if next == nil {
			break
		}
		position = next
	}
	if !slices.Equal(got, all) {
		t.Errorf("pages of 25 give %v", got)
	}
	// What was deleted between two pages costs no other item.
	_, next, err := page.Of(all, nil, new(int32(10)), itself)
	if err != nil {
		t.Fatal(err)
	}
	less := slices.Delete(slices.Clone(all), 3, 4)
	if found, _, err := page.Of(less, next, new(int32(1)), itself); err != nil || found[0] != "10" {
		t.Errorf("after a deletion %v, %v", found, err)
	}
	for _, wrong := range []string{"x", base64.URLEncoding.EncodeToString([]byte("-1:a")), base64.URLEncoding.EncodeToString([]byte("7"))} {
		if _, _, err := page.Of(all, &wrong, nil, itself); err == nil {
			t.Errorf("position %s was taken", wrong)
		}
	}
	if _, _, err := page.Of(all, nil, new(int32(0)), itself); err == nil {
		t.Error("limit 0 was taken")
	}
	if found, _, err := page.Of(make([]string, 1000), nil, new(int32(1000)), itself); err != nil || len(found) != 500 {
		t.Errorf("limit 1000 gives %d: %v", len(found), err)
	}
}

// FuzzPosition wants every position to be refused or to give a part of the list.
func FuzzPosition(f *testing.F) {
	f.Add("MjU6YQ==")
	f.Fuzz(func(t *testing.T, position string) {
		found, _, err := page.Of([]string{"a", "b"}, &position, nil, itself)
		if err == nil && len(found) > 2 {
			t.Errorf("%d items", len(found))
		}
	})
}
