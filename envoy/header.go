package envoy

import (
	"strings"

	commonv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

type mutation = commonv3.HeaderMutation

// remove takes a header away.
func remove(name string) *mutation {
	return &mutation{Action: &commonv3.HeaderMutation_Remove{Remove: name}}
}

// set gives a header one value; an empty one leaves it as it was. The value is a
// format string of Envoy's.
func set(name, format string) *mutation {
	return &mutation{Action: &commonv3.HeaderMutation_Append{Append: setHeader(name, format)}}
}

// setIfAbsent gives a header a value when there is none.
func setIfAbsent(name, format string) *mutation {
	option := setHeader(name, format)
	option.AppendAction = corev3.HeaderValueOption_ADD_IF_ABSENT
	return &mutation{Action: &commonv3.HeaderMutation_Append{Append: option}}
}

func setHeader(name, format string) *corev3.HeaderValueOption {
	return &corev3.HeaderValueOption{
		Header:       &corev3.HeaderValue{Key: name, Value: format},
		AppendAction: corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
	}
}

// settable says whether Envoy takes a header that a user named: it refuses a whole
// configuration for one that it does not, and framing is its own.
func settable(name string) bool {
	switch strings.ToLower(name) {
	case "", "host", "content-length", "transfer-encoding", "connection":
		return false
	default:
		return !strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c) })
	}
}

func inline(text string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: text}}
}
