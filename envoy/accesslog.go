package envoy

import (
	"regexp"
	"strconv"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// contextVariable is a variable in a stage's access-log format.
var contextVariable = regexp.MustCompile(`\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_:-]+)*)`)

// maxLate is how many variables of a line are known only when the answer has gone
// out. A format with more has "-" for the others.
const maxLate = 6

// Codes of those variables, as they stand in the line's metadata.
const (
	lateStatus  = "status"
	lateLength  = "length"
	lateLatency = "latency"
)

// absent is what AWS prints for a variable without a value.
const absent = "-"

// logLine is a stage's access-log format, compiled: formats of Envoy's with what
// is known when the answer's headers are, and between each two the code of what is
// known later.
type logLine struct {
	pieces []string
	late   []string
}

// compileLine compiles a format for an operation. Texts of it are kept as they
// are, line breaks excepted: a line is a line.
func compileLine(format string, scope *formats) logLine {
	format = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\x00", "").Replace(format)
	made := logLine{}
	var piece strings.Builder
	end := 0
	for _, found := range contextVariable.FindAllStringSubmatchIndex(format, -1) {
		piece.WriteString(verbatim(format[end:found[0]]))
		end = found[1]
		name := format[found[2]:found[3]]
		code := lateVariable(name)
		switch {
		case code == "":
			piece.WriteString(scope.logged(name))
		case len(made.late) == maxLate:
			piece.WriteString(absent)
		default:
			made.pieces, made.late = append(made.pieces, piece.String()), append(made.late, code)
			piece.Reset()
		}
	}
	piece.WriteString(verbatim(format[end:]))
	made.pieces = append(made.pieces, piece.String())
	return made
}

func lateVariable(name string) string {
	switch name {
	case "status":
		return lateStatus
	case "responseLength":
		return lateLength
	case "responseLatency":
		return lateLatency
	default:
		return ""
	}
}

// logged is a variable's format in a line: what AWS has no value for is "-".
func (f *formats) logged(name string) string {
	if name == "identity.userAgent" {
		return "%CEL('" + agentState + "' in filter_state ? filter_state['" + agentState + "'] : '" + absent + "')%"
	}
	if format, known := f.context(name); known && format != "" {
		return format
	}
	switch name {
	case "integrationLatency", "integration.latency":
		if f.operation.GetIntegration().GetBackend() != nil {
			return "%COMMON_DURATION(US_TX_BEG:US_RX_BEG:ms)%"
		}
	case "integrationStatus", "integration.integrationStatus":
		if f.operation.GetClass() != planv1.Class_CLASS_PROCESS && f.operation.GetIntegration().GetBackend() != nil {
			return "%RESPONSE_CODE%"
		}
	case "identity.user", "identity.caller":
		if f.operation.GetDecision() == nil {
			return absent
		}
	case "error.responseType":
		return conditional(`'`+replyHeader+`' in response.headers`, `response.headers['`+replyHeader+`']`, said(f.namespace(), name))
	}
	return "%CEL(" + said(f.namespace(), name) + ")%"
}

// namespace is where the operation's service says what it knows.
func (f *formats) namespace() string {
	if f.operation.GetClass() == planv1.Class_CLASS_PROCESS {
		return procMetadata
	}
	return authzMetadata
}

func conditional(condition, yes, no string) string {
	return "%CEL(" + condition + " ? " + yes + " : (" + no + "))%"
}

// said is an expression for what a service said of a request, by the variable's
// name.
func said(namespace, name string) string {
	all := "metadata.filter_metadata"
	return "'" + namespace + "' in " + all + " && '" + name + "' in " + all + "['" + namespace + "'] ? " +
		all + "['" + namespace + "']['" + name + "'] : '" + absent + "'"
}

// lineFormat joins the pieces of whatever line a request has with what is known at
// its end.
func lineFormat() string {
	var made strings.Builder
	for i := range maxLate + 1 {
		made.WriteString("%DYNAMIC_METADATA(" + logMetadata + ":" + pieceKey(i) + ")%")
		if i < maxLate {
			made.WriteString("%CEL(" + lateExpression(lateKey(i)) + ")%")
		}
	}
	return made.String() + "\n"
}

func lateExpression(key string) string {
	line := "metadata.filter_metadata['" + logMetadata + "']"
	code := line + "['" + key + "']"
	return "'" + key + "' in " + line + " ? (" + code + " == '" + lateStatus + "' ? response.code : " +
		code + " == '" + lateLength + "' ? response.size : " +
		"request.duration.getSeconds() * 1000 + request.duration.getMilliseconds()) : ''"
}

func pieceKey(i int) string { return "p" + strconv.Itoa(i) }
func lateKey(i int) string  { return "k" + strconv.Itoa(i) }
