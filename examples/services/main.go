// Command services starts Sluice with an API on SQS and DynamoDB that has no
// function between: mapping templates make the services' calls, and Sluice signs
// them. Moto's server stands for AWS. The API is the template beside this file. It
// is an example, not a part of the product.
package main

import (
	"context"

	"github.com/sluice-gateway/sluice/examples/stage"
)

func main() { stage.Main("services", play) }

func play(ctx context.Context, s *stage.Stage) error {
	moto, err := s.Moto(ctx, "SQS", "DYNAMODB", "STS")
	if err != nil {
		return err
	}
	if err := moto.Call(ctx, "sqs", "AmazonSQS.CreateQueue", `{"QueueName": "orders"}`); err != nil {
		return err
	}
	const table = `{"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}`
	if err := moto.Call(ctx, "dynamodb", "DynamoDB_20120810.CreateTable", table); err != nil {
		return err
	}
	if err := s.Open(ctx); err != nil {
		return err
	}
	url, err := s.Apply(ctx, "examples/services/template.yaml", nil)
	if err != nil {
		return err
	}
	const json = " -H 'content-type: application/json' "
	s.Print("", "A queue and a table of moto's, and an API on them. Try:", "",
		"  curl"+json+"-d '{\"item\": \"tea\"}' "+url+"/orders   # into the queue",
		"  curl "+url+"/orders                                 # and out of it",
		"  curl -X PUT"+json+"-d '{\"name\": \"Rex\"}' "+url+"/pets/7   # into the table",
		"  curl "+url+"/pets/7                                 # and out of it",
		"  curl "+url+"/pets/8                                 # there is none",
	)
	return nil
}
