// Command transform starts Sluice before a backend with manners of its own: XML
// in, capital letters out. The API is the template beside this file. It is an
// example, not a part of the product.
package main

import (
	"context"

	"github.com/sluice-gateway/sluice/examples/stage"
)

func main() { stage.Main("transform", play) }

func play(ctx context.Context, s *stage.Stage) error {
	backend, err := s.Serve(ctx, newOrders())
	if err != nil {
		return err
	}
	if err := s.Open(ctx); err != nil {
		return err
	}
	url, err := s.Apply(ctx, "examples/transform/template.yaml", map[string]string{"Backend": backend})
	if err != nil {
		return err
	}
	const order = `'{"customer": "Ada", "lines": [{"sku": "tea", "quantity": 2}, {"sku": "cup", "quantity": 1}]}'`
	s.Print("",
		"An old order desk speaks XML and capital letters at "+backend+"; callers see a JSON API. Try:", "",
		"  curl -i -H 'content-type: application/json' -d "+order+" "+url+"/orders",
		"  curl "+url+"/orders/1",
		"  curl 'http://"+backend+"/desk.cgi?no=1'   # the same from the desk itself",
		"  curl "+url+"/orders/99                   # the desk's error, in the API's words",
		"  curl -H 'content-type: application/json' -d '{\"customer\": \"Ada\"}' "+url+"/orders   # the desk never hears of it",
	)
	return nil
}
