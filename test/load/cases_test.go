package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/load"
)

// kilobyte is a JSON document of about 1 KB.
var kilobyte = `{"id":"42","customer":{"name":"Ada Lovelace","email":"ada@example.com"},"items":[` +
	strings.TrimSuffix(strings.Repeat(`{"sku":"A-1234","quantity":2,"price":12.5,"note":"as new"},`, 15), ",") + `]}`

// templates of the cases with VTL: what a team would write, not a line more.
const (
	requestTemplate = `#set($in = $input.path('$'))
{"order": $input.json('$.id'), "for": "$util.escapeJavaScript($in.customer.name)", "lines": [
#foreach($item in $in.items){"sku": "$item.sku", "n": $item.quantity}#if($foreach.hasNext),#end
#end], "stage": "$context.stage", "by": "$context.identity.sourceIp"}`
	responseTemplate = `#set($out = $input.path('$'))
{"id": "$out.id", "price": $out.price.amount, "currency": "$out.price.currency", "tags": $input.json('$.tags')}`
	mockTemplate = `{"hello": "$input.params('name')", "at": $context.requestTimeEpoch}`
	queueRequest = `Action=SendMessage&MessageBody=$util.urlEncode($input.body)`
)

// makeCases defines one API with an operation of each kind and waits until each
// answers.
func makeCases(b *testing.B, f *fleet.Fleet, bare load.Bare, back backend) []load.Case {
	b.Helper()
	api := f.NewAPI(b, "load")
	url := "http://" + back.address
	api.HTTPProxy("GET", "/native", url+"/native")
	api.Mock("GET", "/mock", "mock")
	api.HTTPProxy("GET", "/checked", url+"/checked", fleet.KeyRequired)
	api.Lambda("GET", "/function", "load")
	api.Lambda("POST", "/function", "load")
	addTemplates(api, url)
	api.Deploy("live")
	key := api.Admit(b, "live")
	own := func(method, path, body, contains string, headers ...string) load.Request {
		return load.Request{
			Address: f.Gateway, Method: method, Host: api.Host(), Path: "/live" + path, Body: body, Headers: headers, Status: 200, Contains: contains,
		}
	}
	raw := func(method, path, body string) load.Request {
		request := load.Request{Address: bare.Address, Method: method, Host: "bare", Path: path, Body: body, Status: 200}
		if body != "" {
			request.Headers = []string{"Content-Type: application/json"}
		}
		return request
	}
	const json = "Content-Type: application/json"
	cases := []load.Case{
		{Name: "GET, HTTP_PROXY", Class: "native", Through: own("GET", "/native", "", "Ada"), Base: raw("GET", "/native", "")},
		{Name: "GET, MOCK without references", Class: "native", Through: own("GET", "/mock", "", "mock"), Base: raw("GET", "/direct", "")},
		{Name: "GET, HTTP_PROXY with API key and usage plan", Class: "check", Through: own("GET", "/checked", "", "Ada", "x-api-key: "+key), Base: raw("GET", "/checked", "")},
		{Name: "GET, Lambda proxy", Class: "process", Through: own("GET", "/function", "", "hello"), Base: raw("GET", "/2015-03-31/functions/x", "")},
		{Name: "POST 1 KB, Lambda proxy", Class: "process", Through: own("POST", "/function", kilobyte, "hello", json), Base: raw("POST", "/2015-03-31/functions/x", kilobyte)},
		{Name: "POST 1 KB, HTTP with templates both ways", Class: "process", Through: own("POST", "/mapped", kilobyte, "EUR", json), Base: raw("POST", "/mapped", kilobyte)},
		{Name: "POST 1 KB, SQS by AWS integration", Class: "process", Through: own("POST", "/queue", kilobyte, "MessageId", json), Base: raw("POST", "/000000000000/queue", kilobyte)},
		{Name: "GET, MOCK with templates", Class: "process", Through: own("GET", "/templates?name=Ada", "", "Ada"), Base: raw("GET", "/direct", "")},
	}
	var built []load.Case
	for _, one := range cases {
		if refused(b, one.Through) {
			b.Logf("left out, for Sluice refuses it: %s", one.Name)
			continue
		}
		built = append(built, one)
	}
	return built
}

// addTemplates defines the operations with mapping templates.
func addTemplates(api *fleet.API, url string) {
	api.Method("POST", "/mapped")
	api.Integrate("POST", "/mapped", apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeHttp, IntegrationHttpMethod: aws.String("POST"), Uri: aws.String(url + "/mapped"),
		RequestTemplates: map[string]string{"application/json": requestTemplate},
	})
	api.Respond("POST", "/mapped", map[string]string{"application/json": responseTemplate})

	api.Method("POST", "/queue")
	api.Integrate("POST", "/queue", apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeAws, IntegrationHttpMethod: aws.String("POST"),
		Uri:               aws.String("arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue"),
		Credentials:       aws.String("arn:aws:iam::000000000000:role/queue"),
		RequestParameters: map[string]string{"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
		RequestTemplates:  map[string]string{"application/json": queueRequest},
	})
	api.Respond("POST", "/queue", nil)

	api.Method("GET", "/templates")
	api.Integrate("GET", "/templates", apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeMock, RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
	})
	api.Respond("GET", "/templates", map[string]string{"application/json": mockTemplate})
}
