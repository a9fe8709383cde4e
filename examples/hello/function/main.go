// Command function is the Lambda function of the hello example, written with
// aws-lambda-go as for AWS itself: the same binary runs there.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// handle greets the caller by the name in the path.
func handle(_ context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	body, err := json.Marshal(map[string]string{
		"message":   "Hello, " + event.PathParameters["name"] + "!",
		"stage":     event.RequestContext.Stage,
		"requestId": event.RequestContext.RequestID,
	})
	if err != nil {
		return events.APIGatewayProxyResponse{}, fmt.Errorf("encode the greeting: %w", err)
	}
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body) + "\n",
	}, nil
}

func main() {
	lambda.Start(handle)
}
