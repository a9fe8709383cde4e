package format

import (
	"regexp"
	"strconv"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// contextVariable is a variable in a stage's access-log format.
var contextVariable = regexp.MustCompile(`\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_:-]+)*)`)

// MaxLate is how many variables of a line are known only when the answer has gone
// out. A format with more has "-" for the others.
const MaxLate = 6

// Codes of those variables, as they stand in the line's metadata.
const (
	lateStatus  = "status"
	lateLength  = "length"
	lateLatency = "latency"
)

// absent is what AWS prints for a variable without a value.
const absent = "-"

// LineNamespace is the namespace of dynamic metadata that holds a call's line.
const LineNamespace = "sluice.log"

// Line is a stage's access-log format, compiled.
type Line struct {
	// Pieces are formats of what is known when the answer's headers are.
	Pieces []string
	// Late are codes of what is known later, one between each two pieces.
	Late []string
}

// CompileLine compiles a format for an operation. Texts of it are kept as they
// are, line breaks excepted: a line is a line.
func CompileLine(format string, scope *Scope) Line {
	format = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\x00", "").Replace(format)
	made := Line{}
	var piece strings.Builder
	end := 0
	for _, found := range contextVariable.FindAllStringSubmatchIndex(format, -1) {
		piece.WriteString(Verbatim(format[end:found[0]]))
		end = found[1]
		name := format[found[2]:found[3]]
		code := lateVariable(name)
		switch {
		case code == "":
			piece.WriteString(scope.logged(name))
		case len(made.Late) == MaxLate:
			piece.WriteString(absent)
		default:
			made.Pieces, made.Late = append(made.Pieces, piece.String()), append(made.Late, code)
			piece.Reset()
		}
	}
	piece.WriteString(Verbatim(format[end:]))
	made.Pieces = append(made.Pieces, piece.String())
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
func (s *Scope) logged(name string) string {
	if name == "identity.userAgent" {
		return "%CEL('" + AgentState + "' in filter_state ? filter_state['" + AgentState + "'] : '" + absent + "')%"
	}
	if format, known := s.Context(name); known && format != "" {
		return format
	}
	switch name {
	case "integrationLatency", "integration.latency":
		if s.Operation.GetIntegration().GetBackend() != nil {
			return "%COMMON_DURATION(US_TX_BEG:US_RX_BEG:ms)%"
		}
	case "integrationStatus", "integration.integrationStatus":
		if s.Operation.GetClass() != planv1.Class_CLASS_PROCESS && s.Operation.GetIntegration().GetBackend() != nil {
			return "%RESPONSE_CODE%"
		}
	case "identity.user", "identity.caller":
		if s.Operation.GetDecision() == nil {
			return absent
		}
	case "error.responseType":
		return conditional(`'`+ReplyHeader+`' in response.headers`, `response.headers['`+ReplyHeader+`']`, said(s.namespace(), name))
	}
	return "%CEL(" + said(s.namespace(), name) + ")%"
}

// namespace is where the operation's service says what it knows.
func (s *Scope) namespace() string {
	if s.Operation.GetClass() == planv1.Class_CLASS_PROCESS {
		return ProcNamespace
	}
	return AuthNamespace
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

// JoinedLine joins the pieces of whatever line a request has with what is known at
// its end.
func JoinedLine() string {
	var made strings.Builder
	for i := range MaxLate + 1 {
		made.WriteString("%DYNAMIC_METADATA(" + LineNamespace + ":" + PieceKey(i) + ")%")
		if i < MaxLate {
			made.WriteString("%CEL(" + lateExpression(LateKey(i)) + ")%")
		}
	}
	return made.String() + "\n"
}

func lateExpression(key string) string {
	line := "metadata.filter_metadata['" + LineNamespace + "']"
	code := line + "['" + key + "']"
	return "'" + key + "' in " + line + " ? (" + code + " == '" + lateStatus + "' ? response.code : " +
		code + " == '" + lateLength + "' ? response.size : " +
		"request.duration.getSeconds() * 1000 + request.duration.getMilliseconds()) : ''"
}

// PieceKey is a piece's key in the line's metadata.
func PieceKey(i int) string { return "p" + strconv.Itoa(i) }

// LateKey is the key of the code behind a piece.
func LateKey(i int) string { return "k" + strconv.Itoa(i) }
