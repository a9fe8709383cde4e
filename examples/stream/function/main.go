// Command function is the Lambda function of the stream example, written with
// aws-lambda-go as for AWS itself: it answers a word at a time.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// handle counts down for whoever the path names.
func handle(_ context.Context, event events.APIGatewayProxyRequest) (*events.APIGatewayProxyStreamingResponse, error) {
	read, write := io.Pipe()
	go func() {
		for _, word := range []string{"three", "two", "one"} {
			_, _ = fmt.Fprintln(write, word)
			time.Sleep(300 * time.Millisecond)
		}
		_, _ = fmt.Fprintf(write, "Lift off, %s!\n", event.PathParameters["name"])
		_ = write.Close()
	}()
	return &events.APIGatewayProxyStreamingResponse{
		StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, Body: read,
	}, nil
}

func main() {
	lambda.Start(handle)
}
