package phase

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/extproc/message"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// requestPayload is the client's body after contentHandling, and whether it is
// bytes that no template can read (data-plane-rest.md §8.5, request table).
func (s *State) requestPayload() (body []byte, binary bool, err error) {
	content, _ := s.Request.Headers.Get("content-type")
	return convert(s.Body, s.Operation.Release.Binary.Match(content), s.Operation.Definition.GetIntegration().GetContentHandling())
}

// responsePayload is a backend's body after contentHandling (response table):
// without one the client's Accept decides.
func (s *State) responsePayload(handling planv1.ContentHandling) (body []byte, binary bool, err error) {
	content, _ := s.Response.Headers.Get("content-type")
	payload := s.Operation.Release.Binary.Match(content)
	if handling == planv1.ContentHandling_CONTENT_HANDLING_UNSPECIFIED && !s.Operation.Release.Binary.Empty() {
		accepts := s.Operation.Release.Binary.Match(s.acceptType())
		switch {
		case payload && !accepts:
			handling = planv1.ContentHandling_CONTENT_HANDLING_CONVERT_TO_TEXT
		case !payload && accepts && len(s.ResponseBody) > 0:
			handling = planv1.ContentHandling_CONTENT_HANDLING_CONVERT_TO_BINARY
		}
	}
	return convert(s.ResponseBody, payload, handling)
}

// convert changes a payload between text and bytes. Text is UTF-8, and what is
// not is replaced.
func convert(body []byte, binary bool, handling planv1.ContentHandling) (made []byte, stillBinary bool, err error) {
	switch handling {
	case planv1.ContentHandling_CONTENT_HANDLING_CONVERT_TO_TEXT:
		if binary {
			return base64.StdEncoding.AppendEncode(nil, body), false, nil
		}
	case planv1.ContentHandling_CONTENT_HANDLING_CONVERT_TO_BINARY:
		if !binary {
			decoded, err := base64.StdEncoding.AppendDecode(nil, body)
			if err != nil {
				return nil, false, Misconfigured("the payload is not Base64: " + err.Error())
			}
			return decoded, true, nil
		}
	}
	if binary {
		return body, true, nil
	}
	return validText(body), false, nil
}

// validText is body with a U+FFFD for each byte that is no part of a character.
func validText(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	made := make([]byte, 0, len(body)+len(body)/2)
	for len(body) > 0 {
		char, size := utf8.DecodeRune(body)
		made = utf8.AppendRune(made, char)
		body = body[size:]
	}
	return made
}

// acceptType is the first media type that the client accepts: of several lines,
// the last one's.
func (s *State) acceptType() string {
	accept, _ := s.Request.Headers.Get("accept")
	accept, _, _ = strings.Cut(accept, ",")
	accept, _, _ = strings.Cut(accept, ";")
	return strings.TrimSpace(accept)
}

// ConvertRequest gives a proxied request its body after contentHandling.
func (s *State) ConvertRequest(reply *message.Reply) error {
	body, _, err := s.requestPayload()
	reply.Body, reply.HasBody = append(reply.Body[:0], body...), true
	return err
}

// ConvertResponse gives a proxied response its body after contentHandling.
func (s *State) ConvertResponse(reply *message.Reply) error {
	body, _, err := s.responsePayload(s.Operation.Definition.GetIntegration().GetContentHandling())
	reply.Body, reply.HasBody = append(reply.Body[:0], body...), true
	return err
}
