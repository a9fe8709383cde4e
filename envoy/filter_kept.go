package envoy

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	headerstatev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	statev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/set_filter_state/v3"

	"github.com/sluice-gateway/sluice/envoy/format"
)

// requestIDFilter keeps the id where no later change of headers reaches it.
func requestIDFilter() *statev3.Config {
	return &statev3.Config{OnRequestHeaders: []*headerstatev3.FilterStateValue{kept(format.RequestIDState, "%REQ("+requestIDHeader+")%")}}
}

// keptFilter keeps what texts with variables say of a request, before routes and
// services change it.
func keptFilter() *statev3.Config {
	return &statev3.Config{OnRequestHeaders: []*headerstatev3.FilterStateValue{
		kept(format.PathState, "%PATH(NQ)%"), kept(format.VerbState, "%REQ(:METHOD)%"), kept(format.HostState, "%REQ(:AUTHORITY)%"), kept(format.AgentState, "%REQ(USER-AGENT)%"),
	}}
}

func kept(key, format string) *headerstatev3.FilterStateValue {
	return &headerstatev3.FilterStateValue{
		Key: &headerstatev3.FilterStateValue_ObjectKey{ObjectKey: key}, FactoryKey: "envoy.string", SkipIfEmpty: true,
		Value: &headerstatev3.FilterStateValue_FormatString{FormatString: textFormat(format)},
	}
}

// textFormat renders a format; what is missing is empty.
func textFormat(format string) *corev3.SubstitutionFormatString {
	return &corev3.SubstitutionFormatString{
		Format: &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: inline(format)}, OmitEmptyValues: true,
	}
}
