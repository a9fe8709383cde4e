package wire

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// decodeRESTJSON reads labels, query string, headers and the JSON body.
func (c *Codec) decodeRESTJSON(request *Request, input any) error {
	into, err := structOf(input)
	if err != nil {
		return err
	}
	made := c.plan(into.Type())
	for i := range made.fields {
		if err := readOutside(&made.fields[i], made, request, into.Field(made.fields[i].index)); err != nil {
			return err
		}
	}
	switch {
	case made.payload >= 0:
		return c.readPayload(into.Field(made.fields[made.payload].index), request.Body)
	case made.hasBody && len(request.Body) > 0:
		return c.readBody(request.Body, into)
	default:
		return nil
	}
}

// readPayload reads a member that is the whole body: a blob as it is, a
// structure as JSON.
func (c *Codec) readPayload(into reflect.Value, body []byte) error {
	if isBlob(into.Type()) {
		into.SetBytes(append([]byte{}, body...))
		return nil
	}
	if len(body) == 0 || into.Kind() != reflect.Pointer {
		return nil
	}
	into.Set(reflect.New(into.Type().Elem()))
	return c.readBody(body, into.Elem())
}

// readOutside reads a member that is not in the body.
func readOutside(one *field, made *plan, request *Request, into reflect.Value) error {
	switch one.location {
	case inURI:
		if text, ok := request.Labels[one.name]; ok {
			return setText(into, text)
		}
	case inHeader:
		if values := request.Header.Values(one.name); len(values) > 0 {
			return setText(into, values[0])
		}
	case inQuery:
		if into.Kind() == reflect.Map {
			into.Set(reflect.ValueOf(freeParameters(made, request.Query)))
			return nil
		}
		if values, ok := request.Query[one.name]; ok && into.Kind() == reflect.Slice {
			into.Set(reflect.ValueOf(append([]string{}, values...)))
		} else if ok {
			return setText(into, values[0])
		}
	default:
	}
	return nil
}

// freeParameters are the query parameters that no other member has: a map in the
// query string stands for all of them. The constant "mode" is one too, which no
// operation with free parameters would miss.
func freeParameters(made *plan, query url.Values) map[string]string {
	free := map[string]string{}
	for name, values := range query {
		free[name] = values[0]
	}
	for _, one := range made.fields {
		if one.location == inQuery {
			delete(free, one.name)
		}
	}
	delete(free, "mode")
	return free
}

// setText reads a scalar from a label, header or parameter.
func setText(into reflect.Value, text string) error {
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		return setText(into.Elem(), text)
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
		return nil
	case reflect.Bool:
		// AWS's framework, being Java, takes every other text for false.
		into.SetBool(text == "true" || text == "True" || text == "TRUE")
		return nil
	case reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(text, 10, into.Type().Bits())
		if err != nil {
			return notConverted(classString, into.Type())
		}
		into.SetInt(number)
		return nil
	case reflect.Float64:
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return notConverted(classString, into.Type())
		}
		into.SetFloat(number)
		return nil
	default:
		return setTimeText(into, text)
	}
}

func setTimeText(into reflect.Value, text string) error {
	if !isTime(into.Type()) {
		return notConverted(classString, into.Type())
	}
	for _, layout := range []string{time.RFC3339, http.TimeFormat} {
		if moment, err := time.Parse(layout, text); err == nil {
			into.Set(reflect.ValueOf(moment))
			return nil
		}
	}
	return notConverted(classString, into.Type())
}

// encodeRESTJSON writes headers and the JSON body.
func (c *Codec) encodeRESTJSON(operation *Operation, output any, format Format, self string) (*Response, error) {
	from, err := structOf(output)
	if err != nil {
		return nil, err
	}
	made := c.plan(from.Type())
	response := &Response{Status: operation.Status, Header: http.Header{}}
	for _, one := range made.fields {
		value := from.Field(one.index)
		if one.location == inHeader && value.Kind() == reflect.Pointer && !value.IsNil() {
			response.Header.Set(one.name, scalarText(value.Elem()))
		}
	}
	if made.payload >= 0 {
		return c.writePayload(response, from.Field(made.fields[made.payload].index), format)
	}
	if !made.hasBody && (operation.Status == http.StatusNoContent || operation.Status == http.StatusAccepted) {
		return response, nil
	}
	writer := jsonWriter{codec: c, format: format, self: self}
	writer.message(made, from)
	return writer.into(response), nil
}

func (c *Codec) writePayload(response *Response, payload reflect.Value, format Format) (*Response, error) {
	if isBlob(payload.Type()) {
		response.Body = payload.Bytes()
		return response, nil
	}
	writer := jsonWriter{codec: c, format: format}
	writer.value(&field{}, payload)
	return writer.into(response), nil
}

// scalarText is a header's text of a scalar.
func scalarText(value reflect.Value) string {
	switch value.Kind() {
	case reflect.String:
		return value.String()
	case reflect.Bool:
		return strconv.FormatBool(value.Bool())
	case reflect.Int32, reflect.Int64:
		return strconv.FormatInt(value.Int(), 10)
	case reflect.Float64:
		return strconv.FormatFloat(value.Float(), 'f', -1, 64)
	default:
		if moment, ok := reflect.TypeAssert[time.Time](value); ok {
			return moment.UTC().Format(http.TimeFormat)
		}
		return ""
	}
}

// restError writes an error as API Gateway's control plane does: the code in a
// header, {"message": …} in the body.
func restError(failure *awserror.Error) *Response {
	response := &Response{Status: failure.Status, Header: http.Header{}}
	response.Header.Set("x-amzn-ErrorType", string(failure.Code))
	if failure.RetryAfter > 0 {
		seconds := int64((failure.RetryAfter + time.Second - 1) / time.Second)
		response.Header.Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	members := [][2]string{{"message", failure.Message}}
	if failure.ResourceType != "" {
		members = append(members, [2]string{"resourceType", failure.ResourceType})
	}
	if failure.LimitType != "" {
		members = append(members, [2]string{"limitType", failure.LimitType})
	}
	writer := jsonWriter{}
	writer.texts(members)
	return writer.into(response)
}
