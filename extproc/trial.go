package extproc

import (
	"net/http"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/trial"
)

// trialOf is the record in the making of an exchange that is tried out.
type trialOf struct {
	record trial.Record
	sent   time.Time
}

// tried records an exchange of a plan that is tried out, and wraps the last
// answer with the record. Of all other plans it leaves replies as they are.
func (s *stream) tried(reply *message.Reply) *message.Reply {
	operation := s.exchange.state.Operation
	if operation == nil || !operation.Plan.Definition.GetTrial() || reply.Action == message.Wait {
		return reply
	}
	if s.trial == nil {
		s.trial = &trialOf{}
	}
	x, record := s.exchange, &s.trial.record
	record.RequestID = x.state.Context.RequestID
	switch {
	case reply.Action == message.Answer:
		record.Failure, record.FailureType = x.failure(reply)
		record.Answer = x.answered(reply, nil)
	case !x.ended:
		record.Endpoint = x.endpoint(reply)
		s.trial.sent = x.engine.config.Now()
		return reply
	default:
		record.Failure, record.FailureType = x.failure(reply)
		record.Received = x.received()
		record.Latency = max(x.engine.config.Now().Sub(s.trial.sent), time.Millisecond)
		record.Answer = x.answered(reply, record.Received)
	}
	return x.wrapped(reply, record)
}

// failure is why a reply is a gateway response, and takes the sign of it off:
// plans that are tried out explain themselves.
func (x *Exchange) failure(reply *message.Reply) (reason, kind string) {
	reason, failed := reply.Set.Get(explain.Header)
	if !failed {
		return "", ""
	}
	reply.Set = reply.Set.Without(func(name string) bool { return name == explain.Header })
	if story, found := x.engine.config.Stories.Find(x.state.Context.RequestID); found && story.Detail != "" {
		return story.Detail, story.ResponseType
	}
	return reason, ""
}

// endpoint is the request that goes to the backend.
func (x *Exchange) endpoint(reply *message.Reply) *trial.Message {
	backend := x.state.Operation.Definition.GetIntegration().GetBackend()
	scheme := "http://"
	if backend.GetTls() {
		scheme = "https://"
	}
	made := &trial.Message{Method: reply.Method, URI: scheme + reply.Authority + reply.Path, Headers: replaced(nil, reply)}
	switch {
	case reply.HasBody:
		made.Body = slices.Clone(reply.Body)
	default:
		made.Body = slices.Clone(x.state.Body)
	}
	return made
}

// received is what the backend answered; nil when it did not.
func (x *Exchange) received() *trial.Message {
	if x.state.Response.Local != "" {
		return nil
	}
	made := &trial.Message{Status: x.state.Response.Status, Body: slices.Clone(x.state.ResponseBody)}
	for _, field := range x.state.Response.Headers {
		made.Headers = append(made.Headers, trial.Header{Name: field.Name, Value: field.Value})
	}
	return made
}

// answered is what the client would get: the reply over what came from the
// backend, if anything did.
func (x *Exchange) answered(reply *message.Reply, received *trial.Message) trial.Message {
	made := trial.Message{Status: reply.Status}
	var headers []trial.Header
	if received != nil {
		headers, made.Body = received.Headers, received.Body
		if made.Status == 0 {
			made.Status = received.Status
		}
	}
	if reply.HasBody {
		made.Body = slices.Clone(reply.Body)
	}
	made.Headers = replaced(headers, reply)
	return made
}

// replaced are headers with a reply's changes.
func replaced(headers []trial.Header, reply *message.Reply) []trial.Header {
	var made []trial.Header
	for _, header := range headers {
		_, set := reply.Set.Get(header.Name)
		if !set && !slices.Contains(reply.Remove, header.Name) {
			made = append(made, header)
		}
	}
	for _, field := range reply.Set {
		made = append(made, trial.Header{Name: field.Name, Value: field.Value})
	}
	return made
}

// wrapped puts the record in the place of the answer's body.
func (x *Exchange) wrapped(reply *message.Reply, record *trial.Record) *message.Reply {
	body, err := record.Encode()
	if err != nil {
		x.engine.config.Logger.Error("a trial could not be recorded", "error", err)
		return reply
	}
	if reply.Action != message.Answer {
		reply.Action = message.Change
	}
	reply.Status, reply.Body, reply.HasBody = http.StatusOK, append(reply.Body[:0], body...), true
	reply.Set = append(reply.Set.Without(func(name string) bool { return name == "content-type" || name == "content-encoding" }),
		message.Field{Name: "content-type", Value: trial.ContentType})
	reply.Remove = append(reply.Remove, "content-encoding")
	return reply
}
