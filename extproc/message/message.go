package message

// Request is a client's request as a transport shows it.
type Request struct {
	Method string
	// Path is the path with its query, as sent.
	Path string
	// Authority is the host that the client called, with its port if it has one.
	Authority string
	// Scheme is "http" or "https".
	Scheme string
	// SourceIP is the client's address without a port.
	SourceIP string
	// Headers are without pseudo-headers.
	Headers Fields
	// Complete says that there is no body.
	Complete bool
}

// Response is a backend's response, or what Envoy answered in its stead.
type Response struct {
	Status int
	// Headers are without pseudo-headers.
	Headers Fields
	// Complete says that there is no body.
	Complete bool
	// Local says why Envoy answered by itself (its response code details); empty
	// for a backend's response.
	Local string
}

// Action is what a transport does with the message that it showed.
type Action uint8

const (
	// Pass leaves it as it is; what follows is shown as arranged.
	Pass Action = iota
	// Wait leaves it as it is until the body has been shown too.
	Wait
	// Change changes it and lets it go on. With a body, the body replaces what
	// there was, and what there was is not shown any more.
	Change
	// Answer ends the exchange with a response to the client.
	Answer
)

// Reply is what an exchange wants done.
type Reply struct {
	Action Action
	// Status is a response's new status; 0 leaves it.
	Status int
	// Method, Path and Authority are a request's new ones; empty leaves them.
	Method, Path, Authority string
	// Set are headers that take the place of those of the same name; when a name
	// stands there several times, all its values are kept in order.
	Set Fields
	// Remove names headers to take away, before Set is applied.
	Remove []string
	// Body is the new body, if HasBody says so.
	Body    []byte
	HasBody bool
	// Facts are variables of $context that only the service knows, for access logs.
	Facts Fields
}

// Reset empties the reply and keeps its memory.
func (r *Reply) Reset() {
	*r = Reply{Set: r.Set[:0], Remove: r.Remove[:0], Body: r.Body[:0], Facts: r.Facts[:0]}
}
