package phase

import (
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// DropReceived takes every header of the backend's off that is not set anew.
func (s *State) DropReceived(reply *message.Reply) {
	for _, field := range s.Response.Headers {
		switch field.Name {
		case "content-length", "transfer-encoding", "connection":
		default:
			reply.Remove = append(reply.Remove, field.Name)
		}
	}
}

// methodResponse settles status and headers: overrides, AWS's other names for
// some headers, and the content type.
func (s *State) methodResponse(response *plan.Response, reply *message.Reply) error {
	status, overridden := s.Overrides.Status()
	switch {
	case overridden:
		reply.Status = status
	case !response.Declared || response.Status < 200 || response.Status > 599:
		return Misconfigured("the method has no response of status " + strconv.Itoa(response.Status))
	default:
		reply.Status = response.Status
	}
	for name, values := range s.Overrides.ResponseHeaders() {
		name = strings.ToLower(name)
		if !validHeader(name) {
			return Misconfigured("responseOverride.header names " + name + ", which is no header")
		}
		reply.Set = reply.Set.Without(func(known string) bool { return known == name })
		for _, value := range values {
			reply.Set = append(reply.Set, message.Field{Name: name, Value: headerText(value)})
		}
	}
	reply.Set = reply.Set.Without(func(name string) bool { return name == "transfer-encoding" })
	typed := false
	for i := range reply.Set {
		if name := reply.Set[i].Name; RemappedForCustom(name) {
			reply.Set[i].Name = RemappedPrefix + name
		}
		typed = typed || reply.Set[i].Name == "content-type"
	}
	if !typed {
		reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: defaultType})
	}
	s.DropReceived(reply)
	return nil
}
