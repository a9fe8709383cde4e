package iam

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// maker makes the test of an operator for one value of the policy.
type maker func(value string, variables bool) (test, error)

// operatorNamed gives an operator of "IAM JSON policy elements: Condition
// operators", and whether it is the negated form.
func operatorNamed(name string) (made maker, negated, known bool) {
	switch name {
	case "StringEquals", "StringNotEquals":
		return texts(false, false), name == "StringNotEquals", true
	case "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase":
		return texts(false, true), name == "StringNotEqualsIgnoreCase", true
	case "StringLike", "StringNotLike":
		return texts(true, false), name == "StringNotLike", true
	case "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		return arns, strings.HasPrefix(name, "ArnNot"), true
	case "Bool":
		return booleans, false, true
	case "BinaryEquals":
		return binaries, false, true
	case "IpAddress", "NotIpAddress":
		return addresses, name == "NotIpAddress", true
	}
	if compare, found := strings.CutPrefix(name, "Numeric"); found {
		return ordered(compare, parseNumber)
	}
	if compare, found := strings.CutPrefix(name, "Date"); found {
		return ordered(compare, parseDate)
	}
	return nil, false, false
}

func texts(wildcards, fold bool) maker {
	return func(value string, variables bool) (test, error) {
		compiled := newPattern(value, wildcards, variables, fold)
		return compiled.match, nil
	}
}

func arns(value string, variables bool) (test, error) {
	compiled := newARNPattern(value, variables)
	return compiled.match, nil
}

func booleans(value string, _ bool) (test, error) {
	want := strings.ToLower(value)
	if want != "true" && want != "false" {
		return nil, errors.New("neither true nor false: " + value)
	}
	return func(got string, _ *Request) bool { return strings.EqualFold(got, want) }, nil
}

func binaries(value string, _ bool) (test, error) {
	want, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil, errors.New("no base64")
	}
	return func(got string, _ *Request) bool {
		decoded, err := base64.StdEncoding.DecodeString(got)
		return err == nil && string(decoded) == string(want)
	}, nil
}

func addresses(value string, _ bool) (test, error) {
	if !strings.Contains(value, "/") {
		single, err := netip.ParseAddr(value)
		if err != nil {
			return nil, errors.New("no IP address: " + value)
		}
		value = netip.PrefixFrom(single, single.BitLen()).String()
	}
	block, err := netip.ParsePrefix(value)
	if err != nil {
		return nil, errors.New("no CIDR block: " + value)
	}
	block = block.Masked()
	return func(got string, _ *Request) bool {
		address, err := netip.ParseAddr(got)
		return err == nil && block.Contains(address.Unmap().WithZone(""))
	}, nil
}

// ordered makes the operators of numbers and dates. A value of the request that
// is neither matches nothing.
func ordered(compare string, parse func(string) (float64, error)) (made maker, negated, known bool) {
	var holds func(got, want float64) bool
	switch compare {
	case "Equals", "NotEquals":
		holds = func(got, want float64) bool { return got == want }
	case "LessThan":
		holds = func(got, want float64) bool { return got < want }
	case "LessThanEquals":
		holds = func(got, want float64) bool { return got <= want }
	case "GreaterThan":
		holds = func(got, want float64) bool { return got > want }
	case "GreaterThanEquals":
		holds = func(got, want float64) bool { return got >= want }
	default:
		return nil, false, false
	}
	made = func(value string, _ bool) (test, error) {
		want, err := parse(value)
		if err != nil {
			return nil, err
		}
		return func(text string, _ *Request) bool {
			got, err := parse(text)
			return err == nil && holds(got, want)
		}, nil
	}
	return made, compare == "NotEquals", true
}

func parseNumber(text string) (float64, error) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, errors.New("no number: " + text)
	}
	return number, nil
}

// parseDate reads ISO 8601 as W3C's profile has it, or epoch seconds.
func parseDate(text string) (float64, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && len(text) > 4 {
		return seconds, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02", "2006-01", "2006", "20060102T150405Z"} {
		if moment, err := time.Parse(layout, text); err == nil {
			return float64(moment.UnixMilli()) / 1000, nil
		}
	}
	return 0, errors.New("no date: " + text)
}
