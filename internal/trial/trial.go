// Package trial is what extproc tells the control plane about one call of a
// definition that is tried out (TestInvokeMethod): what went to the backend, what
// came back, and what the client would have got. It is only the record and its
// encoding: extproc fills it, controlplane/invoke reads it, and neither knows the
// other. It travels as the body of the answer.
package trial

import (
	"encoding/json"
	"fmt"
	"time"
)

// ContentType tells a record from an answer that nobody wrapped.
const ContentType = "application/vnd.sluice.trial+json"

// Record is one call.
type Record struct {
	RequestID string `json:"requestId"`
	// Endpoint is what the backend was sent; nil when there was no call.
	Endpoint *Message `json:"endpoint,omitempty"`
	// Received is the backend's answer; nil when there was none.
	Received *Message `json:"received,omitempty"`
	// Latency is how long the backend took.
	Latency time.Duration `json:"latency,omitempty"`
	// Answer is what the client gets.
	Answer Message `json:"answer"`
	// Failure is why the call failed; empty: it did not. FailureType is the gateway
	// response's type, such as INTEGRATION_TIMEOUT.
	Failure     string `json:"failure,omitempty"`
	FailureType string `json:"failureType,omitempty"`
}

// Message is a request or a response.
type Message struct {
	// Method and URI are a request's, Status a response's.
	Method  string   `json:"method,omitempty"`
	URI     string   `json:"uri,omitempty"`
	Status  int      `json:"status,omitempty"`
	Headers []Header `json:"headers,omitempty"`
	Body    []byte   `json:"body,omitempty"`
}

// Header is one header line.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Encode gives the record as it travels.
func (r *Record) Encode() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("trial: %w", err)
	}
	return text, nil
}

// Decode reads what Encode wrote.
func Decode(text []byte) (*Record, error) {
	made := new(Record)
	if err := json.Unmarshal(text, made); err != nil {
		return nil, fmt.Errorf("trial: %w", err)
	}
	return made, nil
}
