package sigv4

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Claim is what a request says of its signature, before anything was proved.
type Claim struct {
	// AccessKeyID names the key, SessionToken a temporary key's session.
	AccessKeyID, SessionToken string
	// Region and Service are the credential scope's.
	Region, Service string
	// Presigned says that the query string carries the signature.
	Presigned bool

	day       string
	term      string
	date      string
	moment    time.Time
	lifetime  time.Duration
	signed    []string
	signature string
}

// maxSignedHeaders bounds the list of signed headers.
const maxSignedHeaders = 200

// Parse reads the claim of a request. The error is an *Error.
func Parse(request *Request) (*Claim, error) {
	if header := request.first("authorization"); header != "" {
		return parseHeader(request, header)
	}
	if strings.Contains(request.Query, "X-Amz-") {
		values := queryOnce(request.Query)
		if _, ok := values["X-Amz-Signature"]; ok {
			return parseQuery(values)
		}
		if _, ok := values["X-Amz-Algorithm"]; ok {
			return parseQuery(values)
		}
	}
	return nil, missing()
}

// parseHeader reads the Authorization header: an algorithm, then Credential,
// SignedHeaders and Signature in any order.
func parseHeader(request *Request, header string) (*Claim, error) {
	named, parameters, found := strings.Cut(strings.TrimSpace(header), " ")
	values, ok := pairs(parameters)
	if found && !ok {
		return nil, notPairs(header)
	}
	date := request.first("x-amz-date")
	if date == "" {
		date = request.first("date")
	}
	var absent []string
	for _, part := range []string{"Credential", "Signature", "SignedHeaders"} {
		if values[part] == "" {
			absent = append(absent, part)
		}
	}
	if len(absent) > 0 || date == "" {
		return nil, lacking(absent, date != "", header)
	}
	if named != algorithm {
		return nil, incomplete("Unsupported AWS 'algorithm': '" + named + "'.")
	}
	claim := &Claim{
		SessionToken: request.first("x-amz-security-token"),
		signature:    values["Signature"], date: date,
	}
	return claim.fill(values["Credential"], values["SignedHeaders"])
}

// pairs splits "a=b, c=d". It is false when a part has no equal-sign.
func pairs(text string) (map[string]string, bool) {
	values := make(map[string]string, 3)
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" && text == "" {
			return values, true
		}
		name, value, found := strings.Cut(part, "=")
		if !found {
			return nil, false
		}
		values[name] = value
	}
	return values, true
}

// parseQuery reads the parameters of a presigned request.
func parseQuery(values map[string]string) (*Claim, error) {
	var absent []string
	for _, part := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if values[part] == "" {
			absent = append(absent, part)
		}
	}
	if len(absent) > 0 {
		return nil, lackingQuery(absent)
	}
	if named := values["X-Amz-Algorithm"]; named != algorithm {
		return nil, incomplete("Unsupported AWS 'algorithm': '" + named + "'.")
	}
	seconds, err := strconv.Atoi(values["X-Amz-Expires"])
	if err != nil || seconds < 0 || seconds > 604800 {
		return nil, incomplete("X-Amz-Expires must be a number of seconds between 0 and 604800. Re-examine the query-string parameters.")
	}
	claim := &Claim{
		SessionToken: values["X-Amz-Security-Token"], Presigned: true,
		signature: values["X-Amz-Signature"], date: values["X-Amz-Date"],
		lifetime: time.Duration(seconds) * time.Second,
	}
	return claim.fill(values["X-Amz-Credential"], values["X-Amz-SignedHeaders"])
}

// queryOnce decodes the X-Amz parameters of a query string; the first of a name
// counts.
func queryOnce(query string) map[string]string {
	values := map[string]string{}
	for part := range strings.SplitSeq(query, "&") {
		if !strings.HasPrefix(part, "X-Amz-") {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		decoded, err := url.QueryUnescape(value)
		if _, known := values[name]; err == nil && !known {
			values[name] = decoded
		}
	}
	return values
}

// fill reads the parts that both forms share.
func (c *Claim) fill(credential, signed string) (*Claim, error) {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[0] == "" {
		return nil, incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" + credential + "'.")
	}
	c.AccessKeyID, c.day, c.Region, c.Service, c.term = parts[0], parts[1], parts[2], parts[3], parts[4]
	c.signed = strings.Split(strings.ToLower(signed), ";")
	if len(c.signed) > maxSignedHeaders {
		return nil, incomplete("Too many 'SignedHeaders' in the AWS Authorization.")
	}
	slices.Sort(c.signed)
	if err := c.readDate(); err != nil {
		return nil, err
	}
	return c, nil
}

// readDate reads the claim's date, which X-Amz-Date has in ISO 8601's basic form
// and Date in any of HTTP's.
func (c *Claim) readDate() error {
	for _, layout := range []string{dateLayout, time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC} {
		moment, err := time.Parse(layout, c.date)
		if err == nil {
			c.moment = moment.UTC()
			c.date = c.moment.Format(dateLayout)
			return nil
		}
	}
	return incomplete("Date must be in ISO-8601 'basic format'. Got '" + c.date + "'. See http://en.wikipedia.org/wiki/ISO_8601")
}
