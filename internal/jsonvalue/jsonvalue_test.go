package jsonvalue

import "testing"

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, s := range []string{`{"b":1,"a":[1.50,true,null,"xé\n"],"c":{}}`, `[]`, `"s"`, `12345678901234567890`} {
		v, err := ParseString(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.JSON(Verbatim)
		if err != nil || got != s {
			t.Errorf("%s -> %s, %v", s, got, err)
		}
	}
}
